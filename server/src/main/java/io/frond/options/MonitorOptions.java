package io.frond.options;

import org.jspecify.annotations.Nullable;

/// The monitoring endpoints.
///
/// @param http null for none
/// @param https null for none; needs the server's `tls {}`
/// @param basePath prefix of every path, empty by default
public record MonitorOptions(@Nullable HostPort http, @Nullable HostPort https, String basePath) {
  public static final MonitorOptions NONE = new MonitorOptions(null, null, "");
}

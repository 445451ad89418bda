package io.frond.options;

import org.jspecify.annotations.Nullable;

/// Where and how much is logged.
///
/// @param file null for standard error
/// @param fileSizeLimit bytes at which the file is rotated, 0 for never
/// @param fileMaxNum rotated files that are kept, 0 for all
/// @param traceVerbose protocol traces of the system account too
/// @param maxTracedMessage bytes of a payload in a trace, 0 for all
/// @param time date and time in each line, default true
/// @param utc in UTC
/// @param connectErrorReports every how many failed first attempts one is logged, default 3,600
/// @param reconnectErrorReports the same for later ones, default 1
/// @param syslog where the system log is that takes the place of standard error; null for none
public record LogOptions(
    @Nullable String file,
    long fileSizeLimit,
    int fileMaxNum,
    boolean debug,
    boolean trace,
    boolean traceVerbose,
    boolean traceHeaders,
    int maxTracedMessage,
    boolean time,
    boolean utc,
    int connectErrorReports,
    int reconnectErrorReports,
    @Nullable SyslogAddress syslog) {
  public static final LogOptions DEFAULT =
      new LogOptions(null, 0, 0, false, false, false, false, 0, true, false, 3600, 1, null);

  /// These for a server that says nothing.
  public LogOptions silenced() {
    return new LogOptions(
        "/dev/null",
        0,
        0,
        false,
        false,
        false,
        false,
        maxTracedMessage,
        time,
        utc,
        connectErrorReports,
        reconnectErrorReports,
        null);
  }
}

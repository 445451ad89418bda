package io.frond.route;

import org.jspecify.annotations.Nullable;

/// Interest that another server of the cluster told of, for monitoring.
///
/// @param weight members of the queue group
public record RemoteInterest(String account, String subject, @Nullable String queue, int weight) {}

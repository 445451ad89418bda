package io.frond.options;

import org.jspecify.annotations.Nullable;

/// `jetstream {}`, validated; the engine itself is a later capability and the server says so.
///
/// @param storeDir null for `nats/jetstream` in the temporary directory
/// @param maxMemory bytes, -1 for "by the machine"
/// @param maxFile bytes, -1 for "by the disk"
/// @param domain null for none
public record JetStreamOptions(
    @Nullable String storeDir, long maxMemory, long maxFile, @Nullable String domain) {}

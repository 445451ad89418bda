package io.frond.options;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `jetstream {}`, validated; the engine itself is a later capability and the server says so.
///
/// @param storeDir null for `nats/jetstream` in the temporary directory
/// @param maxMemory bytes, -1 for "by the machine"
/// @param maxFile bytes, -1 for "by the disk"
/// @param domain null for none
/// @param syncInterval how often files are synced; null for always, which is the default
public record JetStreamOptions(
    @Nullable String storeDir,
    long maxMemory,
    long maxFile,
    @Nullable String domain,
    @Nullable Duration syncInterval) {
  public static final JetStreamOptions DEFAULT = new JetStreamOptions(null, -1, -1, null, null);
}

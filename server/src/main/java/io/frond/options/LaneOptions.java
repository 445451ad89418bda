package io.frond.options;

import java.time.Duration;
import java.util.List;

/// One of a remote's `forward`: a lane, by which messages go to the hub that must arrive.
///
/// @param name of the lane, and with `LANE_` before it of its stream; unique in the account
/// @param subjects that the lane takes; may hold wildcards
/// @param maxBytes of the messages that wait, 0 for the default: 1 GiB, or a quarter of what
///   JetStream may store where that is less
/// @param maxAge of a message that waits, zero for any
/// @param priority a lane with a higher one is drained first, default 0
/// @param rate bytes a second that go to the hub, 0 for any number
/// @param discardNew whether a full lane refuses messages, instead of giving up its oldest
/// @param window messages that may be on their way without an acknowledgement, default 256
public record LaneOptions(
    String name,
    List<String> subjects,
    long maxBytes,
    Duration maxAge,
    int priority,
    long rate,
    boolean discardNew,
    int window,
    DeadLetters deadLetters) {
  public static final int DEFAULT_WINDOW = 256;

  /// The stream of messages that the hub refused for good.
  ///
  /// @param maxBytes default 64 MiB; beyond that the oldest go
  /// @param maxAge zero for any
  public record DeadLetters(long maxBytes, Duration maxAge) {
    public static final long DEFAULT_MAX_BYTES = 64 << 20;
    public static final DeadLetters DEFAULT = new DeadLetters(DEFAULT_MAX_BYTES, Duration.ZERO);
  }
}

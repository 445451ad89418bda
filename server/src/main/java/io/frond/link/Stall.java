package io.frond.link;

import io.netty.channel.Channel;

/// Whether a channel that takes no more bytes makes any progress at all. Owned by the link's event
/// loop.
final class Stall {
  private long since;
  private long pending;

  /// The channel takes no more for now.
  void begin(Channel channel, long now) {
    if (since == 0) {
      since = now;
      pending = pending(channel);
    }
  }

  /// It takes bytes again.
  void end() {
    since = 0;
  }

  /// Whether nothing at all was written for so long; any progress is life.
  boolean exceeds(long limitNanos, Channel channel, long now) {
    if (since == 0 || now - since <= limitNanos) {
      return false;
    }
    var left = pending(channel);
    if (channel.isWritable()) {
      since = 0;
      return false;
    }
    if (left < pending) {
      since = now;
      pending = left;
      return false;
    }
    return true;
  }

  /// Bytes that the channel still holds.
  static long pending(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }
}

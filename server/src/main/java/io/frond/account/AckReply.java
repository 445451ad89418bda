package io.frond.account;

import io.frond.wire.MessageFrame;

/// The reply subject of a consumer's message between servers: `$JS.ACK.stream.consumer.` and five
/// numbers, then `@` and the subject under which clients are to see the message, which found them
/// by an inbox. (nats-server's convention for routes and leaf links.)
public final class AckReply {
  private static final byte[] PREFIX = {'$', 'J', 'S', '.', 'A', 'C', 'K', '.'};
  private static final int DOTS = 8;

  private AckReply() {}

  /// Where in the frame's buffer the `@` stands; -1 when there is none.
  public static int shownAt(MessageFrame frame) {
    var at = frame.replyAt();
    var end = at + frame.replyLength();
    var bytes = frame.buffer();
    if (frame.replyLength() <= PREFIX.length || bytes.get(at) != '$') {
      return -1;
    }
    for (var i = 0; i < PREFIX.length; i++) {
      if (bytes.get(at + i) != PREFIX[i]) {
        return -1;
      }
    }
    var dots = 0;
    for (; at < end; at++) {
      var b = bytes.get(at);
      if (b == '.') {
        dots++;
      } else if (b == '@' && dots >= DOTS) {
        return at < end - 1 ? at : -1;
      }
    }
    return -1;
  }
}

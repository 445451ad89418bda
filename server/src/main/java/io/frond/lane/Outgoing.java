package io.frond.lane;

import io.frond.store.StoredMessage;
import java.util.Arrays;

/// A stored message as it goes to the hub. The arrays are its own.
///
/// @param body headers, of `headerLength` bytes, and payload
record Outgoing(byte[] subject, int headerLength, byte[] body) {
  /// @param id by which the hub recognizes it
  /// @param last id of the message that must be the last at the stream; empty for any, as it is
  ///   when the message says so itself
  static Outgoing of(StoredMessage message, String id, String last) {
    var stored = message.body();
    var more =
        last.isEmpty() || LaneHeaders.has(stored, message.headerLength(), LaneHeaders.LAST_ID)
            ? ""
            : LaneHeaders.line(LaneHeaders.LAST_ID, last);
    var headers = LaneHeaders.with(stored, message.headerLength(), id, more);
    return new Outgoing(
        message.subject(),
        headers.length,
        LaneHeaders.join(headers, stored, message.headerLength()));
  }

  int size() {
    return body.length;
  }

  /// The same for a server that takes no headers.
  Outgoing withoutHeaders() {
    return new Outgoing(subject, 0, Arrays.copyOfRange(body, headerLength, body.length));
  }
}

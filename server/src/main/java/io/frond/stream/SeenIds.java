package io.frond.stream;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a stream knows of its messages' ids (`Nats-Msg-Id`): those within the duplicate window, and
/// that of the last message. The shard's thread.
final class SeenIds {
  private final Stream stream;
  private final DuplicateWindow window = new DuplicateWindow();
  private String last = "";

  SeenIds(Stream stream) {
    this.stream = stream;
  }

  /// The id of the last message, empty when it has none.
  String last() {
    return last;
  }

  /// The sequence of the message with this id, 0 when there was none in the last while.
  long find(byte[] id, long time) {
    var length = stream.config().duplicateWindow();
    if (length <= 0) {
      return 0;
    }
    window.forgetUpTo(time - length);
    return window.find(id);
  }

  /// Forgets ids whose time is over.
  void forget(long now) {
    window.forgetUpTo(now - stream.config().duplicateWindow());
  }

  /// A message got a sequence.
  void stored(Incoming message, long sequence, long time) {
    stored(message.headerLength() == 0 ? null : message.headers(), sequence, time);
  }

  /// A message has a sequence.
  ///
  /// @param headers null for none
  void stored(@Nullable MessageHeaders headers, long sequence, long time) {
    if (headers == null || !headers.says(HeaderName.MSG_ID)) {
      last = "";
      return;
    }
    var id = headers.bytes(HeaderName.MSG_ID);
    last = new String(id, StandardCharsets.UTF_8);
    if (stream.config().duplicateWindow() > 0) {
      window.add(id, sequence, time);
    }
  }

  void save(StateWriter to) {
    to.text(last);
    window.save(to);
  }

  void restore(StateReader from) {
    last = from.text();
    window.restore(from);
  }
}

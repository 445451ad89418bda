package io.frond.consumer;

import io.frond.stream.StreamView;
import java.nio.charset.StandardCharsets;

/// How much may be on its way to a push consumer's client: a window that doubles with each answer
/// (ADR-15). On the shard's thread.
final class FlowControl {
  private static final long WINDOW_MAX = 32L << 20;
  private static final long WINDOW_START = WINDOW_MAX / 16;

  private final StreamView stream;
  private final String prefix;
  private final boolean on;
  private long window = WINDOW_START;
  private long onTheWay;
  private long asked;
  private String waitingFor = "";

  FlowControl(StreamView stream, String consumer, ConsumerConfig config) {
    this.stream = stream;
    on = config.flowControl();
    prefix = "$JS.FC." + stream.config().name() + '.' + consumer + '.';
  }

  /// Whether nothing more may be sent before an answer.
  boolean isFull() {
    return on && onTheWay > window;
  }

  /// Whether no answer is waited for.
  boolean isQuiet() {
    return on && waitingFor.isEmpty();
  }

  /// The subject of the answer that is waited for; empty for none.
  String waitingFor() {
    return waitingFor;
  }

  /// Counts a message.
  ///
  /// @return whether to ask for an answer now
  boolean sent(int size) {
    if (!on) {
      return false;
    }
    onTheWay += size;
    if (waitingFor.isEmpty()) {
      return onTheWay > window / 2;
    }
    if (onTheWay - asked >= window) {
      asked += size;
    }
    return false;
  }

  /// The subject to answer to.
  byte[] ask() {
    waitingFor = prefix + stream.newId().substring(18);
    asked = onTheWay;
    return waitingFor.getBytes(StandardCharsets.UTF_8);
  }

  /// Takes an answer.
  ///
  /// @return whether it is the one that is waited for
  boolean answered(byte[] subject) {
    if (waitingFor.isEmpty() || !waitingFor.equals(new String(subject, StandardCharsets.UTF_8))) {
      return false;
    }
    window = Math.min(2 * window, WINDOW_MAX);
    onTheWay = Math.max(0, onTheWay - asked);
    asked = 0;
    waitingFor = "";
    return true;
  }
}

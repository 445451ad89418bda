package io.frond.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Answers an origin's flow control once all that came before the question was applied, so that the
/// origin does not run ahead of us and, where it keeps messages for us, knows which are safe here.
/// The shard's thread.
final class OriginFlow {
  private static final byte[] CONTROL = "NATS/1.0 100 ".getBytes(StandardCharsets.US_ASCII);

  private final Stream stream;
  private byte @Nullable [] reply;
  private long delivered;
  private long received;

  OriginFlow(Stream stream) {
    this.stream = stream;
  }

  /// The origin asks.
  ///
  /// @param deliveredNow the consumer's count of the last message that came
  /// @param receivedNow the origin's sequence of it
  /// @param applied the origin's sequence up to which all is stored
  void asked(byte[] to, long deliveredNow, long receivedNow, long applied) {
    reply = to;
    delivered = deliveredNow;
    received = receivedNow;
    applied(applied);
  }

  void applied(long upTo) {
    if (reply == null || upTo < received) {
      return;
    }
    var headers =
        new HeaderBlock()
            .add(HeaderName.LAST_CONSUMER, Long.toString(delivered))
            .add(HeaderName.LAST_STREAM, Long.toString(received))
            .bytes();
    stream.outlet().publish(reply, new byte[0], headers.length, headers);
    reply = null;
  }

  void forget() {
    reply = null;
  }

  /// Whether a message that is all headers is a word of the server, not of a stream.
  static boolean isControl(byte[] body) {
    return body.length > CONTROL.length
        && Arrays.equals(body, 0, CONTROL.length, CONTROL, 0, CONTROL.length);
  }
}

package io.frond.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.buffer.FlushSet;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final byte[][] SUBJECTS = {bytes("a"), bytes("orders.eu"), bytes("x.y.z")};
  private static final byte[][] SIDS = {bytes("1"), bytes("1"), bytes("22"), bytes("333")};

  private final Delivery delivery = new Delivery(0, new FlushSet(), 1);

  /// Parts of a line hold for the next message with the same subject and size: none may be used
  /// where anything else differs.
  @Test
  void eachMessagesLineIsItsOwnWhateverCameBefore() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    var hits = 0;
    for (var i = 0; i < 100_000; i++) {
      var subject = SUBJECTS[random.nextInt(SUBJECTS.length)];
      var reply = random.nextInt(4) == 0 ? "in.box" : "";
      var size = 9 + random.nextInt(3);
      var headers = random.nextInt(4) == 0 ? 4 + random.nextInt(2) : 0;
      var shown = random.nextInt(6) == 0 ? "shown.as" : null;
      delivery.begin(
          MessageFrame.of(subject, bytes(reply), headers, new byte[size]), Side.LOCAL, null, true);
      if (random.nextInt(4) > 0) {
        delivery.subjectIs(subject);
        hits++;
      }
      if (shown != null) {
        delivery.showAs(bytes(shown));
      }
      for (var receivers = random.nextInt(4); receivers > 0; receivers--) {
        if (random.nextInt(8) == 0) {
          var _ = delivery.serverLine(bytes("ACC"), new byte[0][], 0);
        }
        var sid = SIDS[random.nextInt(SIDS.length)];
        var takesHeaders = random.nextInt(4) > 0;
        var end = delivery.clientLine(sid, takesHeaders);
        var start = delivery.lineStart(takesHeaders);
        assertEquals(
            line(shown == null ? text(subject) : shown, sid, reply, headers, size, takesHeaders),
            new String(delivery.line(), start, end - start, StandardCharsets.US_ASCII),
            "seed " + seed + ", message " + i);
      }
    }
    assertTrue(hits > 0);
  }

  private static String line(
      String subject, byte[] sid, String reply, int headers, int size, boolean takesHeaders) {
    var start = subject + " " + text(sid) + " " + (reply.isEmpty() ? "" : reply + " ");
    return headers > 0 && takesHeaders
        ? "HMSG " + start + headers + " " + size + "\r\n"
        : "MSG " + start + (size - headers) + "\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}

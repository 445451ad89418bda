package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The mark of messages that come late.
class LateTest {
  private static final String LINE = "Frond-Late: core1 2026-01-02T03:04:05Z\r\n";
  private static final long TIME = 1_767_323_045_000L;
  private final Late late = new Late("core1", 100);

  private static MessageFrame frame(String header, String payload) {
    return MessageFrame.of(bytes("s"), bytes("r"), header.length(), bytes(header + payload));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String body(MessageFrame frame) {
    return new String(frame.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aMessageWithoutHeadersGetsSome() {
    var marked = late.mark(frame("", "hi"), TIME);
    assertEquals("NATS/1.0\r\n" + LINE + "\r\nhi", body(marked));
    assertEquals(marked.size() - 2, marked.headerLength());
    assertEquals("s", marked.subjectText());
    assertEquals("r", new String(marked.reply(), StandardCharsets.UTF_8));
  }

  @Test
  void headersThatThereAreStay() {
    var marked = late.mark(frame("NATS/1.0\r\nA: b\r\n\r\n", "hi"), TIME);
    assertEquals("NATS/1.0\r\nA: b\r\n" + LINE + "\r\nhi", body(marked));
    assertEquals(marked.size() - 2, marked.headerLength());
  }

  @Test
  void aMessageThatWouldBeTooLargeGoesAsItIs() {
    var large = frame("", "x".repeat(60));
    assertSame(large, late.mark(large, TIME));
  }
}

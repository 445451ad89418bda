package io.frond.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.wire.MessageFrame;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which headers ask for a trace, and how they are changed.
class TraceHeadersTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

  private static MessageFrame frame(String... lines) {
    var headers = "NATS/1.0\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    var body = (headers + "payload").getBytes(UTF_8);
    return MessageFrame.of("s".getBytes(UTF_8), new byte[0], headers.length(), body);
  }

  private static String text(MessageFrame frame) {
    return new String(frame.body(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nats-Trace-Dest: a",
        "Nats-Trace-Dest:a",
        "traceparent: x",
        "TraceParent: x",
        "TRACEPARENT:x",
        "Nats-Trace-Dest: trace disabled"
      })
  void aLineThatMayAskIsSeenWhereverItStands(String line) {
    assertTrue(TraceHeaders.isIn(frame(line)));
    assertTrue(TraceHeaders.isIn(frame("A: b", line)));
    assertTrue(TraceHeaders.isIn(frame(line, "Some-Thing: longer than eight bytes")));
    for (var length = 0; length < 40; length++) {
      assertTrue(TraceHeaders.isIn(frame("N: " + "x".repeat(length), line, "T: y")), line);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nats-Trace-Des: a",
        "Nats-Trace-Destx: a",
        "nats-trace-dest: a",
        "X: Nats-Trace-Dest: a",
        "Nats-Msg-Id: Nats-Trace-Dest:",
        "tracestate: traceparent:",
        "traceparen: a",
        "t: a",
        "N: a",
        ""
      })
  void othersAreNot(String line) {
    assertFalse(TraceHeaders.isIn(frame(line)));
    assertFalse(TraceHeaders.isIn(frame("A: b", line, "C: d")));
  }

  @Test
  void whatHeadersAskForIsRead() {
    var asked = TraceHeaders.read(frame("B: 2", "Nats-Trace-Dest: \t to ", "A: 1", "B: 3"));
    assertNotNull(asked);
    assertFalse(asked.external());
    assertEquals("{A=[1], B=[2, 3], Nats-Trace-Dest=[to]}", asked.headers().toString());
    assertEquals("to", asked.first("Nats-Trace-Dest"));
    assertEquals("", asked.first("C"));
  }

  @Test
  void aTraceContextAsksWhenItIsSampled() {
    for (var flags : List.of("01", "03", "7f")) {
      var asked = TraceHeaders.read(frame("TraceParent: " + PARENT + flags));
      assertNotNull(asked, flags);
      assertTrue(asked.external());
    }
    for (var flags : List.of("00", "02", "81", "1", "001", "zz")) {
      assertNull(TraceHeaders.read(frame("traceparent: " + PARENT + flags)), flags);
    }
    var both = TraceHeaders.read(frame("traceparent: " + PARENT + "01", "Nats-Trace-Dest: a"));
    assertNotNull(both);
    assertFalse(both.external(), "the destination counts");
  }

  @Test
  void aTraceThatWasEndedIsNotBegunAgain() {
    var ended = TraceHeaders.disabled(frame("traceparent: " + PARENT + "01"));
    assertTrue(text(ended).endsWith("\r\nNats-Trace-Dest: trace disabled\r\n\r\npayload"));
    assertNull(TraceHeaders.read(ended));
  }

  @Test
  void aHeaderReplacesTheOneThatWas() {
    var frame = frame("A: 1", "Nats-Trace-Dest: to", "B: 2");
    var changed = TraceHeaders.with(frame, "Nats-Trace-Dest", "other");
    assertEquals(
        "NATS/1.0\r\nA: 1\r\nB: 2\r\nNats-Trace-Dest: other\r\n\r\npayload", text(changed));
    assertEquals(changed.size() - "payload".length(), changed.headerLength());
    var more = TraceHeaders.with(changed, "Nats-Trace-Hop", "1");
    assertTrue(text(more).contains("Nats-Trace-Hop: 1\r\n\r\npayload"));
    var next = TraceHeaders.with(more, "Nats-Trace-Hop", "1.1");
    assertFalse(text(next).contains("Hop: 1\r\n"));
  }
}

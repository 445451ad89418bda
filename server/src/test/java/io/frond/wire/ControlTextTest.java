package io.frond.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.wire.ProtocolParser.Dialect;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Operations in the log are as they were on the wire.
class ControlTextTest {
  private static List<String> texts(Dialect dialect, List<String> lines) throws ProtocolException {
    var texts = new ArrayList<String>();
    var parser = new ProtocolParser(dialect, 4096, 1 << 20);
    parser.resumes(true);
    var sink =
        new ProtocolParser.Sink() {
          @Override
          public void onMessage(MessageFrame frame) {
            texts.add("a message");
          }

          @Override
          public void onControl(ControlOp op) {
            texts.add(op.text());
          }

          @Override
          public boolean stopped() {
            return false;
          }
        };
    var bytes = (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8);
    var in = Unpooled.wrappedBuffer(bytes);
    try {
      parser.parse(in, sink);
    } finally {
      in.release();
      parser.release();
    }
    return texts;
  }

  @Test
  void whatClientsSay() throws Exception {
    var said = List.of("SUB foo 1", "SUB föö.* q 22", "UNSUB 1", "UNSUB 22 5", "PING", "PONG");
    assertEquals(said, texts(Dialect.CLIENT, said));
    assertEquals(
        List.of("CONNECT"), texts(Dialect.CLIENT, List.of("CONNECT {\"pass\":\"secret\"}")));
  }

  @Test
  void whatLeavesSay() throws Exception {
    var said =
        List.of(
            "INFO {\"server_id\":\"X\"}",
            "LS+ a.>",
            "LS- a.>",
            "LS+ a q 3",
            "LS- a q",
            "SRC 7 y 0",
            "SRC 7 y 0 +",
            "LACK x 5",
            "LACK x 5 9",
            "LAGN x 5",
            "LEND x",
            "LS=",
            "-ERR 'no'");
    assertEquals(said, texts(Dialect.LEAF, said));
  }

  @Test
  void whatServersOfAClusterSay() throws Exception {
    var said =
        List.of(
            "RS+ A a.b",
            "RS- A a.b",
            "RS+ A a q 2",
            "RS- A a q",
            "LS+ edge A a",
            "LS+ edge A a q 1",
            "A+ A",
            "A- A",
            "SES A {\"session\":\"x\"}",
            "SS+ A id a.b",
            "SS+ A id a.b q 3",
            "SS- A id a.b q",
            "SACK A id src.0 73014444033",
            "LDOM A {}",
            "FENCE 1",
            "FENCED 9223372036854775807");
    assertEquals(said, texts(Dialect.ROUTE, said));
  }
}

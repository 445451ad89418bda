package io.frond.leafnode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the border of a leaf link lets pass.
class JetStreamBorderTest {
  private static boolean keeps(JetStreamBorder border, String subject) {
    var bytes = subject.getBytes(UTF_8);
    return border.keeps(ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  private static boolean stops(JetStreamBorder border, String subject) {
    var bytes = subject.getBytes(UTF_8);
    return border.stops(ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  @Test
  void thePlainNamesStayOnTheirSide() {
    var border = JetStreamBorder.of(false, "edge", null);
    for (var subject : List.of("$JS.API.INFO", "$JS.API.STREAM.NAMES", "$KV.B.k", "$OBJ.O.C.x")) {
      assertTrue(keeps(border, subject), subject);
      assertTrue(stops(border, subject), subject);
      assertTrue(border.hides(subject.getBytes(UTF_8)), subject);
    }
    for (var subject :
        List.of("orders", "$JS.hub.API.INFO", "$JS.ACK.S.C.1.1.1.1.0", "$JS.FC.S.C.x", "$KVX.a")) {
      assertFalse(keeps(border, subject), subject);
      assertFalse(stops(border, subject), subject);
    }
  }

  @Test
  void requestsForTheOwnDomainDoNotLeave() {
    var border = JetStreamBorder.of(false, "edge", null);
    assertTrue(keeps(border, "$JS.edge.API.INFO"));
    assertFalse(stops(border, "$JS.edge.API.INFO"));
    assertFalse(border.hides("$JS.edge.API.>".getBytes(UTF_8)));
  }

  @Test
  void interestThatReachesFurtherIsShown() {
    var border = JetStreamBorder.of(false, "edge", null);
    assertFalse(border.hides(">".getBytes(UTF_8)));
    assertFalse(border.hides("$JS.>".getBytes(UTF_8)));
    assertTrue(border.hides("$JS.API.>".getBytes(UTF_8)));
  }

  @Test
  void anEmptyDefaultDomainOpensIt() {
    var border = JetStreamBorder.of(false, null, "");
    assertFalse(keeps(border, "$JS.API.INFO"));
    assertFalse(stops(border, "$JS.API.INFO"));
  }

  @Test
  void theSystemAccountKeepsTheClustersMessagesToo() {
    var border = JetStreamBorder.of(true, null, "");
    for (var subject : List.of("$JSC.R.x", "$NRG.V.x", "$SYS.FROND.JS.HELLO", "$JS.API.INFO")) {
      assertTrue(keeps(border, subject), subject);
    }
    assertEquals(false, keeps(border, "$SYS.REQ.SERVER.PING"));
  }
}

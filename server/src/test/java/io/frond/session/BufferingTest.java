package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which messages wait for a far end, and for how long.
class BufferingTest {
  private static MessageFrame frame(String subject, String reply) {
    return MessageFrame.of(
        subject.getBytes(StandardCharsets.UTF_8),
        reply.getBytes(StandardCharsets.UTF_8),
        0,
        new byte[0]);
  }

  @Test
  void requestsAnswersAndWhatSourcesGetAreNotKept() {
    var all = new Buffering(new SubjectRule(null, List.of()));
    assertTrue(all.keeps(frame("orders", "")));
    assertTrue(all.keeps(frame("orders", "answers.here")));
    assertTrue(all.keeps(frame("$JS.ACK.x", "")));
    assertFalse(all.keeps(frame("orders", "_INBOX.a")));
    assertFalse(all.keeps(frame("_INBOX.a", "")));
    assertFalse(all.keeps(frame("$JS.S.a", "")));
    assertFalse(all.keeps(frame("$JS.edge.API.CONSUMER.CREATE.S", "$JSC.R.a")));
  }

  @Test
  void onlySubjectsThatAreAllowedAre() {
    var some = new Buffering(new SubjectRule(List.of("a.>"), List.of("a.b")));
    assertTrue(some.keeps(frame("a.c", "")));
    assertFalse(some.keeps(frame("a.b", "")));
    assertFalse(some.keeps(frame("b", "")));
  }

  @Test
  void howLongSomebodyWaitsForTheAnswer() {
    lasts(5_000, frame("orders", "_INBOX.a"));
    lasts(30_000, frame("$JS.edge.API.CONSUMER.CREATE.S", "$JSC.R.a"));
    lasts(5_000, frame("$JS.edge.API.CONSUMER.CREATE.S", "$JSC.R.F.a"));
    assertFalse(Buffering.isOver(frame("orders", ""), Long.MAX_VALUE));
    assertFalse(Buffering.mayWait(frame("orders", ""), 0), "it is kept in any case");
  }

  private static void lasts(long millis, MessageFrame request) {
    assertFalse(Buffering.isOver(request, millis));
    assertTrue(Buffering.isOver(request, millis + 1));
    assertTrue(Buffering.mayWait(request, 4_999));
    assertEquals(millis > 5_000, Buffering.mayWait(request, 5_000));
  }
}

package io.frond.stream;

import static io.frond.stream.StreamRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StreamBatchTest {
  private static String batch(String id, int sequence, String commit) {
    return "Nats-Batch-Id: "
        + id
        + "\r\nNats-Batch-Sequence: "
        + sequence
        + "\r\n"
        + (commit.isEmpty() ? "" : "Nats-Batch-Commit: " + commit + "\r\n");
  }

  private static StreamRig atomic() {
    return new StreamRig(b -> {
      b.allowAtomic = true;
      b.allowMsgCounter = false;
    });
  }

  private static void assertError(int number, String said) {
    assertTrue(said.contains("\"err_code\":" + number + ","), number + ": " + said);
  }

  @Test
  void anAtomicBatchIsStoredAtItsCommit() {
    var rig = atomic();
    rig.publish("s.x");
    assertEquals("", rig.publish("s.a", batch("B", 1, ""), "1"));
    assertEquals("", rig.publish("s.b", batch("B", 2, ""), "2"));
    assertEquals("1:s.x", rig.messages());
    assertEquals(
        "{\"stream\":\"S\",\"seq\":4,\"batch\":\"B\",\"count\":3}",
        rig.publish("s.c", batch("B", 3, "1"), "3"));
    assertEquals("1:s.x 2:s.a 3:s.b 4:s.c", rig.messages());
    assertEquals("NATS/1.0\r\n" + batch("B", 2, "") + "\r\n2", rig.body(3));
    rig.publish("s.a", batch("C", 1, ""), "1");
    assertEquals(
        "{\"stream\":\"S\",\"seq\":5,\"batch\":\"C\",\"count\":1}",
        rig.publish("s.b", batch("C", 2, "eob"), ""));
    assertTrue(rig.body(5).contains("Nats-Batch-Commit: 1\r\n"));
    assertEquals(0, rig.budget.atomicInFlight());
  }

  @Test
  void aBatchThatIsNotAsItMustBeEndsWithoutATrace() {
    var rig = atomic();
    assertError(10176, rig.publish("s.a", batch("B", 2, ""), "1"));
    assertError(10199, rig.publish("s.a", batch("B", 5, ""), "1"));
    assertError(10176, rig.publish("s.a", batch("B", 0, ""), "1"));
    assertError(10199, rig.publish("s.a", batch("B", 0, "eob"), "1"));
    assertError(10175, rig.publish("s.a", "Nats-Batch-Id: B\r\n", "1"));
    assertError(10179, rig.publish("s.a", batch("B".repeat(65), 1, ""), "1"));
    rig.publish("s.a", batch("B", 1, ""), "1");
    assertError(10176, rig.publish("s.a", batch("B", 3, ""), "1"));
    assertTrue(
        rig.events
            .getLast()
            .endsWith("Z\",\"stream\":\"S\",\"batch\":\"B\",\"reason\":\"incomplete\"}"),
        rig.events.getLast());
    rig.publish("s.a", batch("B", 1, ""), "1");
    assertError(10200, rig.publish("s.a", batch("B", 2, "yes"), "1"));
    rig.publish("s.a", batch("B", 1, ""), "1");
    rig.publish("s.a", batch("C", 1, ""), "1");
    assertError(10210, rig.publish("s.a", batch("D", 1, ""), "1"));
    rig.shard.advance(11 * SECOND);
    assertTrue(rig.events.getLast().contains("\"reason\":\"timeout\""));
    assertError(10176, rig.publish("s.a", batch("B", 2, "1"), "1"));
    for (var i = 1; i <= 3; i++) {
      rig.publish("s.a", batch("E", i, ""), "1");
    }
    assertError(10199, rig.publish("s.a", batch("E", 4, "1"), "1"));
    assertTrue(rig.events.getLast().contains("\"reason\":\"large\""));
    assertEquals("", rig.messages());
    assertEquals(0, rig.budget.atomicInFlight());
    assertError(10174, new StreamRig(b -> {}).publish("s.a", batch("B", 1, ""), "1"));
  }

  @Test
  void oneBadMessageRefusesAllOfABatch() {
    var rig = atomic();
    rig.publish("s.a", "Nats-Msg-Id: 1\r\n", "x");
    rig.publish("s.b", batch("B", 1, ""), "1");
    assertError(10201, rig.publish("s.c", batch("B", 2, "1") + "Nats-Msg-Id: 1\r\n", "1"));
    rig.publish("s.b", batch("B", 1, ""), "1");
    assertError(
        10071, rig.publish("s.c", batch("B", 2, "1") + "Nats-Expected-Last-Sequence: 9\r\n", "1"));
    rig.publish("s.b", batch("B", 1, ""), "1");
    assertError(
        10164,
        rig.publish("s.b", batch("B", 2, "1") + "Nats-Expected-Last-Subject-Sequence: 0\r\n", "1"));
    assertError(
        10177, rig.publish("s.b", batch("B", 1, "1") + "Nats-Expected-Last-Msg-Id: x\r\n", "1"));
    assertEquals("1:s.a", rig.messages());
    rig.publish(
        "s.b",
        batch("B", 1, "")
            + "Nats-Expected-Last-Sequence: 1\r\nNats-Expected-Last-Subject-Sequence: 0\r\n",
        "1");
    rig.publish("s.c", batch("B", 2, "1") + "Nats-Expected-Last-Subject-Sequence: 0\r\n", "1");
    assertEquals("1:s.a 2:s.b 3:s.c", rig.messages());
    var counters =
        new StreamRig(b -> {
          b.allowAtomic = true;
          b.allowMsgCounter = true;
        });
    counters.publish("s.a", batch("B", 1, "") + "Nats-Incr: 2\r\n", "");
    counters.publish("s.a", batch("B", 2, "1") + "Nats-Incr: 3\r\n", "");
    assertTrue(counters.body(2).endsWith("{\"val\":\"5\"}"));
  }

  private static StreamRig fast() {
    return new StreamRig(b -> b.allowBatched = true);
  }

  private static String send(StreamRig rig, String gap, int sequence, int operation) {
    return send(rig, gap, sequence, operation, "");
  }

  private static String send(
      StreamRig rig, String gap, int sequence, int operation, String headers) {
    var reply = "_I.ID.2." + gap + "." + sequence + "." + operation + ".$FI";
    rig.send("s.a", reply, headers, "x");
    rig.shard.run();
    return rig.answers(reply);
  }

  @Test
  void aFastBatchIsAcknowledgedNowAndThen() {
    var rig = fast();
    assertEquals("{\"type\":\"ack\",\"seq\":0,\"msgs\":2}", send(rig, "fail", 1, 0));
    assertEquals("{\"type\":\"ack\",\"seq\":2,\"msgs\":2}", send(rig, "fail", 2, 1));
    rig.restart();
    assertEquals("", send(rig, "fail", 3, 1));
    assertEquals("{\"type\":\"ack\",\"seq\":2,\"msgs\":2}", send(rig, "fail", 3, 4));
    assertEquals(
        "{\"stream\":\"S\",\"seq\":4,\"batch\":\"ID\",\"count\":4}", send(rig, "fail", 4, 2));
    assertError(10208, send(rig, "fail", 5, 1));
    assertEquals(4, rig.stream.store().lastSequence());
    assertEquals(0, rig.budget.fastInFlight());
    send(rig, "fail", 1, 0);
    assertEquals(
        "{\"stream\":\"S\",\"seq\":5,\"batch\":\"ID\",\"count\":1}", send(rig, "fail", 2, 3));
  }

  @Test
  void gapsEndAFastBatchOrAreTold() {
    var rig = fast();
    send(rig, "fail", 1, 0);
    assertEquals(
        "{\"type\":\"gap\",\"last_seq\":2,\"seq\":4}"
            + "{\"stream\":\"S\",\"seq\":1,\"batch\":\"ID\",\"count\":1}",
        send(rig, "fail", 4, 1));
    send(rig, "ok", 1, 0);
    assertEquals(
        "{\"type\":\"gap\",\"last_seq\":2,\"seq\":5}{\"type\":\"ack\",\"seq\":4,\"msgs\":2}",
        send(rig, "ok", 5, 1));
    assertEquals(
        "{\"type\":\"err\",\"seq\":6,\"error\":{\"code\":400,\"err_code\":10060,"
            + "\"description\":\"expected stream does not match\"}}",
        send(rig, "ok", 6, 1, "Nats-Expected-Stream: X\r\n"));
    assertEquals(
        "{\"stream\":\"S\",\"seq\":4,\"batch\":\"ID\",\"count\":7}", send(rig, "ok", 7, 2));
  }

  @Test
  void aFastBatchsMessageMayExpectTheLastId() {
    var rig = fast();
    send(rig, "ok", 1, 0, "Nats-Msg-Id: m1\r\n");
    assertEquals(
        "{\"type\":\"err\",\"seq\":2,\"error\":{\"code\":400,\"err_code\":10070,"
            + "\"description\":\"wrong last msg ID: m1\"}}",
        send(rig, "ok", 2, 1, "Nats-Expected-Last-Msg-Id: m2\r\n"));
    send(rig, "ok", 3, 1, "Nats-Expected-Last-Msg-Id: m1\r\n");
    assertEquals(2, rig.stream.store().lastSequence());
  }

  @Test
  void aFastBatchThatNothingComesForEnds() {
    var rig = fast();
    send(rig, "fail", 1, 0);
    rig.shard.advance(9 * SECOND);
    send(rig, "fail", 2, 1);
    rig.shard.advance(9 * SECOND);
    assertEquals(1, rig.budget.fastInFlight());
    rig.shard.advance(2 * SECOND);
    assertEquals(0, rig.budget.fastInFlight());
    assertError(10208, send(rig, "fail", 3, 1));
    assertError(10205, send(new StreamRig(b -> {}), "fail", 1, 0));
    assertError(10206, send(rig, "maybe", 1, 0));
  }

  @Test
  void schedulesMakeMessagesOnce() {
    var rig =
        new StreamRig(b -> {
          b.allowMsgSchedules = true;
          b.allowMsgTtl = true;
        });
    var target = "Nats-Schedule-Target: s.out\r\n";
    rig.publish(
        "s.once",
        "Nats-Schedule: @at 2025-06-15T15:06:45Z\r\nNats-Schedule-TTL: 7s\r\nA: b\r\n" + target,
        "hello");
    assertTrue(rig.body(1).contains("Nats-Rollup: sub\r\n"));
    rig.publish("s.often", "Nats-Schedule: @every 3s\r\n" + target, "again");
    rig.shard.advance(3 * SECOND);
    assertEquals("1:s.once 2:s.often 3:s.out", rig.messages());
    assertEquals(
        "NATS/1.0\r\nNats-Scheduler: s.often\r\nNats-Schedule-Next: 2025-06-15T15:06:46Z\r\n\r\n"
            + "again",
        rig.body(3));
    rig.restart();
    rig.shard.advance(2 * SECOND + SECOND / 2);
    assertEquals(
        "NATS/1.0\r\nA: b\r\nNats-Scheduler: s.once\r\nNats-Schedule-Next: purge\r\n"
            + "Nats-TTL: 7s\r\n\r\nhello",
        rig.body(4));
    assertEquals("2:s.often 3:s.out 4:s.out", rig.messages());
    rig.shard.advance(SECOND);
    assertEquals("2:s.often 3:s.out 4:s.out 5:s.out", rig.messages());
    rig.remove(2);
    rig.shard.advance(20 * SECOND);
    assertEquals("3:s.out 5:s.out", rig.messages());
  }

  @Test
  void whatIsDueNextIsToldInTheSchedulesTimeZone() {
    var rig = new StreamRig(b -> b.allowMsgSchedules = true);
    rig.publish(
        "s.in",
        "Nats-Schedule: 0 * * * * *\r\nNats-Schedule-Time-Zone: Asia/Kolkata\r\n"
            + "Nats-Schedule-Target: s.out\r\n",
        "");
    rig.shard.advance(60 * SECOND);
    assertTrue(
        rig.body(2).contains("\r\nNats-Schedule-Next: 2025-06-15T20:38:00+05:30\r\n"), rig.body(2));
  }

  @Test
  void schedulesThatCannotBeAreRefused() {
    var rig =
        new StreamRig(b -> {
          b.allowMsgSchedules = true;
          b.allowMsgTtl = true;
        });
    var at = "Nats-Schedule: @every 3s\r\n";
    assertError(10189, rig.publish("s.a", "Nats-Schedule: @every 3\r\n", ""));
    assertError(10223, rig.publish("s.a", "Nats-Schedule-Time-Zone: X\r\n" + at, ""));
    assertError(10190, rig.publish("s.a", at, ""));
    assertError(10190, rig.publish("s.a", at + "Nats-Schedule-Target: s.a\r\n", ""));
    assertError(10190, rig.publish("s.a", at + "Nats-Schedule-Target: other\r\n", ""));
    var ok = at + "Nats-Schedule-Target: s.b\r\n";
    assertError(10191, rig.publish("s.a", ok + "Nats-Schedule-TTL: 1ms\r\n", ""));
    assertError(10192, rig.publish("s.a", ok + "Nats-Rollup: all\r\n", ""));
    assertError(10203, rig.publish("s.a", ok + "Nats-Schedule-Source: s.a\r\n", ""));
    assertError(10212, rig.publish("s.a", "Nats-Scheduler: s.b\r\n", ""));
    assertError(10212, rig.publish("s.a", "Nats-Schedule-Next: later\r\n", ""));
    assertError(10188, new StreamRig(b -> {}).publish("s.a", ok, ""));
  }

  @Test
  void anAtomicBatchThatALeafLinkBringsAgainIsThereOnce() {
    var rig = atomic();
    for (var time = 0; time < 2; time++) {
      for (var i = 1; i <= 3; i++) {
        rig.send("src0", 10 + i, "s.a", "_R", batch("B", i, i == 3 ? "1" : ""), "" + i);
        rig.shard.run();
      }
      assertEquals(
          time == 0 ? "{\"stream\":\"S\",\"seq\":3,\"batch\":\"B\",\"count\":3}" : "",
          rig.answers("_R"));
      assertEquals("1:s.a 2:s.a 3:s.a", rig.messages());
      rig.restart();
    }
    for (var i = 1; i <= 2; i++) {
      rig.send("src0", 13 + i, "s.b", "_R", batch("B", i, i == 2 ? "1" : ""), "" + i);
      rig.shard.run();
    }
    assertEquals("1:s.a 2:s.a 3:s.a 4:s.b 5:s.b", rig.messages());
  }

  @Test
  void anAtomicBatchWithoutItsCommitMayComeAgain() {
    var rig = atomic();
    rig.send("src0", 1, "s.a", "_R", batch("B", 1, ""), "1");
    rig.shard.run();
    rig.restart();
    for (var i = 1; i <= 2; i++) {
      rig.send("src0", i, "s.a", "_R", batch("B", i, i == 2 ? "1" : ""), "" + i);
      rig.shard.run();
    }
    assertEquals("1:s.a 2:s.a", rig.messages());
  }

  @Test
  void aFastBatchThatALeafLinkBringsAgainIsThereOnce() {
    var rig = fast();
    for (var time = 0; time < 2; time++) {
      for (var i = 1; i <= 3; i++) {
        rig.send(
            "src0", i, "s.a", "_I.ID.2.fail." + i + "." + Math.min(i - 1, 1) + ".$FI", "", "x");
        rig.shard.run();
      }
      assertEquals("1:s.a 2:s.a 3:s.a", rig.messages());
      rig.restart();
    }
    rig.send("src0", 4, "s.a", "_I.ID.2.fail.4.2.$FI", "", "x");
    rig.shard.run();
    assertEquals("1:s.a 2:s.a 3:s.a 4:s.a", rig.messages());
  }
}

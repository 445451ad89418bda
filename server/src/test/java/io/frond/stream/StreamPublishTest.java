package io.frond.stream;

import static io.frond.stream.StreamRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.shard.EntryKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPublishTest {
  private static String error(int code, int number, String text) {
    return "{\"error\":{\"code\":"
        + code
        + ",\"err_code\":"
        + number
        + ",\"description\":\""
        + text
        + "\"},\"stream\":\"S\",\"seq\":0}";
  }

  private static String ack(long sequence) {
    return "{\"stream\":\"S\",\"seq\":" + sequence + "}";
  }

  private static String duplicate(long sequence) {
    return "{\"stream\":\"S\",\"seq\":" + sequence + ",\"duplicate\": true}";
  }

  @Test
  void aMessageIsStoredAndAcknowledged() {
    var rig = new StreamRig(b -> b.description = "d");
    assertEquals(ack(1), rig.publish("s.a", "", "hello"));
    assertEquals(ack(2), rig.publish("s.b", "A: b\r\n", "hello"));
    assertEquals("1:s.a 2:s.b", rig.messages());
    assertEquals("NATS/1.0\r\nA: b\r\n\r\nhello", rig.body(2));
    rig.send("s.c", "", "", "no reply");
    rig.shard.run();
    assertEquals("", rig.answers("_R"));
    assertEquals(3, rig.stream.store().lastSequence());
    assertEquals(rig.stream.store().bytes(), rig.grown);
  }

  @Test
  void nobodyIsAnsweredWithNoAckNorWhileReplaying() {
    var rig = new StreamRig(b -> b.noAck = true);
    assertEquals("", rig.publish("s.a"));
    assertEquals("", rig.publish("s.a", "Nats-Expected-Stream: X\r\n", ""));
    var full = new StreamRig(b -> {});
    full.full = ApiErrorCode.ACCOUNT_RESOURCES_EXCEEDED.with();
    assertEquals(error(400, 10002, "resource limits exceeded for account"), full.publish("s.a"));
  }

  @Test
  void whatALeafLinkBringsAgainAfterARestartIsNotStoredTwice() {
    var rig = new StreamRig(b -> {});
    for (var sequence = 10; sequence <= 12; sequence++) {
      rig.send("loop-1", sequence, "s." + sequence, "", "", "x");
      rig.send("loop-2", 2L * sequence, "s.other", "", "", "x");
    }
    rig.shard.run();
    var before = rig.messages();
    rig.restart();
    rig.send("loop-1", 11, "s.11", "", "", "x");
    rig.send("loop-1", 12, "s.12", "", "", "x");
    rig.send("loop-2", 24, "s.other", "", "", "x");
    rig.shard.run();
    assertEquals(before, rig.messages());
    rig.send("loop-1", 13, "s.13", "", "", "x");
    rig.send("loop-3", 11, "s.new", "", "", "x");
    rig.shard.run();
    assertEquals(before + " 7:s.13 8:s.new", rig.messages());
  }

  @Test
  void anIdCountsOnceWithinTheWindow() {
    var rig = new StreamRig(b -> b.duplicateWindow = 10 * SECOND);
    assertEquals(ack(1), rig.publish("s.a", "Nats-Msg-Id: 1\r\n", "x"));
    assertEquals(duplicate(1), rig.publish("s.b", "Nats-Msg-Id: 1\r\n", "x"));
    rig.restart();
    rig.shard.advance(9 * SECOND);
    assertEquals(duplicate(1), rig.publish("s.a", "Nats-Msg-Id: 1\r\n", "x"));
    rig.shard.advance(SECOND);
    assertEquals(ack(2), rig.publish("s.a", "Nats-Msg-Id: 1\r\n", "x"));
    assertEquals(duplicate(2), rig.publish("s.a", "Nats-Msg-Id: 1\r\n", "x"));
  }

  @Test
  void whatIsExpectedMustBeSo() {
    var rig = new StreamRig(b -> {});
    assertEquals(
        error(400, 10060, "expected stream does not match"),
        rig.publish("s.a", "Nats-Expected-Stream: X\r\n", "x"));
    assertEquals(ack(1), rig.publish("s.a", "Nats-Expected-Stream: S\r\nNats-Msg-Id: m\r\n", "x"));
    assertEquals(
        error(400, 10071, "wrong last sequence: 1"),
        rig.publish("s.a", "Nats-Expected-Last-Sequence: 5\r\n", "x"));
    assertEquals(
        error(400, 10071, "wrong last sequence: 1"),
        rig.publish("s.a", "Nats-Expected-Last-Sequence: x\r\n", "x"));
    assertEquals(
        error(400, 10070, "wrong last msg ID: m"),
        rig.publish("s.a", "Nats-Expected-Last-Msg-Id: n\r\n", "x"));
    assertEquals(ack(2), rig.publish("s.a", "Nats-Expected-Last-Msg-Id: m\r\n", "x"));
    assertEquals(ack(3), rig.publish("s.b", "Nats-Expected-Last-Sequence: 2\r\n", "x"));
    assertEquals(
        error(400, 10071, "wrong last sequence: 2"),
        rig.publish("s.a", "Nats-Expected-Last-Subject-Sequence: 0\r\n", "x"));
    assertEquals(ack(4), rig.publish("s.a", "Nats-Expected-Last-Subject-Sequence: 2\r\n", "x"));
    assertEquals(ack(5), rig.publish("s.c", "Nats-Expected-Last-Subject-Sequence: 0\r\n", "x"));
    var other = "Nats-Expected-Last-Subject-Sequence-Subject: ";
    assertEquals(
        ack(6),
        rig.publish("s.d", "Nats-Expected-Last-Subject-Sequence: 5\r\n" + other + "s.c\r\n", "x"));
    assertEquals(
        error(400, 10071, "wrong last sequence: 6"),
        rig.publish("s.d", "Nats-Expected-Last-Subject-Sequence: 5\r\n" + other + "s.*\r\n", "x"));
    assertEquals(
        error(400, 10193, "missing sequence for expected last sequence per subject"),
        rig.publish("s.d", other + "s.c\r\n", "x"));
  }

  @Test
  void sizesAreLimited() {
    var rig = new StreamRig(b -> b.maxMsgSize = 10);
    assertEquals(ack(1), rig.publish("s.a", "", "0123456789"));
    assertEquals(
        error(400, 10054, "message size exceeds maximum allowed"),
        rig.publish("s.a", "", "01234567890"));
    var sealed = new StreamRig(b -> {});
    sealed.publish("s.a");
    sealed.change(b -> b.sealed = true);
    assertEquals(error(400, 10109, "invalid operation on sealed stream"), sealed.publish("s.a"));
  }

  @Test
  void aFullStreamLetsTheOldestGo() {
    var rig = new StreamRig(b -> b.maxMsgs = 3);
    for (var i = 0; i < 5; i++) {
      rig.publish("s." + i);
    }
    assertEquals("3:s.2 4:s.3 5:s.4", rig.messages());
    rig.change(b -> b.maxMsgs = 1);
    assertEquals("5:s.4", rig.messages());
    var bytes = new StreamRig(b -> b.maxBytes = 100);
    for (var i = 0; i < 9; i++) {
      bytes.publish("s." + i, "", "0123456789");
    }
    assertTrue(bytes.stream.store().bytes() <= 100);
    assertEquals(bytes.stream.store().bytes(), bytes.grown);
    var per = new StreamRig(b -> b.maxMsgsPerSubject = 2);
    for (var i = 0; i < 3; i++) {
      per.publish("s.a");
      per.publish("s.b");
    }
    assertEquals("3:s.a 4:s.b 5:s.a 6:s.b", per.messages());
    per.change(b -> b.maxMsgsPerSubject = 1);
    assertEquals("5:s.a 6:s.b", per.messages());
  }

  @Test
  void aFullStreamThatDiscardsNewRefuses() {
    var rig =
        new StreamRig(b -> {
          b.discard = Discard.NEW;
          b.maxMsgs = 2;
          b.maxMsgsPerSubject = 1;
        });
    rig.publish("s.a");
    rig.publish("s.b");
    assertEquals(error(503, 10077, "maximum messages exceeded"), rig.publish("s.c"));
    assertEquals(ack(3), rig.publish("s.a"));
    rig.change(b -> b.discardNewPerSubject = true);
    assertEquals(error(503, 10077, "maximum messages per subject exceeded"), rig.publish("s.a"));
    rig.change(b -> b.maxMsgs = 1);
    assertEquals("2:s.b 3:s.a", rig.messages(), "a lower limit takes nothing away");
    rig.change(b -> {
      b.discard = Discard.OLD;
      b.discardNewPerSubject = false;
    });
    assertEquals("3:s.a", rig.messages());
    var bytes =
        new StreamRig(b -> {
          b.discard = Discard.NEW;
          b.maxBytes = 60;
        });
    assertEquals(ack(1), bytes.publish("s.a", "", "0123456789"));
    assertEquals(
        error(503, 10077, "maximum bytes exceeded"),
        bytes.publish("s.a", "", "0123456789012345678901234567890123456789"));
  }

  @Test
  void rollupsTakeWhatWasBefore() {
    var rig = new StreamRig(b -> b.allowRollup = true);
    rig.publish("s.a");
    rig.publish("s.b");
    assertEquals(ack(3), rig.publish("s.a", "Nats-Rollup: sub\r\n", "x"));
    assertEquals("2:s.b 3:s.a", rig.messages());
    assertEquals(ack(4), rig.publish("s.c", "Nats-Rollup: ALL\r\n", "x"));
    assertEquals("4:s.c", rig.messages());
    assertEquals(
        error(500, 10111, "rollup value invalid: \\\"some\\\""),
        rig.publish("s.a", "Nats-Rollup: some\r\n", "x"));
    var not = new StreamRig(b -> {});
    assertEquals(
        error(500, 10111, "rollup not permitted"), not.publish("s.a", "Nats-Rollup: sub\r\n", "x"));
  }

  @Test
  void messagesAreRemovedAndPurged() {
    var rig = new StreamRig(b -> {});
    for (var i = 0; i < 10; i++) {
      rig.publish("s." + i % 2);
    }
    assertTrue(rig.remove(4));
    assertTrue(!rig.remove(4) && !rig.remove(11));
    assertEquals(2, rig.purge("s.0", 0, 3));
    assertEquals("2:s.1 5:s.0 6:s.1 7:s.0 8:s.1 9:s.0 10:s.1", rig.messages());
    assertEquals(2, rig.purge("s.*", 6, 0));
    assertEquals(0, rig.purge("", 1, 0));
    assertEquals(1, rig.purge("", 7, 0));
    assertEquals(2, rig.purge("", 0, 2));
    assertEquals("9:s.0 10:s.1", rig.messages());
    assertEquals(2, rig.purge("", 0, 0));
    assertEquals(ack(11), rig.publish("s.a"));
    assertEquals(rig.stream.store().bytes(), rig.grown);
  }

  @Test
  void ageAndTtlTakeMessagesInTime() {
    var rig =
        new StreamRig(b -> {
          b.maxAge = 60 * SECOND;
          b.allowMsgTtl = true;
        });
    rig.publish("s.a");
    rig.publish("s.b", "Nats-TTL: never\r\n", "x");
    rig.publish("s.c", "Nats-TTL: 10s\r\n", "x");
    rig.shard.advance(9 * SECOND);
    rig.publish("s.d", "Nats-TTL: 5\r\n", "x");
    assertEquals("1:s.a 2:s.b 3:s.c 4:s.d", rig.messages());
    rig.shard.advance(SECOND + SECOND / 10);
    assertEquals("1:s.a 2:s.b 4:s.d", rig.messages());
    rig.restart();
    rig.shard.advance(5 * SECOND);
    assertEquals("1:s.a 2:s.b", rig.messages());
    rig.shard.advance(60 * SECOND);
    assertEquals("2:s.b", rig.messages());
    rig.publish("s.e");
    rig.shard.advance(61 * SECOND);
    assertEquals("2:s.b", rig.messages());
    assertEquals(
        error(400, 10165, "invalid per-message TTL"), rig.publish("s.a", "Nats-TTL: 5ms\r\n", "x"));
    var plain = new StreamRig(b -> b.maxAge = SECOND);
    plain.publish("s.a");
    plain.shard.advance(SECOND / 2);
    plain.publish("s.b");
    plain.shard.advance(SECOND / 2 + 1);
    assertEquals("2:s.b", plain.messages());
    plain.shard.advance(SECOND);
    assertEquals("", plain.messages());
    assertEquals(ack(3), plain.publish("s.a"));
    assertEquals(
        error(400, 10166, "per-message TTL is disabled"),
        plain.publish("s.a", "Nats-TTL: 5s\r\n", "x"));
  }

  @Test
  void aSubjectsLastMessageLeavesAMarker() {
    var rig =
        new StreamRig(b -> {
          b.maxAge = 10 * SECOND;
          b.subjectDeleteMarkerTtl = 60 * SECOND;
        });
    rig.publish("s.a");
    rig.publish("s.a");
    rig.publish("s.b", "Nats-TTL: 5s\r\n", "x");
    assertEquals("NATS/1.0\r\nNats-TTL: 60\r\n\r\nx", rig.body(3));
    rig.shard.advance(11 * SECOND);
    assertEquals("4:s.a 5:s.b", rig.messages());
    assertEquals(
        "NATS/1.0\r\nNats-Marker-Reason: MaxAge\r\nNats-TTL: 1m0s\r\nNats-Rollup: sub\r\n\r\n",
        rig.body(4));
    rig.shard.advance(11 * SECOND);
    assertEquals("", rig.messages());
  }

  @Test
  void aStatusIsNotStored() {
    var rig = new StreamRig(b -> {});
    for (var headers :
        new String[] {
          "NATS/1.0 503\r\nA: b\r\n\r\n",
          "NATS/1.0 409 Consumer Deleted\r\n\r\n",
          "NATS/1.0\r\nA: b\r\n\r\n",
          "NATS/1.0\r\n\r\n",
          "NATS/1.1 503\r\nA: b\r\n\r\n",
          "NATS/1.0 x"
        }) {
      var bytes = ("..s.a" + headers + "payload").getBytes(StandardCharsets.UTF_8);
      var body = bytes.length - 5;
      rig.stream
          .arrivals()
          .publish(null, null, 0, ByteBuffer.wrap(bytes), 2, 3, 0, headers.length(), body);
      rig.shard.run();
    }
    assertEquals("NATS/1.0\r\nA: b\r\n\r\npayload", rig.body(1));
    assertEquals("payload", rig.body(2));
    assertEquals("NATS/1.0\r\nA: b\r\n\r\npayload", rig.body(3));
    assertEquals("NATS/1.0\r\n\r\npayload", rig.body(4));
    assertEquals("NATS/1.1 503\r\nA: b\r\n\r\npayload", rig.body(5));
    assertEquals("NATS/1.0 xpayload", rig.body(6));
  }

  @Test
  void idsOfRestoredMessagesCountForTheRestOfTheirWindow() {
    var rig = new StreamRig(b -> b.duplicateWindow = 60 * SECOND);
    restore(rig, 5, "m");
    restore(rig, 6, "n");
    assertTrue(rig.publish("s.a", "Nats-Msg-Id: m\r\n", "x").contains("\"duplicate\""));
    rig.publish("s.a", "Nats-Expected-Last-Msg-Id: n\r\n", "x");
    rig.shard.advance(61 * SECOND);
    rig.publish("s.a", "Nats-Msg-Id: m\r\n", "x");
    assertEquals("5:s.a 6:s.a 7:s.a 8:s.a", rig.messages());
  }

  private static void restore(StreamRig rig, long sequence, String id) {
    var headers = ("NATS/1.0\r\nNats-Msg-Id: " + id + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    RestoredEntry.message(
        rig.shard.begin(EntryKind.RESTORED, 7),
        sequence,
        rig.shard.now(),
        "s.a".getBytes(StandardCharsets.UTF_8),
        ByteBuffer.wrap(headers),
        0,
        headers.length,
        headers.length);
    rig.shard.propose(null);
    rig.shard.run();
  }

  @Test
  void aRepublishWithoutDestinationIsNone() {
    var rig = new StreamRig(b -> b.republish = new StreamConfig.Republish(">", "", false));
    rig.publish("s.a");
    assertTrue(rig.republished.isEmpty());
    rig.change(b -> b.republish = new StreamConfig.Republish("s.*", "", false));
    rig.publish("s.a");
    assertTrue(rig.republished.isEmpty());
  }

  @Test
  void newLimitsOfTheStreamAreEnforcedBeforeThoseOfSubjects() {
    var rig = new StreamRig(b -> b.maxMsgsPerSubject = -1);
    for (var subject : new String[] {"s.a", "s.b", "s.c", "s.c", "s.c"}) {
      rig.publish(subject);
    }
    rig.change(b -> {
      b.maxMsgs = 3;
      b.maxMsgsPerSubject = 1;
    });
    assertEquals("5:s.c", rig.messages());
  }

  @Test
  void subjectsAreTransformedAndMessagesRepublished() {
    var rig =
        new StreamRig(b -> {
          b.subjectTransform = new StreamSource.Transform("s.*", "t.$1");
          b.republish = new StreamConfig.Republish("t.>", "r.>", false);
        });
    assertEquals(ack(1), rig.publish("s.a", "", "hello"));
    assertEquals(ack(2), rig.publish("s.a", "A: b\r\n", "hello"));
    assertEquals("1:t.a 2:t.a", rig.messages());
    assertEquals("r.a", rig.republished.get(0).to());
    assertEquals(
        "NATS/1.0\r\nNats-Stream: S\r\nNats-Subject: t.a\r\nNats-Sequence: 1\r\n"
            + "Nats-Time-Stamp: 2025-06-15T15:06:40Z\r\nNats-Last-Sequence: 0\r\n\r\n",
        rig.republished.get(0).headers());
    assertTrue(
        rig.republished.get(1).headers().startsWith("NATS/1.0\r\nA: b\r\nNats-Stream: S\r\n"));
    assertTrue(rig.republished.get(1).headers().contains("Nats-Last-Sequence: 1\r\n"));
    assertEquals("hello", rig.republished.get(1).payload());
    rig.change(b -> b.republish = new StreamConfig.Republish(">", "r.>", true));
    rig.publish("s.b", "", "hello");
    assertTrue(rig.republished.get(2).headers().contains("Nats-Msg-Size: 5\r\n"));
    assertEquals("", rig.republished.get(2).payload());
  }

  @Test
  void countersAddUp() {
    var rig = new StreamRig(b -> b.allowMsgCounter = true);
    assertEquals(
        "{\"stream\":\"S\",\"seq\":1,\"val\":\"5\"}", rig.publish("s.a", "Nats-Incr: +5\r\n", ""));
    assertEquals(
        "{\"stream\":\"S\",\"seq\":2,\"val\":\"-3\"}", rig.publish("s.a", "Nats-Incr: -8\r\n", ""));
    assertEquals("NATS/1.0\r\nNats-Incr: -8\r\n\r\n{\"val\":\"-3\"}", rig.body(2));
    var big = "123456789012345678901234567890";
    assertEquals(
        "{\"stream\":\"S\",\"seq\":3,\"val\":\"" + big + "\"}",
        rig.publish("s.b", "Nats-Incr: " + big + "\r\n", ""));
    for (var one :
        List.of(
            List.of("", "", error(400, 10169, "message counter increment is missing")),
            List.of(
                "Nats-Incr: x\r\n", "", error(400, 10171, "message counter increment is invalid")),
            List.of("Nats-Incr: 1\r\n", "p", error(400, 10170, "message counter has payload")),
            List.of(
                "Nats-Incr: 1\r\nNats-Rollup: sub\r\n",
                "",
                error(400, 10171, "message counter increment is invalid")))) {
      assertEquals(one.get(2), rig.publish("s.a", one.get(0), one.get(1)));
    }
    var not = new StreamRig(b -> {});
    assertEquals(
        error(400, 10168, "message counters is disabled"),
        not.publish("s.a", "Nats-Incr: 1\r\n", ""));
  }
}

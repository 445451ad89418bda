package io.frond.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamPartsTest {
  private static final long SECOND = 1_000_000_000L;

  private static MessageHeaders headers(String block) {
    var bytes = ("junk" + block).getBytes(UTF_8);
    return new MessageHeaders().read(ByteBuffer.wrap(bytes), 4, bytes.length - 4);
  }

  @Test
  void headersAreFoundInOnePass() {
    var found =
        headers(
            "NATS/1.0\r\nA: b\r\nNats-Msg-Id:  x y \r\nnats-ttl: 5\r\nNats-Msg-Id: second\r\n"
                + "Nats-Expected-Last-Sequence: 12\r\nNats-Rollup:\r\n\r\n");
    assertEquals("x y ", found.text(HeaderName.MSG_ID));
    assertEquals(12, found.number(HeaderName.EXPECTED_LAST_SEQUENCE));
    assertFalse(found.has(HeaderName.TTL));
    assertTrue(found.has(HeaderName.ROLLUP) && !found.says(HeaderName.ROLLUP));
    assertEquals(-1, found.number(HeaderName.MSG_ID));
    assertTrue(headers("NATS/1.0\r\nNats: x\r\nX-Nats-TTL: 5\r\n\r\n").isEmpty());
    assertTrue(headers("").isEmpty());
    assertTrue(headers("NATS/1.0 503").isEmpty());
  }

  @Test
  void headersAreChanged() {
    var block = "NATS/1.0 100 Idle\r\nA: b\r\nNats-TTL: 5\r\nNats-TTL: 6\r\nC: d\r\n\r\n";
    assertEquals(
        "NATS/1.0\r\nA: b\r\nC: d\r\nNats-Rollup: sub\r\n\r\n",
        new String(
            new HeaderBlock(block.getBytes(UTF_8))
                .remove(HeaderName.TTL)
                .add(HeaderName.ROLLUP, "sub")
                .bytes(),
            UTF_8));
    assertEquals(
        "NATS/1.0\r\nA: b\r\nNats-TTL: ü\r\nNats-TTL: 6\r\nC: d\r\n\r\n",
        new String(new HeaderBlock(block.getBytes(UTF_8)).set(HeaderName.TTL, "ü").bytes(), UTF_8));
    assertEquals(0, new HeaderBlock("NATS/1.0\r\n\r\n".getBytes(UTF_8)).bytes().length);
  }

  @Test
  void idsAreKnownWithinTheWindow() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    var window = new DuplicateWindow();
    var model = new HashMap<String, Long>();
    var order = new ArrayDeque<Map.Entry<String, Long>>();
    var time = 0L;
    for (var i = 1; i < 20_000; i++) {
      time += random.nextInt(5);
      var id = "id" + random.nextInt(3000);
      window.forgetUpTo(time - 1000);
      while (!order.isEmpty() && order.peek().getValue() <= time - 1000) {
        model.remove(order.remove().getKey());
      }
      assertEquals(
          model.getOrDefault(id, 0L), window.find(id.getBytes(UTF_8)), "seed " + seed + " " + i);
      if (!model.containsKey(id)) {
        window.add(id.getBytes(UTF_8), i, time);
        model.put(id, (long) i);
        order.add(Map.entry(id, time));
      }
      if (i % 5000 == 0) {
        var to = new StateWriter();
        window.save(to);
        window = new DuplicateWindow();
        window.restore(new StateReader(to.done()));
      }
    }
    assertEquals(model.size(), window.size());
  }

  @Test
  void durationsAreGos() {
    for (var text : new String[] {"1h30m0s", "1.5s", "100ms", "2m0s", "1.000001s", "15µs", "7ns"}) {
      assertEquals(text, GoDuration.of(GoDuration.parse(text)));
    }
    assertEquals(-90 * SECOND, GoDuration.parse("-1.5m"));
    for (var bad : new String[] {"", "5", "s", "1x", "1.2.3s", "1e3s", "9999999h9999999h"}) {
      assertThrows(NumberFormatException.class, () -> GoDuration.parse(bad), bad);
    }
    assertEquals(60, MessageTtl.parse("1m"));
    assertEquals(7, MessageTtl.parse("7"));
    assertEquals(MessageTtl.NEVER, MessageTtl.parse("Never"));
    assertEquals(MessageTtl.INVALID, MessageTtl.parse("10ms"));
    assertEquals(MessageTtl.INVALID, MessageTtl.parse("-5"));
  }

  private static String next(String headers, String from) {
    var at = Instant.parse(from).getEpochSecond() * SECOND;
    var parsed = SchedulePattern.of(headers("NATS/1.0\r\n" + headers + "\r\n"), at, at);
    var schedule = parsed.schedule();
    return schedule == null
        ? String.valueOf(parsed.error())
        : Instant.ofEpochSecond(schedule.at() / SECOND) + (schedule.repeats() ? " and on" : "");
  }

  @Test
  void schedulesAreDueWhenTheirPatternSays() {
    var now = "2026-03-28T10:20:30Z";
    assertEquals("2027-01-02T03:04:05Z", next("Nats-Schedule: @at 2027-01-02T03:04:05Z\r\n", now));
    assertEquals("2026-03-28T10:20:35Z and on", next("Nats-Schedule: @every 5s\r\n", now));
    assertEquals("2026-03-28T11:00:00Z and on", next("Nats-Schedule: @hourly\r\n", now));
    assertEquals("2027-01-01T00:00:00Z and on", next("Nats-Schedule: @yearly\r\n", now));
    assertEquals("2026-03-29T00:00:00Z and on", next("Nats-Schedule: @weekly\r\n", now));
    assertEquals("2026-03-28T10:25:00Z and on", next("Nats-Schedule: 0 */5 * * * *\r\n", now));
    assertEquals("2026-03-30T09:00:00Z and on", next("Nats-Schedule: 0 0 9 * * MON-FRI\r\n", now));
    assertEquals("2026-03-31T00:00:00Z and on", next("Nats-Schedule: 0 0 0 31 * *\r\n", now));
    assertEquals(
        "2026-03-29T16:30:00Z and on",
        next(
            "Nats-Schedule: 0 30 12 29 3 *\r\nNats-Schedule-Time-Zone: America/New_York\r\n", now));
    for (var zone : new String[] {"EST", "CET", "US/Pacific", "Etc/GMT+5", "UTC", "Local"}) {
      assertTrue(
          next("Nats-Schedule: @daily\r\nNats-Schedule-Time-Zone: " + zone + "\r\n", now)
              .endsWith(" and on"),
          zone);
    }
    for (var zone : new String[] {"Z", "+01:00", "UTC+1", "GMT+2", "europe/berlin", ""}) {
      assertEquals(
          "MESSAGE_SCHEDULES_TIME_ZONE_INVALID",
          next("Nats-Schedule: @daily\r\nNats-Schedule-Time-Zone: " + zone + "\r\n", now),
          zone);
    }
    assertEquals("null", next("", now));
    for (var bad :
        new String[] {"@every 5ms", "@at noon", "* * * * *", "0 0 0 30 2 *", "61 * * * * *", "x"}) {
      assertEquals(
          "MESSAGE_SCHEDULES_PATTERN_INVALID", next("Nats-Schedule: " + bad + "\r\n", now), bad);
    }
    assertEquals(
        "MESSAGE_SCHEDULES_TIME_ZONE_INVALID",
        next("Nats-Schedule: @hourly\r\nNats-Schedule-Time-Zone: Nowhere\r\n", now));
  }

  private static FastBatchReply reply(String text) {
    var bytes = text.getBytes(UTF_8);
    var reply = FastBatchReply.parse(ByteBuffer.wrap(bytes), 0, bytes.length);
    assertNotNull(reply, text);
    return reply;
  }

  @Test
  void fastBatchesSpeakInReplySubjects() {
    var reply = reply("_INBOX.a.b.ID.25.ok.7.1.$FI");
    assertEquals("ID", reply.id());
    assertEquals(25, reply.flow());
    assertTrue(reply.gapOk());
    assertEquals(7, reply.sequence());
    assertEquals(FastBatchReply.Operation.APPEND, reply.operation());
    assertEquals(10, reply("x.ID.y.fail.1.0.$FI").flow());
    for (var bad :
        new String[] {
          "a.ID.1.ok.1.9.$FI", "a.ID.1.ok.1.1.$FI", "a.ID.1.no.1.0.$FI", "ok.1.0.$FI"
        }) {
      var bytes = bad.getBytes(UTF_8);
      assertNull(FastBatchReply.parse(ByteBuffer.wrap(bytes), 0, bytes.length), bad);
    }
  }
}

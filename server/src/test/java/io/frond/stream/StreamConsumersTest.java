package io.frond.stream;

import static io.frond.stream.StreamRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class StreamConsumersTest {
  @Test
  void consumersHearOfWhatTheirFiltersMatch() {
    var rig = new StreamRig(b -> b.maxMsgs = 3);
    var all = new NotingConsumer(rig.stream, 1, "");
    var some = new NotingConsumer(rig.stream, 2, "s.a");
    assertSame(some, rig.stream.consumer("c2"));
    rig.publish("s.a");
    rig.publish("s.b");
    rig.publish("s.a");
    rig.publish("s.b");
    assertEquals("+1 +2 +3 +4 -1", all.heard());
    assertEquals("+1 +3 -1", some.heard());
    rig.remove(2);
    assertEquals("-2", all.heard());
    assertEquals("", some.heard());
    rig.purge("s.a", 0, 0);
    assertEquals("p5", all.heard());
    rig.change(b -> {
      b.maxAge = 10 * SECOND;
      b.duplicateWindow = SECOND;
    });
    assertEquals("changed", all.heard());
    rig.shard.advance(20 * SECOND);
    assertEquals("p5", all.heard());
  }

  @Test
  void manyConsumersAreFoundByTheirFilters() throws IOException {
    var rig = new StreamRig(b -> b.maxMsgs = 100);
    var consumers = new ArrayList<NotingConsumer>();
    for (var i = 0; i < 50; i++) {
      consumers.add(new NotingConsumer(rig.stream, i, "s." + i % 10 + ".*"));
    }
    consumers.add(new NotingConsumer(rig.stream, 50, ""));
    rig.publish("s.3.x");
    for (var i = 0; i < 50; i++) {
      assertEquals(i % 10 == 3 ? "+1" : "", consumers.get(i).heard());
    }
    assertEquals("+1", consumers.get(50).heard());
    consumers.get(0).filter = SubjectFilter.of("s.3.>");
    rig.stream.consumerChanged(consumers.get(0));
    rig.stream.removeConsumer(consumers.get(3));
    assertNull(rig.stream.consumer("c3"));
    rig.publish("s.3.x");
    assertEquals("+2", consumers.get(0).heard());
    assertEquals("", consumers.get(3).heard());
    assertEquals("+2", consumers.get(13).heard());
  }

  @Test
  void anInterestStreamKeepsWhatSomeoneStillNeeds() throws IOException {
    var rig = new StreamRig(b -> b.retention = Retention.INTEREST);
    assertEquals("{\"stream\":\"S\",\"seq\":1}", rig.publish("s.a"));
    assertEquals("", rig.messages());
    var all = new NotingConsumer(rig.stream, 1, "");
    var some = new NotingConsumer(rig.stream, 2, "s.a");
    for (var i = 0; i < 3; i++) {
      rig.publish("s.a");
      rig.publish("s.b");
    }
    assertEquals("2:s.a 3:s.b 4:s.a 5:s.b 6:s.a 7:s.b", rig.messages());
    all.settle(2);
    all.settle(3);
    assertEquals("2:s.a 4:s.a 5:s.b 6:s.a 7:s.b", rig.messages());
    some.settle(2);
    assertEquals("4:s.a 5:s.b 6:s.a 7:s.b", rig.messages());
    all.settleUpTo(6);
    assertEquals("4:s.a 6:s.a 7:s.b", rig.messages());
    some.settleUpTo(5);
    assertEquals("6:s.a 7:s.b", rig.messages());
    rig.stream.removeConsumer(some);
    assertEquals("7:s.b", rig.messages());
    rig.stream.removeConsumer(all);
    assertEquals("", rig.messages());
    assertEquals(rig.stream.store().bytes(), rig.grown);
  }

  @Test
  void aStreamThatBecomesOneForInterestKeepsWhatNoConsumerIsAbout() {
    var rig = new StreamRig(b -> {});
    var some = new NotingConsumer(rig.stream, 1, "s.a");
    var _ = new NotingConsumer(rig.stream, 2, "s.*.x");
    for (var subject : new String[] {"s.a", "s.b", "s.a", "s.a.x"}) {
      rig.publish(subject);
    }
    some.settle(1);
    rig.change(b -> b.retention = Retention.INTEREST);
    assertEquals("2:s.b 3:s.a 4:s.a.x", rig.messages());
    some.settle(3);
    assertEquals("2:s.b 4:s.a.x", rig.messages());
  }

  @Test
  void ofMuchThatNobodyNeedsAPartGoesAtATimeAlsoAcrossARestart() {
    var rig = new StreamRig(b -> b.retention = Retention.INTEREST);
    var _ = new NotingConsumer(rig.stream, 1, "s.a");
    var all = new NotingConsumer(rig.stream, 2, "");
    rig.publish("s.a");
    for (var i = 0; i < 3 * InterestSweep.AT_ONCE; i++) {
      rig.send("s.b", "", "", "x");
    }
    rig.shard.run();
    rig.stream.removeConsumer(all);
    assertEquals(2 * InterestSweep.AT_ONCE + 1 + 1, rig.stream.store().messages());
    rig.restart();
    var again = new NotingConsumer(rig.stream, 1, "s.a");
    again.needed.add(1L);
    rig.shard.run();
    assertEquals("1:s.a", rig.messages());
  }

  @Test
  void whatAResetConsumerSettlesAgainGoes() {
    var rig = new StreamRig(b -> b.retention = Retention.INTEREST);
    var one = new NotingConsumer(rig.stream, 1, "");
    var other = new NotingConsumer(rig.stream, 2, "");
    rig.publish("s.a");
    rig.publish("s.b");
    rig.publish("s.c");
    one.settleUpTo(3);
    one.beginAnew(0);
    other.settleUpTo(3);
    assertEquals("1:s.a 2:s.b 3:s.c", rig.messages());
    one.settleUpTo(2);
    assertEquals("3:s.c", rig.messages());
    one.beginAnew(3);
    assertEquals("", rig.messages());
  }

  @Test
  void aResetTakesNothingFromAWorkQueue() {
    var rig = new StreamRig(b -> b.retention = Retention.WORK_QUEUE);
    var consumer = new NotingConsumer(rig.stream, 1, "");
    rig.publish("s.a");
    rig.publish("s.b");
    consumer.beginAnew(2);
    assertEquals("1:s.a 2:s.b", rig.messages());
    consumer.beginAnew(0);
    consumer.settle(1);
    assertEquals("2:s.b", rig.messages());
  }

  @Test
  void aWorkQueueKeepsWhatNobodyTook() {
    var rig = new StreamRig(b -> b.retention = Retention.WORK_QUEUE);
    rig.publish("s.a");
    var consumer = new NotingConsumer(rig.stream, 1, "");
    consumer.needed.add(1L);
    rig.publish("s.b");
    consumer.settle(1);
    assertEquals("2:s.b", rig.messages());
  }
}

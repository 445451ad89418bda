package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Streams whose checkpoints are lost, both copies, are made anew from an older one, their segments
/// and the log.
class RebuildTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  private final FaultyDisk disk = new FaultyDisk(SEED);
  private final AtomicLong clock = new AtomicLong(TestEngine.START);

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  private static void stream(TestEngine engine, String name, String more) {
    engine.make(
        "STREAM.CREATE." + name,
        quoted("{'name':'" + name + "','subjects':['" + name + ".>']" + more + "}"));
  }

  private static void consumer(TestEngine engine, String stream, String name, String more) {
    engine.make(
        "CONSUMER.CREATE." + stream + "." + name,
        quoted(
            "{'stream_name':'"
                + stream
                + "','config':{'durable_name':'"
                + name
                + "','name':'"
                + name
                + "','ack_policy':'explicit'"
                + more
                + "}}"));
  }

  private static void publish(TestEngine engine, String subject, String headers, String payload) {
    var answer = engine.await(engine.send(subject, headers, payload));
    assertNotNull(answer);
    assertEquals(0, answer.error(), answer.text());
  }

  private static void acknowledge(TestEngine engine, String stream, String consumer, int count) {
    var inbox = engine.newInbox();
    engine.publish(
        "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + consumer,
        inbox,
        "",
        ("{\"batch\":" + count + ",\"no_wait\":true}").getBytes(StandardCharsets.UTF_8));
    for (var i = 0; i < count; i++) {
      var message = engine.await(inbox);
      assertNotNull(message);
      assertNotNull(engine.await(engine.send(message.reply(), "", "+ACK")));
    }
  }

  private static NavigableMap<Long, String> messages(TestEngine engine, String name) {
    return engine.on(() -> {
      var asset = engine.asset(name);
      assertNotNull(asset, () -> name + " is not there\n" + engine.logged());
      var found = new StoredMessage();
      var all = new TreeMap<Long, String>();
      for (var at = 1L; asset.stream().store().loadNext(SubjectFilter.ALL, at, found); ) {
        at = found.sequence() + 1;
        all.put(
            found.sequence(),
            found.subjectText() + " " + new String(found.payload(), StandardCharsets.UTF_8));
      }
      return all;
    });
  }

  private static long floor(TestEngine engine, String stream, String consumer) {
    return engine.on(() -> {
      var asset = engine.asset(stream);
      assertNotNull(asset);
      var found = asset.consumers().get(consumer);
      assertNotNull(found);
      return found.floorStream();
    });
  }

  private void lose(String... endings) throws IOException {
    for (var file : disk.files()) {
      for (var ending : endings) {
        if (file.endsWith(ending)) {
          disk.delete(file);
        }
      }
    }
  }

  private void loseCheckpoints() throws IOException {
    lose("checkpoint", "checkpoint.copy");
  }

  /// Nothing is written any more; the engine is to be closed next.
  private void switchOff(TestEngine engine) {
    engine.idle();
    disk.powerOffAfter(0);
  }

  @Test
  void whatAStreamIsAndHasIsThereAgain() throws IOException {
    var before = new TreeMap<String, NavigableMap<Long, String>>();
    try (var engine = TestEngine.start(disk, clock)) {
      stream(engine, "KV", ",'max_msgs_per_subject':1,'allow_rollup_hdrs':true");
      stream(engine, "WORK", ",'retention':'workqueue'");
      stream(engine, "LOG", ",'max_msgs':40");
      consumer(engine, "WORK", "W", "");
      engine.checkpoint();
      for (var i = 0; i < 60; i++) {
        publish(engine, "KV.k" + i % 7, "", "v" + i);
        publish(engine, "LOG.l", i == 59 ? "Nats-Msg-Id: last\r\n" : "", "m" + i);
        publish(engine, "WORK.w", "", "w" + i);
        if (i == 30) {
          engine.checkpoint();
          engine.make("STREAM.UPDATE.LOG", quoted("{'name':'LOG','subjects':['LOG.>','MORE']}"));
          consumer(engine, "LOG", "C", "");
        }
      }
      engine.make("STREAM.MSG.DELETE.LOG", "{\"seq\":45}");
      acknowledge(engine, "WORK", "W", 10);
      acknowledge(engine, "LOG", "C", 5);
      engine.checkpoint();
      publish(engine, "LOG.l", "", "behind the checkpoint");
      publish(engine, "WORK.w", "", "behind the checkpoint");
      for (var name : List.of("KV", "WORK", "LOG")) {
        before.put(name, messages(engine, name));
      }
      switchOff(engine);
    }
    disk.kill();
    loseCheckpoints();
    var work = Set.copyOf(Objects.requireNonNull(before.get("WORK")).keySet());
    for (var life = 0; life < 2; life++) {
      try (var engine = TestEngine.start(disk, clock)) {
        assertEquals(before.get("KV"), messages(engine, "KV"));
        assertEquals(before.get("LOG"), messages(engine, "LOG"));
        assertTrue(messages(engine, "WORK").keySet().containsAll(work));
        assertTrue(floor(engine, "WORK", "W") <= 10);
        assertTrue(floor(engine, "LOG", "C") <= 45);
        if (life == 0) {
          assertTrue(engine.logged().contains("was rebuilt from its segments"), engine.logged());
          var lost = engine.engine().losses();
          assertEquals(3, lost.rebuilt().size(), lost.toString());
          assertEquals(List.of(), lost.streams());
        }
        var again = engine.await(engine.send("LOG.l", "Nats-Msg-Id: last\r\n", "m59"));
        assertNotNull(again);
        assertTrue(again.json().flag("duplicate", false), again.text());
        publish(engine, "MORE", "", "x" + life);
        var after = messages(engine, "LOG");
        assertEquals("MORE x" + life, after.lastEntry().getValue());
        before.put("LOG", after);
      }
    }
  }

  @Test
  void aStreamThatTheLogHasAllOfComesFromThere() throws IOException {
    NavigableMap<Long, String> before;
    try (var engine = TestEngine.start(disk, clock)) {
      stream(engine, "S", "");
      consumer(engine, "S", "C", "");
      for (var i = 0; i < 20; i++) {
        publish(engine, "S.s", "", "m" + i);
      }
      engine.checkpoint();
      before = messages(engine, "S");
      switchOff(engine);
    }
    disk.kill();
    loseCheckpoints();
    lose("checkpoint.older", "covered");
    try (var engine = TestEngine.start(disk, clock)) {
      assertEquals(before, messages(engine, "S"));
      assertEquals(0, floor(engine, "S", "C"));
    }
  }

  @Test
  void aStreamThatWasDeletedDoesNotComeBack() throws IOException {
    try (var engine = TestEngine.start(disk, clock)) {
      stream(engine, "S", "");
      publish(engine, "S.s", "", "m");
      engine.checkpoint();
      publish(engine, "S.s", "", "n");
      engine.checkpoint();
      disk.refuse("/streams/"); // its files cannot be deleted
      engine.make("STREAM.DELETE.S", "");
      switchOff(engine);
    }
    disk.refuse(null);
    disk.kill();
    loseCheckpoints();
    for (var life = 0; life < 2; life++) {
      try (var engine = TestEngine.start(disk, clock)) {
        assertFalse(engine.on(() -> engine.asset("S") != null), "life " + life);
        assertEquals(List.of(), engine.engine().losses().streams());
        stream(engine, "T" + life, "");
      }
    }
  }

  @Test
  void nothingIsMadeUpWhereTheOlderCheckpointIsLostToo() throws IOException {
    try (var engine = TestEngine.start(disk, clock)) {
      stream(engine, "S", "");
      stream(engine, "T", "");
      publish(engine, "S.s", "", "m");
      publish(engine, "T.s", "", "m");
    }
    var files = disk.files().stream().filter(file -> file.toString().contains("/streams/1/"));
    for (var file : files.toList()) {
      if (file.getFileName().toString().startsWith("checkpoint")) {
        disk.damage(file, new byte[100]);
      }
    }
    try (var engine = TestEngine.start(disk, clock)) {
      assertFalse(engine.on(() -> engine.asset("S") != null));
      assertEquals(1, messages(engine, "T").size());
      assertEquals(1, engine.engine().losses().streams().size());
      assertTrue(engine.logged().contains("cannot be read"), engine.logged());
      stream(engine, "U", "");
      assertFalse(messages(engine, "T").isEmpty());
    }
    assertTrue(disk.exists(Path.of("/store/jetstream/frond/streams/1/messages/1.seg")));
  }

  @Test
  void damagedMessagesOfARebuiltStreamAreTold() throws IOException {
    NavigableMap<Long, String> before;
    try (var engine = TestEngine.start(disk, clock)) {
      stream(engine, "S", "");
      for (var i = 0; i < 30; i++) {
        publish(engine, "S.s", "", "message " + i);
      }
      engine.checkpoint();
      publish(engine, "S.s", "", "last");
      before = messages(engine, "S");
    }
    loseCheckpoints();
    var segment = Path.of("/store/jetstream/frond/streams/1/messages/1.seg");
    var bytes = disk.contents(segment);
    bytes[bytes.length / 2] ^= 1;
    disk.damage(segment, bytes);
    try (var engine = TestEngine.start(disk, clock)) {
      var after = messages(engine, "S");
      assertEquals(30, after.size());
      assertTrue(before.entrySet().containsAll(after.entrySet()));
      assertEquals(1, engine.engine().losses().messages());
      publish(engine, "S.s", "", "more");
      assertEquals(32, messages(engine, "S").lastKey());
    }
  }
}

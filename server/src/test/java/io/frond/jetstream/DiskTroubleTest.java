package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.JetStreamOptions;
import io.frond.store.StoredMessage;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A disk that is full or fails: publishers hear of it, nothing acknowledged is lost, and it goes
/// on without a restart when the disk works again.
class DiskTroubleTest {
  private static final int INSUFFICIENT_RESOURCES = 10023;

  private final FaultyDisk disk = new FaultyDisk(1);
  private final AtomicLong clock = new AtomicLong(TestEngine.START);
  private final TreeMap<Long, String> acknowledged = new TreeMap<>();
  private int number;

  private static void create(TestEngine engine, String name, String more) {
    engine.make(
        "STREAM.CREATE." + name,
        ("{'name':'" + name + "','subjects':['" + name + ".>']" + more + "}").replace('\'', '"'));
  }

  /// @return the error's code, 0 when it was stored
  private int publish(TestEngine engine, String stream, int size) {
    var payload = ++number + "-" + "x".repeat(size);
    var answer = engine.await(engine.send(stream + ".a", "", payload));
    assertNotNull(answer);
    if (answer.error() == 0 && stream.equals("S")) {
      acknowledged.put(answer.json().number("seq", 0), payload);
    }
    return answer.error();
  }

  private void check(TestEngine engine) {
    var message = new StoredMessage();
    engine.on(() -> {
      var asset = engine.asset("S");
      assertNotNull(asset);
      for (var one : acknowledged.entrySet()) {
        assertTrue(asset.stream().store().load(one.getKey(), message), "lost " + one.getKey());
        assertEquals(one.getValue(), new String(message.payload(), StandardCharsets.UTF_8));
      }
      return true;
    });
  }

  private TestEngine again(TestEngine engine) throws IOException {
    engine.close();
    disk.kill();
    return TestEngine.start(disk, clock);
  }

  @Test
  void aFullDiskRefusesPublishesAndTakesThemAgainWhenThereIsSpace() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", "");
    create(engine, "M", ",'storage':'memory'");
    publish(engine, "S", 100);
    disk.capacity(disk.used() + 700_000);
    var error = 0;
    for (var i = 0; i < 500 && error == 0; i++) {
      error = publishUnlessStopped(engine);
    }
    assertEquals(INSUFFICIENT_RESOURCES, error);
    assertEquals(INSUFFICIENT_RESOURCES, publish(engine, "S", 4_000));
    assertEquals(0, publish(engine, "M", 4_000), "a stream in memory needs no disk");
    check(engine);
    disk.capacity(Long.MAX_VALUE);
    goOn(engine);
    for (var i = 0; i < 50; i++) {
      assertEquals(0, publish(engine, "S", 4_000));
    }
    check(engine);
    engine = again(engine);
    check(engine);
    engine.close();
  }

  @Test
  void aStreamWhoseFilesCannotBeWrittenStopsAndGoesOn() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", ",'max_msgs_per_subject':1000");
    create(engine, "T", "");
    publish(engine, "S", 2_000);
    disk.refuse("/messages/");
    var error = 0;
    for (var i = 0; i < 1_000 && error == 0; i++) {
      error = publishUnlessStopped(engine);
    }
    assertEquals(INSUFFICIENT_RESOURCES, error);
    var trouble = engine.on(() -> String.valueOf(stream(engine).trouble()));
    assertTrue(trouble.contains("cannot be written"), trouble);
    assertEquals(0, publish(engine, "T", 10), "the other stream goes on");
    disk.refuse(null);
    Await.until(
        "the stream goes on",
        () -> {
          clock.addAndGet(300_000_000L);
          engine.wake();
          return engine.on(() -> stream(engine).trouble() == null);
        });
    assertEquals(0, publish(engine, "S", 100));
    check(engine);
    var later = again(engine);
    check(later);
    assertTrue(later.on(() -> stream(later).trouble() == null));
    later.close();
  }

  private void goOn(TestEngine engine) {
    Await.until(
        "the stream goes on",
        () -> {
          clock.addAndGet(300_000_000L);
          engine.wake();
          return engine.on(() -> stream(engine).trouble() == null);
        });
  }

  private static Asset stream(TestEngine engine) {
    var asset = engine.asset("S");
    if (asset == null) {
      throw new AssertionError("the stream is gone");
    }
    return asset;
  }

  /// The message at which it stops waits for the disk and is answered later.
  private int publishUnlessStopped(TestEngine engine) {
    var payload = ++number + "-" + "x".repeat(2_000);
    var inbox = engine.send("S.a", "", payload);
    engine.idle();
    var answer = engine.poll(inbox);
    if (answer == null) {
      return publish(engine, "S", 2_000);
    }
    if (answer.error() == 0) {
      acknowledged.put(answer.json().number("seq", 0), payload);
    }
    return answer.error();
  }

  @Test
  void nothingIsLostWhenWritesAndSyncsFailNowAndThen() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", "");
    var failures = 0;
    for (var i = 0; i < 300; i++) {
      if (i % 10 == 3) {
        disk.failForces(1 + i % 3);
      } else if (i % 10 == 7) {
        disk.failWrites(1 + i % 2);
      }
      failures += publish(engine, "S", 50) == 0 ? 0 : 1;
      disk.failForces(0);
      disk.failWrites(0);
    }
    assertTrue(failures > 0, "no failure came through");
    check(engine);
    engine = again(engine);
    check(engine);
    engine.close();
  }

  @Test
  void anAsynchronousStreamIsAcknowledgedBeforeTheSync() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", ",'persist_mode':'async'");
    create(engine, "T", "");
    assertEquals(0, publish(engine, "S", 10));
    engine.idle(); // acknowledged before it is synced: what fails now is not to be its sync
    disk.failForces(10); // each try
    assertEquals(0, publish(engine, "S", 10));
    disk.failForces(10);
    assertEquals(INSUFFICIENT_RESOURCES, publish(engine, "T", 10));
    disk.failForces(0);
    for (var i = 0; i < 20; i++) {
      assertEquals(0, publish(engine, "S", 10));
    }
    check(engine);
    engine.checkpoint();
    engine = again(engine);
    check(engine);
    assertEquals(0, publish(engine, "S", 10));
    check(engine);
    engine.close();
  }

  @Test
  void anAsynchronousStreamKeepsItsOrderOverAPowerFailure() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", ",'persist_mode':'async'");
    for (var i = 0; i < 50; i++) {
      assertEquals(0, publish(engine, "S", 10));
      if (i == 30) {
        engine.checkpoint();
      }
    }
    engine.idle();
    engine = again(engine);
    check(engine);
    for (var i = 0; i < 10; i++) {
      assertEquals(0, publish(engine, "S", 10));
    }
    engine = again(engine);
    check(engine);
    engine.close();
  }

  @Test
  void aCheckpointThatKnowsMoreThanTheLogLosesNothingLater() throws IOException {
    var seldom =
        new JetStreamOptions(
            null,
            -1,
            -1,
            null,
            new JetStreamOptions.Sync.Interval(Duration.ofHours(1)),
            true,
            null,
            JetStreamOptions.Limits.NONE,
            null);
    var engine = TestEngine.start(disk, clock, seldom);
    create(engine, "S", "");
    for (var i = 0; i < 20; i++) {
      publish(engine, "S", 10);
    }
    var first = engine;
    Await.until(
        "there is a checkpoint, and the log is not cut",
        () -> {
          clock.addAndGet(1_100_000_000L);
          first.wake();
          return first.on(() -> stream(first).saved());
        });
    disk.powerOffAfter(0);
    engine.close();
    disk.crash();
    engine = TestEngine.start(disk, clock, seldom);
    check(engine);
    for (var i = 0; i < 10; i++) {
      assertEquals(0, publish(engine, "S", 10));
    }
    check(engine);
    engine = again(engine);
    check(engine);
    engine.close();
  }

  private static long held(TestEngine engine) {
    return engine.on(() -> stream(engine).stream().store().messages());
  }

  @Test
  void whatOnlyAConsumerInMemoryNeededWaitsForTheNextOne() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", ",'retention':'interest'");
    var consumer =
        "{'stream_name':'S','config':{'name':'C','durable_name':'C','ack_policy':'explicit',"
            + "'mem_storage':true}}";
    engine.make("CONSUMER.CREATE.S.C", consumer.replace('\'', '"'));
    publish(engine, "S", 10);
    engine = again(engine);
    assertEquals(1, held(engine));
    engine = again(engine);
    assertEquals(1, held(engine));
    engine.make("CONSUMER.CREATE.S.C", consumer.replace('\'', '"'));
    assertEquals(0, engine.ask("CONSUMER.DELETE.S.C", "").error());
    assertEquals(0, held(engine));
    engine.close();
  }

  @Test
  void consumersInMemoryEndWithTheServer() throws IOException {
    var engine = TestEngine.start(disk, clock);
    create(engine, "S", "");
    publish(engine, "S", 10);
    for (var memory : new boolean[] {true, false}) {
      var name = memory ? "MEM" : "FILE";
      engine.make(
          "CONSUMER.CREATE.S." + name,
          ("{'stream_name':'S','config':{'name':'"
                  + name
                  + "','durable_name':'"
                  + name
                  + "','ack_policy':'explicit','mem_storage':"
                  + memory
                  + "}}")
              .replace('\'', '"'));
    }
    engine = again(engine);
    assertEquals(10014, engine.ask("CONSUMER.INFO.S.MEM", "").error());
    assertEquals(0, engine.ask("CONSUMER.INFO.S.FILE", "").error());
    engine = again(engine);
    assertEquals(10014, engine.ask("CONSUMER.INFO.S.MEM", "").error());
    engine.close();
  }
}

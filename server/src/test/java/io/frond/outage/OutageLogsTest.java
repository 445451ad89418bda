package io.frond.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.Disk;
import io.frond.disk.DiskCipher;
import io.frond.disk.EncryptedDisk;
import io.frond.disk.RealDisk;
import io.frond.options.OutageOptions;
import io.frond.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageLogsTest {
  @Test
  void eachLoopHasALogWithAnIdOfItsOwn() {
    try (var logs = logs(List.of(Runnable::run, Runnable::run))) {
      assertEquals(2, logs.size());
      assertNotEquals(logs.log(0).id(), logs.log(1).id());
      assertTrue(logs.log(0).id().startsWith(logs.serverId()));
      assertTrue(logs.log(0).id().matches("[0-9A-Za-z]{1,16}"));
    }
  }

  @Test
  void handlesAreShortNumbersForNames() {
    try (var logs = logs(List.of(Runnable::run))) {
      var handle = logs.handle("a leaf");
      assertEquals(handle, logs.handle("a leaf"));
      assertNotEquals(handle, logs.handle("another"));
      assertEquals("a leaf", logs.name(handle));
      assertEquals(null, logs.name(1000));
    }
  }

  @Test
  void logsAreLookedAtWhileTheyHoldSomethingAndNoLonger() throws Exception {
    try (var loop = Executors.newSingleThreadExecutor();
        var logs = logs(List.of(loop))) {
      assertFalse(threads().contains("outage"), "a thread before the first entry");
      var log = logs.log(0);
      loop.submit(
              () -> {
                log.add(1, 9, log.last());
                log.append(Messages.message("a", "x"), new int[] {1}, 1);
              })
          .get();
      Await.until("the entry shows", () -> logs.stats().entries() == 1);
      loop.submit(() -> log.settled(1, log.last())).get();
      Await.until("it is gone", () -> logs.stats().entries() == 0);
      loop.submit(() -> log.append(Messages.message("a", "x"), new int[] {1}, 1)).get();
      Await.until("the next one shows", () -> logs.stats().entries() == 1);
    }
    assertFalse(threads().contains("outage"), "the thread goes on");
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  private static OutageLogs logs(List<? extends java.util.concurrent.Executor> loops) {
    return OutageLogs.inMemory(OutageOptions.DEFAULT, loops, OutageClock.SYSTEM, new Random(1));
  }

  @TempDir private Path directory;

  private OutageLogs open(Disk disk, List<ExecutorService> loops) throws IOException {
    return OutageLogs.open(
        disk,
        directory.resolve("outage"),
        OutageOptions.DEFAULT,
        loops,
        OutageClock.SYSTEM,
        new Random(),
        TestLogs.log());
  }

  private static List<ExecutorService> loops(int count) {
    return Stream.generate(() -> Executors.newSingleThreadExecutor()).limit(count).toList();
  }

  private static <T> T on(ExecutorService loop, Callable<T> work) throws Exception {
    return loop.submit(work).get();
  }

  /// Ends the loops and then the logs, as a server does.
  private static void end(List<ExecutorService> loops, OutageLogs logs) {
    loops.forEach(ExecutorService::close);
    logs.close();
  }

  private static List<String> read(ExecutorService loop, SourceLog log, int session)
      throws Exception {
    var bodies = new ArrayList<String>();
    var more = new Semaphore(1);
    var cursor = on(loop, () -> log.cursor(session, 0, more::release));
    while (!on(loop, cursor::isAtEnd)) {
      assertTrue(more.tryAcquire(30, TimeUnit.SECONDS), "the disk does not answer");
      on(
          loop,
          () -> {
            for (@Nullable Entry entry; (entry = cursor.next()) != null; ) {
              bodies.add(Messages.text(entry.body()));
            }
            return true;
          });
    }
    return bodies;
  }

  @Test
  void aRestartFindsAllAlsoWithOtherLoops() throws Exception {
    restart(new RealDisk());
  }

  @Test
  void aRestartFindsAllThatIsEncrypted() throws Exception {
    restart(encrypted(new RealDisk()));
  }

  private static Disk encrypted(Disk disk) {
    return new EncryptedDisk(disk, DiskCipher.AES, "a key", null);
  }

  private void restart(Disk disk) throws Exception {
    var loops = loops(3);
    var logs = open(disk, loops);
    var server = logs.serverId();
    var account = logs.handle("account");
    var session = logs.handle("leaf account");
    var bodies = new ArrayList<List<String>>();
    for (var i = 0; i < 3; i++) {
      var log = logs.log(i);
      var own = new ArrayList<String>();
      bodies.add(own);
      for (var n = 0; n < 3000; n++) {
        own.add(i + "-" + n + "x".repeat(500));
      }
      on(
          loops.get(i),
          () -> {
            log.add(session, account, log.last());
            own.forEach(body -> log.append(Messages.message("s", body), new int[] {session}, 1));
            return true;
          });
    }
    var ids = List.of(logs.log(0).id(), logs.log(1).id(), logs.log(2).id());
    var last = logs.log(0).last();
    end(loops, logs);
    loops = loops(1);
    logs = open(disk, loops);
    assertEquals(server, logs.serverId());
    assertEquals(1, logs.size());
    assertEquals(2, logs.orphans().size());
    assertEquals(session, logs.handle("leaf account"));
    assertEquals("account", logs.name(account));
    assertTrue(logs.log(0).last() > last, "a sequence comes again");
    var all = new ArrayList<SourceLog>();
    all.add(logs.log(0));
    all.addAll(logs.orphans());
    assertEquals(ids, all.stream().map(SourceLog::id).toList());
    for (var i = 0; i < 3; i++) {
      assertEquals(bodies.get(i), read(loops.getFirst(), all.get(i), session));
    }
    var loop = loops.getFirst();
    for (var log : all) {
      on(
          loop,
          () -> {
            log.settled(session, log.last());
            return true;
          });
    }
    var current = logs;
    Await.until("all is gone", () -> current.stats().diskBytes() == 0);
    end(loops, logs);
    loops = loops(4);
    logs = open(disk, loops);
    assertEquals(List.of(), logs.orphans());
    assertEquals(0, logs.stats().entries());
    end(loops, logs);
    assertFalse(threads().stream().anyMatch(name -> name.startsWith("outage")), "a thread is left");
  }
}

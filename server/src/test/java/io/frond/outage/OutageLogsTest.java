package io.frond.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.OutageOptions;
import io.frond.testkit.Await;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

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
}

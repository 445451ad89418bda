package io.frond.outage;

import static io.frond.outage.TestLogs.GROUP;
import static io.frond.outage.TestLogs.append;
import static io.frond.outage.TestLogs.rest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryLogTest extends SourceLogContract {
  MemoryLogTest() throws IOException {}

  @Override
  SourceLog open() {
    return logs.inMemory();
  }

  @Test
  void memoryIsBounded() {
    logs.maxBytes = 1 << 30;
    logs.maxAge = Duration.ZERO;
    logs.memoryMax = 4 * Chunk.BYTES;
    var small = open();
    small.add(1, GROUP, small.last());
    var body = "x".repeat(1000);
    for (var i = 0; i < 2000; i++) {
      append(small, body, 1);
    }
    small.tick();
    var stats = small.stats();
    assertEquals(2000, stats.entries() + stats.discardedByLimit());
    assertTrue(stats.bytes() <= 4 * Chunk.BYTES && stats.bytes() > 2 * Chunk.BYTES);
    assertEquals(stats.entries(), rest(small, 1).size());
  }

  @Test
  void aSessionThatKeepsUpCostsNoAllocation() {
    var log = open();
    for (var session = 1; session <= 3; session++) {
      log.add(session, GROUP, log.last());
    }
    var message = Messages.message("a.subject", "x".repeat(200));
    var handles = new int[] {1, 2, 3};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var least = Long.MAX_VALUE;
    for (var round = 0; round < 10; round++) {
      var before = threads.getCurrentThreadAllocatedBytes();
      for (var i = 0; i < 20_000; i++) {
        log.append(message, handles, 3);
        log.appendToGroup(message, GROUP);
        if (i % 100 == 0) {
          for (var session = 1; session <= 3; session++) {
            log.settled(session, log.last());
          }
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertTrue(least < 20_000, least + " bytes for 40,000 messages");
  }

  @Test
  void anIdleLogHoldsNothing() {
    var log = open();
    for (var session = 1; session <= 3000; session++) {
      log.add(session, GROUP, log.last());
      append(log, "x", session);
      log.settled(session, log.last());
    }
    log.tick();
    log.tick();
    assertEquals(0, log.heldBytes());
  }
}

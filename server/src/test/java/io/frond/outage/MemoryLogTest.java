package io.frond.outage;

import static io.frond.outage.TestLogs.GROUP;
import static io.frond.outage.TestLogs.append;
import static io.frond.outage.TestLogs.rest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
}

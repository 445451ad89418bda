package io.frond.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExpiryQueueTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  private final Map<Long, Long> model = new HashMap<>();
  private final ExpiryQueue queue =
      new ExpiryQueue((sequence, expiry) -> model.getOrDefault(sequence, 0L) == expiry);

  @Test
  void answersAsAPlainMapDoes() {
    System.out.println("seed " + SEED);
    var random = new Random(SEED);
    long now = 1_000;
    for (long sequence = 1; sequence <= 20_000; sequence++) {
      long expiry = now + 1 + random.nextInt(500);
      queue.add(expiry, sequence);
      model.put(sequence, expiry);
      if (random.nextInt(3) == 0
          && model.remove((long) random.nextInt((int) sequence) + 1) != null) {
        queue.removed(1);
      }
      now += random.nextInt(3);
      check(now, random.nextInt(200));
      if (random.nextInt(50) == 0) {
        long[] gone = queue.expired(now, 1_000);
        for (long one : gone) {
          model.remove(one);
        }
        queue.removed(gone.length);
      }
    }
    assertTrue(queue.size() <= 2 * model.size() + 16, queue.size() + " pairs");
  }

  private void check(long now, int max) {
    assertEquals(
        model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE),
        queue.nextExpiry());
    var ended = new TreeSet<Long>();
    model.forEach((sequence, expiry) -> {
      if (expiry <= now) {
        ended.add(sequence);
      }
    });
    long[] found = queue.expired(now, max);
    assertEquals(Math.min(max, ended.size()), found.length);
    long before = 0;
    for (long sequence : found) {
      assertTrue(ended.contains(sequence) && sequence > before);
      before = sequence;
    }
    assertArrayEquals(new long[0], queue.expired(now, 0));
  }
}

package io.frond.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SublistRandomTest {
  private static final String[] TOKENS = {"a", "b", "c", "dd", "eeeeeeeeeeee", "*", "*", "a*"};

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void interleavedChangesAndMatchesAgreeWithThePlainRules() {
    for (int round = 0; round < 30; round++) {
      Sublist<Sub> list = new Sublist<>();
      List<Sub> subs = new ArrayList<>();
      // Rounds differ in how many entries there are in the long run.
      int target = 1 << random.nextInt(10);
      for (int step = 0; step < 2_000; step++) {
        boolean grow = random.nextInt(2 * target) >= subs.size();
        if (subs.isEmpty() || grow) {
          Sub sub = Sub.of(subject(true), random.nextInt(3) == 0 ? "q" + random.nextInt(3) : null);
          subs.add(sub);
          list.insert(sub);
        } else {
          Sub sub = subs.set(random.nextInt(subs.size()), subs.getLast());
          subs.removeLast();
          assertTrue(list.remove(sub));
        }
        check(list, subs, subject(false));
      }
      overlap(list, subs);
      while (!subs.isEmpty()) {
        assertTrue(list.remove(subs.removeLast()));
      }
      assertEquals(0, list.size());
      assertEquals(0, list.stats().cached());
      list.forEach(sub -> assertTrue(false, "left over: " + sub));
    }
  }

  private void check(Sublist<Sub> list, List<Sub> subs, String literal) {
    List<Sub> expected = Naive.match(literal, subs);
    Match<Sub> match = list.match(Sub.bytes(literal));
    List<Sub> found = SublistTest.members(match);
    assertEquals(expected.size(), found.size(), () -> literal + ", seed " + seed);
    assertEquals(new HashSet<>(expected), new HashSet<>(found), () -> literal + ", seed " + seed);
    assertEquals(!expected.isEmpty(), list.hasInterest(Sub.bytes(literal)));
    assertEquals(subs.size(), list.size());
    HashSet<QueueName> names = new HashSet<>();
    for (int q = 0; q < match.queueCount(); q++) {
      assertTrue(names.add(new QueueName(match.queueName(q))), "a queue group comes once");
      assertEquals(match.queueSize(q), match.queueWeight(q));
    }
  }

  private void overlap(Sublist<Sub> list, List<Sub> subs) {
    for (int i = 0; i < 200; i++) {
      String pattern = subject(true);
      List<Sub> expected = new ArrayList<>(subs);
      expected.removeIf(sub -> !Subjects.collide(sub.text(), pattern));
      List<Sub> found = new ArrayList<>();
      list.collectOverlapping(Sub.bytes(pattern), found::add);
      assertEquals(expected.size(), found.size(), () -> pattern + ", seed " + seed);
      assertEquals(new HashSet<>(expected), new HashSet<>(found), () -> pattern + ", seed " + seed);
    }
  }

  private String subject(boolean pattern) {
    int tokens = 1 + random.nextInt(4);
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < tokens; i++) {
      s.append(i == 0 ? "" : ".").append(TOKENS[random.nextInt(TOKENS.length)]);
    }
    return pattern && random.nextInt(4) == 0 ? s + ".>" : s.toString();
  }

  /// Writers come and go on subjects of their own while readers match: entries that stay all the
  /// time must be in every answer, entries of writers only while their count allows, and when all
  /// is quiet only what stays is left.
  @Test
  void readersSeeWhatStaysWhileWritersChangeTheRest() throws Exception {
    Sublist<Sub> list = new Sublist<>();
    List<Sub> staying = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      staying.add(Sub.of("stay." + i));
      staying.add(Sub.of("stay." + i + ".*"));
    }
    staying.forEach(list::insert);
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
      List<Future<Long>> writers = new ArrayList<>();
      for (int w = 0; w < 2; w++) {
        long writerSeed = random.nextLong();
        writers.add(threads.submit(() -> write(list, new Random(writerSeed))));
      }
      List<Future<Long>> readers = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        long readerSeed = random.nextLong();
        readers.add(threads.submit(() -> read(list, new Random(readerSeed), stop)));
      }
      Callable<Long> ownWrites = () -> readOwnWrites(list, stop);
      readers.add(threads.submit(ownWrites));
      for (Future<Long> writer : writers) {
        writer.get();
      }
      stop.set(true);
      for (Future<Long> reader : readers) {
        assertTrue(reader.get() > 0);
      }
    }
    assertEquals(staying.size(), list.size());
    List<Sub> left = new ArrayList<>();
    list.forEach(left::add);
    assertEquals(new HashSet<>(staying), new HashSet<>(left));
  }

  private static long write(Sublist<Sub> list, Random random) {
    List<Sub> mine = new ArrayList<>();
    long writes = 0;
    for (; writes < 50_000; writes++) {
      if (mine.size() < 1_000 && random.nextInt(5) < 3) {
        int i = random.nextInt(600);
        Sub sub =
            switch (random.nextInt(4)) {
              case 0 -> Sub.of("stay." + i);
              case 1 -> Sub.of("stay." + i + ".*", "q");
              case 2 -> Sub.of("*." + i + ".>");
              default -> Sub.of("go." + random.nextInt(100_000));
            };
        mine.add(sub);
        list.insert(sub);
      } else if (!mine.isEmpty()) {
        Sub sub = mine.set(random.nextInt(mine.size()), mine.getLast());
        mine.removeLast();
        assertTrue(list.remove(sub));
      }
    }
    mine.forEach(sub -> assertTrue(list.remove(sub)));
    return writes;
  }

  private static long read(Sublist<Sub> list, Random random, AtomicBoolean stop) {
    long reads = 0;
    for (; !stop.get(); reads++) {
      String subject = "stay." + random.nextInt(500) + (random.nextBoolean() ? "" : ".x");
      Match<Sub> match = list.match(Sub.bytes(subject));
      assertTrue(match.plainCount() >= 1, subject);
      for (Sub sub : SublistTest.members(match)) {
        assertTrue(Naive.matches(subject, sub.text()), subject + " is not for " + sub);
      }
      assertTrue(list.hasInterest(Sub.bytes(subject)));
    }
    return reads;
  }

  private static long readOwnWrites(Sublist<Sub> list, AtomicBoolean stop) {
    long rounds = 0;
    for (; !stop.get(); rounds++) {
      Sub sub = Sub.of(rounds % 2 == 0 ? "own.sub" : "own.*");
      list.insert(sub);
      assertTrue(SublistTest.members(list.match(Sub.bytes("own.sub"))).contains(sub));
      assertTrue(list.remove(sub));
      assertTrue(list.match(Sub.bytes("own.sub")).isEmpty());
    }
    return rounds;
  }
}

package io.frond.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.subject.Subjects;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SubjectIndexTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  private final SubjectIndex index = new SubjectIndex();
  private final Map<String, TreeSet<Long>> model = new TreeMap<>();
  private final Map<String, Integer> entries = new HashMap<>();
  private final Random random = new Random(SEED);

  @Test
  void answersAsAPlainMapDoes() {
    System.out.println("seed " + SEED);
    for (int round = 0; round < 6; round++) {
      int most = List.of(3, 50, 400).get(round % 3);
      for (long sequence = 1; sequence <= 4_000; sequence++) {
        step(subject(), sequence + round * 4_000L, model.size() > most);
      }
      check();
      for (var subject : List.copyOf(model.keySet())) {
        while (model.containsKey(subject)) {
          remove(subject, sequences(subject).first());
        }
      }
      assertEquals(0, index.size());
      assertEquals(0, index.messages());
    }
  }

  private void step(String subject, long sequence, boolean shrink) {
    if (!shrink || random.nextInt(4) == 0) {
      byte[] bytes = bytes(subject);
      int entry =
          random.nextBoolean()
              ? index.put(bytes, 0, bytes.length)
              : index.put(direct(bytes), 3, bytes.length);
      index.appended(entry, sequence);
      model.computeIfAbsent(subject, _ -> new TreeSet<>()).add(sequence);
      entries.putIfAbsent(subject, entry);
      assertEquals(entry(subject), entry, "an entry keeps its number");
    } else {
      var subjects = new ArrayList<>(model.keySet());
      var victim = subjects.get(random.nextInt(subjects.size()));
      var sequences = sequences(victim);
      var of = new ArrayList<>(sequences);
      remove(
          victim,
          switch (random.nextInt(3)) {
            case 0 -> sequences.first();
            case 1 -> sequences.last();
            default -> of.get(random.nextInt(of.size()));
          });
    }
    if (sequence % 97 == 0) {
      check();
    }
  }

  private void remove(String subject, long sequence) {
    var sequences = sequences(subject);
    sequences.remove(sequence);
    assertEquals(sequences.size(), index.removed(entry(subject), sequence));
    if (sequences.isEmpty()) {
      model.remove(subject);
      entries.remove(subject);
    }
  }

  private void check() {
    assertEquals(model.size(), index.size());
    for (var subject : model.keySet()) {
      int entry = index.find(bytes(subject));
      assertEquals(entry(subject), entry);
      assertEquals(entry, index.find(direct(bytes(subject)), 3, subject.length()));
      assertEquals(subject, new String(index.subject(entry), StandardCharsets.UTF_8));
      assertEquals(sequences(subject).size(), index.messages(entry));
      checkEnds(entry, sequences(subject));
    }
    for (int i = 0; i < 20; i++) {
      var absent = subject();
      assertEquals(entries.getOrDefault(absent, 0), index.find(bytes(absent)));
      checkFilter();
    }
  }

  private void checkEnds(int entry, NavigableSet<Long> sequences) {
    if (index.isFirstDirty(entry)) {
      assertTrue(index.first(entry) <= sequences.first());
    } else {
      assertEquals(sequences.first(), index.first(entry));
    }
    if (index.isLastDirty(entry)) {
      assertTrue(index.last(entry) >= sequences.last());
    } else {
      assertEquals(sequences.last(), index.last(entry));
    }
    if (random.nextInt(3) == 0) {
      index.setFirst(entry, sequences.first());
      index.setLast(entry, sequences.last());
    }
  }

  private void checkFilter() {
    var patterns = new ArrayList<String>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      patterns.add(pattern());
    }
    var filter = SubjectFilter.of(patterns);
    long from = random.nextInt(3) == 0 ? random.nextInt(20_000) : 0;
    var found = new TreeMap<String, Integer>();
    index.match(
        filter,
        from,
        entry -> {
          found.merge(new String(index.subject(entry), StandardCharsets.UTF_8), 1, Integer::sum);
          return true;
        });
    long messages = 0;
    long subjects = 0;
    var expected = new TreeMap<String, Integer>();
    for (var subject : model.keySet()) {
      if (patterns.stream().anyMatch(pattern -> Subjects.matches(subject, pattern))) {
        subjects++;
        messages += sequences(subject).size();
        if (sequences(subject).last() >= from) {
          expected.put(subject, 1);
        } else if (index.last(entry(subject)) >= from) {
          assertTrue(index.isLastDirty(entry(subject)));
          expected.put(subject, 1);
        }
      }
    }
    assertEquals(expected, found, "of " + patterns);
    assertEquals(messages, index.messages(filter), "of " + patterns);
    assertEquals(subjects, index.size(filter), "of " + patterns);
  }

  private String subject() {
    int tokens = 1 + random.nextInt(4);
    var text = new StringBuilder();
    for (int i = 0; i < tokens; i++) {
      text.append(i == 0 ? "" : ".").append("token".repeat(random.nextInt(8) / 6));
      text.append((char) ('a' + random.nextInt(3 + i)));
    }
    return text.toString();
  }

  private String pattern() {
    var tokens = subject().split("\\.");
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = random.nextInt(3) == 0 ? "*" : tokens[i];
    }
    if (random.nextInt(3) == 0) {
      tokens[tokens.length - 1] = ">";
    }
    return String.join(".", tokens);
  }

  @Test
  void longAndManySubjectsAreKept() {
    var one = "x".repeat(60_000);
    for (int i = 0; i < 100; i++) {
      var subject = bytes("a." + i + "." + one + i);
      index.appended(index.put(subject, 0, subject.length), i + 1);
    }
    for (int i = 0; i < 100; i++) {
      var subject = bytes("a." + i + "." + one + i);
      assertArrayEquals(subject, index.subject(index.find(subject)));
    }
    assertEquals(100, index.size(SubjectFilter.of("a.*.*")));
  }

  private NavigableSet<Long> sequences(String subject) {
    return model.getOrDefault(subject, new TreeSet<>());
  }

  private int entry(String subject) {
    return entries.getOrDefault(subject, 0);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length + 3).put(3, bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

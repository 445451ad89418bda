package io.frond.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Does the same things, drawn from a seed, to a store and to its model, and compares answers.
final class StoreWalk {
  /// How a store is closed and opened again with all it held.
  interface Reopening {
    MessageStore reopen(MessageStore store) throws IOException;
  }

  private final StoreModel model = new StoreModel();
  private final StoredMessage loaded = new StoredMessage();
  private final Random random;
  private final Reopening reopening;
  private final int subjects;
  private final int mostMessages;
  private MessageStore store;
  private long now = 1_700_000_000_000_000_000L;

  /// @param subjects about how many different subjects are drawn
  /// @param mostMessages about how many messages the store is let grow to
  StoreWalk(MessageStore store, Reopening reopening, long seed, int subjects, int mostMessages) {
    this.store = store;
    this.reopening = reopening;
    this.random = new Random(seed);
    this.subjects = subjects;
    this.mostMessages = mostMessages;
  }

  /// Returns the store as it was last opened.
  MessageStore walk(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      step();
      if (i % 16 == 0) {
        check();
      }
      if (i % 512 == 0) {
        checkAll();
      }
    }
    checkAll();
    return store;
  }

  private void step() throws IOException {
    now += random.nextInt(3) * 1_000L;
    int kind = random.nextInt(1_000);
    boolean full = model.messages.size() > mostMessages;
    if (kind < 560) {
      appendSome(full ? 1 : 1 + random.nextInt(1 + mostMessages / 200));
    } else if (kind < 850) {
      removeOne(model.messages.isEmpty() ? 1 : someSequence());
    } else if (kind < 900) {
      removeOne(model.first);
    } else if (kind < 940) {
      removeMatching(full ? mostMessages : 1 + random.nextInt(20));
    } else if (kind < 965) {
      removeExpired();
    } else if (kind < 975) {
      long to = full ? someSequence() : model.first + random.nextInt(20);
      assertEquals(model.compact(to), store.compact(to), "compact");
    } else if (kind < 980) {
      skip();
    } else if (kind < 984) {
      rare();
    } else if (kind < 990) {
      store = reopening.reopen(store);
    }
  }

  private void rare() throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> assertEquals(model.purge(), store.purge(), "purge");
      case 1 -> {
        long to = model.last + 2 + random.nextInt(3_000);
        assertEquals(model.compact(to), store.compact(to), "compact beyond last");
      }
      default -> {
        long to = Math.max(0, model.last - random.nextInt(200));
        model.truncate(to);
        store.truncate(to);
      }
    }
    assertEquals(model.state(), store.state());
  }

  private void skip() throws IOException {
    long to = model.last + random.nextInt(40);
    if (random.nextInt(10) == 0) {
      to += 10_000_000_000L;
    } else if (random.nextInt(4) == 0) {
      to += 5_000;
    }
    model.skipTo(to);
    store.skipTo(to);
  }

  private void appendSome(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      now += random.nextInt(2) * 100L;
      var subject = subject();
      var body = body();
      int headerLength = random.nextInt(3) == 0 ? random.nextInt(body.length + 1) : 0;
      long expiry =
          switch (random.nextInt(10)) {
            case 0 -> -1;
            case 1, 2 -> now + random.nextInt(200_000);
            default -> 0;
          };
      var buffer =
          random.nextBoolean()
              ? ByteBuffer.allocate(body.length + 7)
              : ByteBuffer.allocateDirect(body.length + 7);
      buffer.put(5, body);
      var bytes = subject.getBytes(UTF_8);
      int size = store.sizeOf(bytes.length, headerLength, body.length);
      long expected =
          model.append(new StoreModel.Message(subject, headerLength, body, now, expiry, size));
      assertEquals(
          expected, store.append(bytes, buffer, 5, headerLength, body.length, now, expiry));
    }
  }

  private byte[] body() {
    int length =
        switch (random.nextInt(40)) {
          case 0 -> 0;
          case 1 -> 20_000 + random.nextInt(20_000);
          case 2 -> random.nextInt(3_000);
          case 3 -> random.nextInt(20) == 0 ? 200_000 : 10;
          default -> random.nextInt(60);
        };
    var body = new byte[length];
    random.nextBytes(body);
    return body;
  }

  private void removeOne(long sequence) throws IOException {
    boolean erase = random.nextInt(4) == 0;
    assertEquals(model.remove(sequence), store.remove(sequence, erase), "remove " + sequence);
  }

  private void removeMatching(int most) throws IOException {
    var patterns = patterns();
    long from = someSequence();
    for (int i = 0; i < most; i++) {
      long next = model.next(patterns, from);
      assertEquals(next, store.next(SubjectFilter.of(patterns), from));
      if (next == 0) {
        return;
      }
      removeOne(next);
      from = next;
    }
  }

  private void removeExpired() throws IOException {
    var expected = model.expired(now);
    int most = 1 + random.nextInt(50);
    long[] found = store.expired(now, most);
    assertEquals(Math.min(most, expected.size()), found.length);
    long before = 0;
    for (long sequence : found) {
      assertTrue(sequence > before && expected.contains(sequence), "expired " + sequence);
      before = sequence;
      removeOne(sequence);
    }
    assertEquals(model.nextExpiry(), store.nextExpiry());
  }

  private void check() throws IOException {
    checkLoad(someSequence());
    var patterns = patterns();
    var filter = SubjectFilter.of(patterns);
    long from = someSequence();
    long next = model.next(patterns, from);
    assertEquals(next, store.next(filter, from), () -> "next " + patterns + " from " + from);
    assertEquals(next != 0, store.loadNext(filter, from, loaded));
    if (next != 0) {
      checkLoaded(next);
    }
    long previous = model.previous(patterns, from);
    boolean found = store.loadPrevious(filter, from, loaded);
    assertEquals(previous != 0, found, () -> "previous " + patterns + " up to " + from);
    if (found) {
      checkLoaded(previous);
    }
    boolean last = random.nextBoolean();
    assertEquals(
        model.count(patterns, from, last),
        store.count(filter, from, last),
        () -> "count " + patterns + " from " + from + " last " + last);
    assertEquals(model.count(patterns, 0, last), store.count(filter, 0, last));
    checkSubject(subject());
    long time = now - random.nextInt(3_000_000);
    assertEquals(model.sequenceAt(time), store.sequenceAt(time));
  }

  private void checkAll() throws IOException {
    assertEquals(model.state(), store.state());
    assertEquals(model.messages.size(), store.messages());
    assertEquals(model.first, store.firstSequence());
    assertEquals(model.last, store.lastSequence());
    assertEquals(model.state().bytes(), store.bytes());
    assertEquals(model.state().subjects(), store.subjectCount());
    assertEquals(model.nextExpiry(), store.nextExpiry());
    for (long sequence : model.messages.keySet()) {
      checkLoad(sequence);
    }
    int most = random.nextInt(500);
    assertArrayEquals(model.deleted(most), store.deleted(most));
    var patterns = patterns();
    Map<String, SubjectState> found = new HashMap<>();
    store.subjects(
        SubjectFilter.of(patterns),
        (subject, state) -> found.put(new String(subject, UTF_8), state) == null);
    assertEquals(model.subjects(patterns), found);
  }

  private void checkSubject(String subject) throws IOException {
    var bytes = subject.getBytes(UTF_8);
    var state = model.subject(subject);
    assertEquals(state, store.subject(bytes), subject);
    assertEquals(state != null, store.loadLast(bytes, loaded));
    if (state != null) {
      checkLoaded(state.last());
    }
  }

  private void checkLoad(long sequence) throws IOException {
    boolean there = model.messages.containsKey(sequence);
    assertEquals(there, store.load(sequence, loaded), "load " + sequence);
    if (there) {
      checkLoaded(sequence);
    }
  }

  private void checkLoaded(long sequence) {
    assertEquals(sequence, loaded.sequence());
    var expected = model.messages.get(sequence);
    assertNotNull(expected);
    assertEquals(expected.subject(), loaded.subjectText());
    assertEquals(expected.headerLength(), loaded.headerLength());
    assertEquals(expected.timestamp(), loaded.timestamp());
    assertEquals(expected.expiry(), loaded.expiry());
    assertArrayEquals(expected.body(), loaded.body());
  }

  /// Mostly one that is or was there.
  private long someSequence() {
    return switch (random.nextInt(20)) {
      case 0 -> model.last + random.nextInt(3);
      case 1 -> Math.max(0, model.first - random.nextInt(3));
      case 2 -> model.first + random.nextInt(2_000);
      default -> {
        if (model.messages.isEmpty()) {
          yield model.first;
        }
        long between = model.first + random.nextLong(model.messages.lastKey() - model.first + 1);
        var near = model.messages.ceilingKey(between);
        yield (near == null || random.nextInt(4) == 0) ? between : near;
      }
    };
  }

  private String subject() {
    int number = random.nextInt(random.nextInt(4) == 0 ? Math.min(3, subjects) : subjects);
    return switch (number % 4) {
      case 0 -> "orders." + number;
      case 1 -> "orders.a" + number / 40 + ".b" + number % 40;
      case 2 -> "kv." + number + ".settings.colour";
      default -> number < 8 ? "single" : "kv." + number;
    };
  }

  private List<String> patterns() {
    if (random.nextInt(4) == 0) {
      return List.of();
    }
    var patterns = new ArrayList<String>();
    for (int i = random.nextInt(5) / 2; i >= 0; i--) {
      patterns.add(
          switch (random.nextInt(10)) {
            case 0 -> "orders.*";
            case 1 -> "orders.>";
            case 2 -> "kv.*.settings.*";
            case 3 -> "*.*";
            case 4 -> "orders.*.b" + random.nextInt(40);
            case 5 -> "nothing.>";
            case 6 -> "kv." + random.nextInt(subjects) + ".>";
            default -> subject();
          });
    }
    return patterns;
  }
}

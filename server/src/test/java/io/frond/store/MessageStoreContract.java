package io.frond.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What each [MessageStore] has to do.
abstract class MessageStoreContract {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  private final StoredMessage message = new StoredMessage();
  private long now = 1_000;

  /// A new empty store; the test closes it.
  abstract MessageStore create() throws IOException;

  /// Closes a store and opens it again with all that it held; or returns it as it is.
  abstract MessageStore reopen(MessageStore store) throws IOException;

  /// How many steps a random walk has.
  int steps() {
    return 6_000;
  }

  @Test
  void oneSubjectAnswersAsTheModelDoes() throws IOException {
    walk(1, 300);
  }

  @Test
  void fewSubjectsAnswerAsTheModelDoes() throws IOException {
    walk(12, 3_000);
  }

  @Test
  void manySubjectsAnswerAsTheModelDoes() throws IOException {
    walk(5_000, 4_000);
  }

  @Test
  void aSmallStoreAnswersAsTheModelDoes() throws IOException {
    walk(4, 5);
  }

  private void walk(int subjects, int mostMessages) throws IOException {
    System.out.println("seed " + SEED);
    new StoreWalk(create(), this::reopen, SEED, subjects, mostMessages).walk(steps()).close();
  }

  @Test
  void anEmptyStoreHasNothing() throws IOException {
    try (var store = create()) {
      assertEquals(new StoreState(0, 0, 1, 0, 0, 0, 0, 0), store.state());
      assertFalse(store.load(0, message));
      assertFalse(store.load(1, message));
      assertFalse(store.loadNext(SubjectFilter.ALL, 0, message));
      assertFalse(store.loadPrevious(SubjectFilter.ALL, 10, message));
      assertFalse(store.loadLast(bytes("a"), message));
      assertEquals(0, store.next(SubjectFilter.of("a.*"), 1));
      assertEquals(0, store.count(SubjectFilter.ALL, 0, false));
      assertEquals(1, store.sequenceAt(0));
      assertNull(store.subject(bytes("a")));
      assertFalse(store.remove(1, false));
      assertEquals(0, store.compact(1));
      assertEquals(0, store.purge());
      assertEquals(0, store.deleted(10).length);
      assertEquals(Long.MAX_VALUE, store.nextExpiry());
      assertEquals(1, append(store, "a", "x"));
    }
  }

  @Test
  void sizesAreCountedAsAppended() throws IOException {
    try (var store = create()) {
      var body = bytes("NATS/1.0\r\n\r\nhello");
      store.append(bytes("abc"), ByteBuffer.wrap(body), 0, 12, body.length, 1, 0);
      assertEquals(store.sizeOf(3, 12, 17), store.bytes());
      append(store, "d", "hello");
      assertEquals(store.sizeOf(3, 12, 17) + store.sizeOf(1, 0, 5), store.bytes());
      store.remove(1, false);
      assertEquals(store.sizeOf(1, 0, 5), store.bytes());
      assertTrue(store.load(2, message));
      assertEquals(0, message.headers().length);
      assertArrayEquals(bytes("hello"), message.payload());
    }
  }

  @Test
  void purgeKeepsSequences() throws IOException {
    try (var store = filled(10)) {
      assertEquals(10, store.purge());
      assertEquals(new StoreState(0, 0, 11, 0, 10, now, 0, 0), store.state());
      assertEquals(11, store.sequenceAt(0));
      assertEquals(11, append(store, "a", "x"));
      assertEquals(11, store.firstSequence());
    }
  }

  @Test
  void compactStopsAtTheNextMessageThatIsThere() throws IOException {
    try (var store = filled(10)) {
      store.remove(5, false);
      store.remove(6, false);
      assertEquals(4, store.compact(5));
      assertEquals(7, store.firstSequence());
      assertEquals(10, store.lastSequence());
      assertEquals(0, store.compact(7));
      assertEquals(3, store.compact(10));
      store.remove(10, false);
      assertEquals(new StoreState(0, 0, 11, 0, 10, now, 0, 0), store.state());
    }
  }

  @Test
  void compactOfTrailingGapsEmptiesTheStore() throws IOException {
    try (var store = filled(10)) {
      store.remove(9, false);
      store.remove(10, false);
      assertEquals(8, store.compact(9));
      assertEquals(11, store.firstSequence());
      assertEquals(10, store.lastSequence());
    }
  }

  @Test
  void compactBehindLastMovesTheNextSequence() throws IOException {
    try (var store = filled(10)) {
      assertEquals(10, store.compact(100));
      assertEquals(new StoreState(0, 0, 100, 0, 99, now, 0, 0), store.state());
      assertEquals(0, store.compact(200));
      assertEquals(200, append(store, "a", "x"));
    }
  }

  @Test
  void skippedSequencesCountAsDeleted() throws IOException {
    try (var store = filled(3)) {
      store.skipTo(2);
      assertEquals(3, store.lastSequence());
      store.skipTo(6);
      assertEquals(5, store.lastSequence());
      assertEquals(1, store.firstSequence());
      assertArrayEquals(new long[] {4, 5}, store.deleted(10));
      assertEquals(6, append(store, "a", "x"));
      assertEquals(2, store.state().deleted());
      assertEquals(6, store.next(SubjectFilter.ALL, 4));
    }
    try (var store = create()) {
      store.skipTo(1_000);
      assertEquals(new StoreState(0, 0, 1_000, 0, 999, 0, 0, 0), store.state());
      assertEquals(1_000, append(store, "a", "x"));
    }
  }

  @Test
  void aMessageThatNobodyWantsHasASequenceAndATime() throws IOException {
    try (var store = create()) {
      assertEquals(1, store.skip(1_000));
      assertEquals(new StoreState(0, 0, 2, 0, 1, 1_000, 0, 0), store.state());
      assertEquals(2, store.skip(2_000));
      assertEquals(3, append(store, "a", "x"));
      assertEquals(3, store.firstSequence());
    }
  }

  @Test
  void hugeGapsCostNothing() throws IOException {
    try (var store = filled(3)) {
      for (int i = 1; i < 20; i++) {
        store.skipTo(i * 1_000_000_000_000L);
        append(store, "far." + i, "x");
      }
      assertEquals(19_000_000_000_000L, store.lastSequence());
      assertEquals(1_000_000_000_000L, store.next(SubjectFilter.ALL, 4));
      assertEquals(2_000_000_000_000L, store.next(SubjectFilter.of("*.2"), 4));
      assertTrue(store.loadPrevious(SubjectFilter.ALL, 1_999_999_999_999L, message));
      assertEquals(1_000_000_000_000L, message.sequence());
      assertArrayEquals(new long[] {4, 5, 6}, store.deleted(3));
      assertEquals(22, store.compact(20_000_000_000_000L));
    }
  }

  @Test
  void truncateGoesBack() throws IOException {
    try (var store = filled(10)) {
      store.truncate(12);
      assertEquals(10, store.lastSequence());
      store.truncate(4);
      assertEquals(4, store.lastSequence());
      assertEquals(4, store.messages());
      assertEquals(1, store.firstSequence());
      assertEquals(5, append(store, "a", "x"));
      store.truncate(0);
      assertEquals(new StoreState(0, 0, 1, 0, 0, 0, 0, 0), store.state());
      assertEquals(1, append(store, "a", "x"));
    }
  }

  @Test
  void removingTheLastKeepsLast() throws IOException {
    try (var store = filled(3)) {
      assertTrue(store.remove(3, true));
      assertFalse(store.remove(3, true));
      assertEquals(3, store.lastSequence());
      assertArrayEquals(new long[] {3}, store.deleted(10));
      assertEquals(2, store.state().messages());
      assertEquals(4, store.sequenceAt(now));
      assertEquals(4, append(store, "a", "x"));
    }
  }

  @Test
  void subjectsKnowFirstAndLast() throws IOException {
    try (var store = create()) {
      for (int i = 1; i <= 1_000; i++) {
        append(store, "s." + i % 3, "x");
      }
      assertEquals(new SubjectState(333, 3, 999), store.subject(bytes("s.0")));
      store.remove(3, false);
      store.remove(999, false);
      assertEquals(new SubjectState(331, 6, 996), store.subject(bytes("s.0")));
      assertEquals(996, last(store, "s.0"));
      store.compact(995);
      assertEquals(new SubjectState(1, 996, 996), store.subject(bytes("s.0")));
      store.remove(996, false);
      assertNull(store.subject(bytes("s.0")));
      assertEquals(2, store.subjectCount());
    }
  }

  @Test
  void overlappingPatternsCountOnce() throws IOException {
    try (var store = create()) {
      for (int i = 0; i < 50; i++) {
        append(store, "a." + i % 10 + ".c", "x");
      }
      var filter = SubjectFilter.of(List.of("a.*.c", "a.1.*", "a.>", "a.1.c"));
      assertEquals(50, store.count(filter, 0, false));
      assertEquals(10, store.count(filter, 0, true));
      assertEquals(5, store.count(filter, 46, true));
      var seen = new ArrayList<String>();
      store.subjects(
          filter,
          (subject, _) -> {
            seen.add(new String(subject, UTF_8));
            return seen.size() < 7;
          });
      assertEquals(7, seen.size());
      assertEquals(7, seen.stream().distinct().count());
    }
  }

  @Test
  void expiredMessagesAreNamedUntilTheyGo() throws IOException {
    try (var store = create()) {
      for (int i = 1; i <= 10; i++) {
        store.append(bytes("a"), ByteBuffer.allocate(4), 0, 0, 4, i, i == 5 ? -1 : 100 + i);
      }
      assertEquals(101, store.nextExpiry());
      assertEquals(0, store.expired(100, 10).length);
      assertArrayEquals(new long[] {1, 2, 3, 4, 6}, store.expired(106, 100));
      assertArrayEquals(new long[] {1, 2, 3, 4, 6}, store.expired(106, 100));
      assertEquals(2, store.expired(106, 2).length);
      store.compact(4);
      assertEquals(104, store.nextExpiry());
      assertArrayEquals(new long[] {4, 6}, store.expired(106, 100));
      store.purge();
      assertEquals(Long.MAX_VALUE, store.nextExpiry());
    }
  }

  @Test
  void timesFindSequences() throws IOException {
    try (var store = create()) {
      for (int i = 1; i <= 5_000; i++) {
        store.append(bytes("a"), ByteBuffer.allocate(4), 0, 0, 4, i / 2 * 10L, 0);
      }
      assertEquals(1, store.sequenceAt(-5));
      assertEquals(2, store.sequenceAt(1));
      assertEquals(2, store.sequenceAt(10));
      assertEquals(3_000, store.sequenceAt(15_000));
      store.remove(3_000, false);
      store.remove(3_001, false);
      assertEquals(3_002, store.sequenceAt(15_000));
      assertEquals(5_000, store.sequenceAt(25_000));
      assertEquals(5_001, store.sequenceAt(25_001));
    }
  }

  @Test
  void rareSubjectsAreFoundFarAway() throws IOException {
    try (var store = create()) {
      append(store, "rare.one", "x");
      for (int i = 0; i < 100_000; i++) {
        append(store, "common." + i % 7, "x");
        if (i == 60_000) {
          append(store, "rare.two", "x");
        }
      }
      for (var pattern : List.of("rare.two", "rare.*", "*.two", "rare.>")) {
        var filter = SubjectFilter.of(pattern);
        for (int from = 2; from < 60_000; from += 10) {
          assertEquals(60_003, store.next(filter, from));
        }
        assertEquals(0, store.next(filter, 60_004));
        assertTrue(store.loadPrevious(filter, 100_000, message));
        assertEquals(60_003, message.sequence());
        assertEquals(1, store.count(filter, 2, false));
      }
    }
  }

  @Test
  void aCheckpointCanBeTakenAtAnyTime() throws IOException {
    try (var store = filled(5)) {
      var checkpoint = store.checkpoint();
      append(store, "a", "x");
      assertNotNull(checkpoint.manifest());
      checkpoint.sync();
      checkpoint.done();
      store.checkpoint().failed();
      assertEquals(6, store.messages());
    }
  }

  private MessageStore filled(int messages) throws IOException {
    var store = create();
    for (int i = 0; i < messages; i++) {
      append(store, "subject." + i % 4, "body " + i);
    }
    return store;
  }

  final long append(MessageStore store, String subject, String body) throws IOException {
    var bytes = bytes(body);
    return store.append(bytes(subject), ByteBuffer.wrap(bytes), 0, 0, bytes.length, ++now, 0);
  }

  private long last(MessageStore store, String subject) throws IOException {
    assertTrue(store.loadLast(bytes(subject), message));
    return message.sequence();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

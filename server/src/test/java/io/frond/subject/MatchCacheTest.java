package io.frond.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MatchCacheTest {
  private final MatchCache<Sub> cache = new MatchCache<>();

  @Test
  void anAnswerIsFoundByTheBytesInABuffer() {
    for (int n = 1; n < 40; n++) {
      String subject = "s".repeat(n);
      assertNull(get(subject, 3));
      Match<Sub> match = put(subject, 3);
      assertSame(match, get(subject, 3), subject);
    }
    assertTrue(cache.size() > 30, "nearly all fit: " + cache.size());
  }

  @Test
  void anotherGenerationFindsNothingAndEmpties() {
    put("a", 1);
    put("b", 1);
    assertNull(get("a", 2));
    Match<Sub> match = put("c", 2);
    assertSame(match, get("c", 2));
    assertNull(get("a", 2));
    assertNull(get("a", 1));
    assertEquals(1, cache.size());
  }

  @Test
  void theLastAnswerIsFoundAgainWithoutAHashUntilAnotherIsAskedFor() {
    assertNull(again("a.long.subject", 1));
    Match<Sub> match = put("a.long.subject", 1);
    assertSame(match, again("a.long.subject", 1));
    assertNull(again("a.long.subjecu", 1));
    assertNull(again("a.long", 1));
    assertNull(again("a.long.subject", 2));
    Match<Sub> other = put("b", 1);
    assertSame(other, again("b", 1));
    assertSame(match, get("a.long.subject", 1));
    assertSame(match, again("a.long.subject", 1));
    assertNull(get("unknown", 1));
    assertNull(again("a.long.subject", 1));
    assertNull(cache.recent());
    put("b", 2);
    cache.clear();
    assertNull(again("b", 2));
  }

  private @Nullable Match<Sub> again(String subject, long generation) {
    byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
    return cache.again(ByteBuffer.wrap(bytes), 0, bytes.length, generation);
  }

  @Test
  void theSizeIsBounded() {
    Match<Sub> last = Match.empty();
    for (int i = 0; i < 100_000; i++) {
      last = put("subject." + i, 1);
      assertSame(last, get("subject." + i, 1));
    }
    assertTrue(cache.size() <= MatchCache.SLOTS_MAX);
    assertTrue(cache.size() > MatchCache.SLOTS_MAX * 9 / 10, "slots are used: " + cache.size());
  }

  @Test
  void hundredsOfSubjectsAreKept() {
    for (int i = 0; i < 500; i++) {
      put("subject." + i, 1);
    }
    int kept = 0;
    for (int i = 0; i < 500; i++) {
      kept += get("subject." + i, 1) != null ? 1 : 0;
    }
    assertTrue(kept > 450, "kept " + kept);
  }

  @Test
  void equalHashesOfDifferentSubjectsDoNotMix() {
    Sub sub = Sub.of("abc");
    Match<Sub> match = matchOf(sub);
    cache.put(Sub.bytes("abcdefgh1"), 77, match, 1);
    assertNull(cache.get(buffer("abcdefgh2"), 2, 9, 77, 1));
    assertNull(cache.get(buffer("abcdefgx1"), 2, 9, 77, 1));
    assertNull(cache.get(buffer("abcdefgh"), 2, 8, 77, 1));
    assertSame(match, cache.get(buffer("abcdefgh1"), 2, 9, 77, 1));
  }

  @Test
  void theHashDependsOnAllBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Set<Integer> hashes = new HashSet<>();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      hashes.add(hash("bench." + i));
    }
    assertTrue(hashes.size() > count - 10, "distinct: " + hashes.size());
    for (int i = 0; i < 1_000; i++) {
      byte[] s = new byte[1 + random.nextInt(30)];
      random.nextBytes(s);
      ByteBuffer buf = ByteBuffer.wrap(s);
      int before = MatchCache.hash(buf, 0, s.length);
      s[random.nextInt(s.length)] ^= (byte) (1 << random.nextInt(8));
      assertNotEquals(before, MatchCache.hash(buf, 0, s.length), "seed " + seed);
    }
    assertNotEquals(hash("a"), hash("\0a"));
  }

  private static ByteBuffer buffer(String subject) {
    byte[] s = Sub.bytes(subject);
    return ByteBuffer.allocateDirect(s.length + 4).put(2, s);
  }

  private static int hash(String subject) {
    return MatchCache.hash(buffer(subject), 2, Sub.bytes(subject).length);
  }

  private @Nullable Match<Sub> get(String subject, long generation) {
    return cache.get(buffer(subject), 2, Sub.bytes(subject).length, hash(subject), generation);
  }

  private Match<Sub> put(String subject, long generation) {
    Match<Sub> match = matchOf(Sub.of(subject));
    cache.put(Sub.bytes(subject), hash(subject), match, generation);
    return match;
  }

  private static Match<Sub> matchOf(Sub sub) {
    Sublist<Sub> list = new Sublist<>();
    list.insert(sub);
    return list.match(sub.subject());
  }
}

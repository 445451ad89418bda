package io.frond.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SublistTest {
  private final Sublist<Sub> list = new Sublist<>();

  @Test
  void anEmptyListMatchesNobody() {
    assertSame(Match.empty(), match("a"));
    assertTrue(match("a.b").isEmpty());
    assertFalse(list.hasInterest(Sub.bytes("a")));
    assertEquals(0, list.size());
  }

  @Test
  void literalsMatchTheirSubjectOnly() {
    Sub one = add("a");
    Sub two = add("a.b.c.d");
    assertPlain("a", one);
    assertPlain("a.b.c.d", two);
    assertPlain("a.b");
    assertPlain("a.b.c.d.e");
    assertPlain("b");
    assertPlain("");
  }

  @Test
  void literalInterestIsExactAndOfItsGroup() {
    add(">");
    add("a.*");
    assertFalse(list.hasLiteral(Sub.bytes("a.b"), new byte[0]));
    add("a.b", "g");
    assertFalse(list.hasLiteral(Sub.bytes("a.b"), new byte[0]));
    assertFalse(list.hasLiteral(Sub.bytes("a.b"), Sub.bytes("h")));
    assertTrue(list.hasLiteral(Sub.bytes("a.b"), Sub.bytes("g")));
    Sub plain = add("a.b");
    assertTrue(list.hasLiteral(Sub.bytes("a.b"), new byte[0]));
    list.remove(plain);
    assertFalse(list.hasLiteral(Sub.bytes("a.b"), new byte[0]));
  }

  @Test
  void wildcardsMatchBesideLiterals() {
    Sub literal = add("a.b.c");
    Sub middle = add("a.*.c");
    Sub end = add("a.b.*");
    Sub start = add("*.b.c");
    Sub all = add("*.*.*");
    Sub full = add("a.>");
    Sub root = add(">");
    assertPlain("a.b.c", literal, middle, end, start, all, full, root);
    assertPlain("a.x.c", middle, all, full, root);
    assertPlain("x.b.c", start, all, root);
    assertPlain("a.b", full, root);
    assertPlain("a", root);
    assertPlain("a.b.c.d", full, root);
    assertPlain("x.y.z", all, root);
  }

  @Test
  void bothBranchesOfTheTrieAreWalkedToTheirEnds() {
    Sub one = add("a.*.c.>");
    Sub two = add("a.b.*.d");
    Sub three = add("*.b.c.*");
    assertPlain("a.b.c.d", one, two, three);
    assertPlain("a.b.x.d", two);
    assertPlain("a.x.c.d.e", one);
    assertPlain("a.b.c", new Sub[0]);
  }

  @Test
  void aPublishedWildcardIsTakenLiterally() {
    Sub literal = add("a.b");
    Sub star = add("a.*");
    Sub full = add("a.>");
    assertPlain("a.*", star, full);
    assertPlain("a.>", star, full);
    assertPlain("a.b", literal, star, full);
  }

  @Test
  void wildcardBytesBesideOthersAreOrdinary() {
    Sub one = add("foo.*-");
    Sub two = add("foo.>-");
    assertPlain("foo.*-", one);
    assertPlain("foo.>-", two);
    assertPlain("foo.bar");
    assertPlain("foo.x-");
    assertFalse(list.remove(Sub.of("foo.bar")));
    assertTrue(list.remove(one));
    assertTrue(list.remove(two));
    assertEquals(0, list.size());
  }

  @Test
  void aSubjectWithAnEmptyTokenInterestsNobody() {
    add(">");
    add("foo.>");
    add("*.*");
    for (String s : List.of("", ".", ".foo", "..foo", "foo..", "foo.", "foo..bar", "foo...bar")) {
      assertSame(Match.empty(), match(s), s);
      assertFalse(list.hasInterest(Sub.bytes(s)), s);
    }
  }

  @Test
  void aMalformedSubjectIsNotInserted() {
    for (String s : List.of("", ".", "a.", ".a", "a..b", "a.>.b", ">.>", "*..>")) {
      Sub bad = Sub.of(s);
      assertThrows(IllegalArgumentException.class, () -> list.insert(bad), s);
      assertThrows(IllegalArgumentException.class, () -> list.remove(bad), s);
    }
    assertEquals(0, list.size());
    assertEquals(0, list.generation());
  }

  @Test
  void entriesAreToldApartByIdentity() {
    for (String subject : List.of("a.b", "a.*", "a.>")) {
      Sub one = add(subject);
      Sub two = add(subject);
      assertEquals(2, match("a.b").plainCount());
      assertFalse(list.remove(Sub.of(subject)));
      assertTrue(list.remove(one));
      assertFalse(list.remove(one));
      assertPlain("a.b", two);
      assertTrue(list.remove(two));
      assertPlain("a.b");
    }
    assertEquals(0, list.size());
  }

  @Test
  void theSameEntryIsNotInsertedTwice() {
    for (Sub sub : List.of(Sub.of("a"), Sub.of("b.*"), Sub.of("c", "q"))) {
      list.insert(sub);
      assertThrows(IllegalStateException.class, () -> list.insert(sub));
      list.insert(Sub.of(sub.text(), sub.queue() == null ? null : "q"));
      assertThrows(IllegalStateException.class, () -> list.insert(sub));
    }
    assertEquals(6, list.size());
    assertEquals(2, match("c").queueSize(0));
  }

  @Test
  void removalKeepsWhatHangsBelowAndAbove() {
    Sub shallow = add("a.*");
    Sub deep = add("a.*.c.>");
    Sub side = add("a.*.d");
    assertTrue(list.remove(deep));
    assertPlain("a.b", shallow);
    assertPlain("a.b.d", side);
    assertTrue(list.remove(shallow));
    assertPlain("a.b");
    assertPlain("a.b.d", side);
    assertTrue(list.remove(side));
    assertPlain("a.b.d");
    assertFalse(list.remove(side));
  }

  @Test
  void queueGroupsAreSeparate() {
    Sub plain = add("a");
    Sub one = add("a", "one");
    Sub two = add("a", "two");
    Sub another = add("a", "one");
    Match<Sub> m = match("a");
    assertEquals(Set.of(plain), plains(m));
    assertEquals(2, m.queueCount());
    assertEquals(Set.of(one, another), queue(m, "one"));
    assertEquals(Set.of(two), queue(m, "two"));
    assertEquals(3, m.fanout());

    assertTrue(list.remove(plain));
    assertTrue(list.remove(two));
    m = match("a");
    assertEquals(0, m.plainCount());
    assertEquals(1, m.queueCount());
    assertEquals(Set.of(one, another), queue(m, "one"));
    assertTrue(list.remove(one));
    assertEquals(Set.of(another), queue(match("a"), "one"));
    assertTrue(list.remove(another));
    assertSame(Match.empty(), match("a"));
  }

  @Test
  void aQueueGroupSpansTheSubjectsThatMatch() {
    Sub literal = add("a.b", "q");
    Sub star = add("a.*", "q");
    Sub other = add("a.*", "r");
    Sub full = add(">", "q");
    Match<Sub> m = match("a.b");
    assertEquals(2, m.queueCount());
    assertEquals(Set.of(literal, star, full), queue(m, "q"));
    assertEquals(Set.of(other), queue(m, "r"));
    assertEquals(3, m.queueWeight(indexOf(m, "q")));
    assertEquals(Set.of(full), queue(match("x"), "q"));
  }

  @Test
  void manyQueueGroupsOfTwoSubjectsAreUnited() {
    for (int i = 0; i < 100; i++) {
      add("a.b", "q" + i);
      add("a.*", "q" + i);
    }
    Match<Sub> m = match("a.b");
    assertEquals(100, m.queueCount());
    for (int i = 0; i < 100; i++) {
      assertEquals(2, queue(m, "q" + i).size());
    }
  }

  @Test
  void aWeightCountsAsSoManyMembers() {
    Sub local = add("a", "q");
    Sub remote = Sub.of("a", "q").weighing(10);
    list.insert(remote);
    Match<Sub> m = match("a");
    assertEquals(2, m.queueSize(0));
    assertEquals(11, m.queueWeight(0));
    assertEquals(1, picks(m, local));
    assertEquals(10, picks(m, remote));

    long before = list.generation();
    remote.weighing(3);
    list.reweigh(remote);
    assertTrue(list.generation() > before);
    m = match("a");
    assertEquals(4, m.queueWeight(0));
    assertEquals(3, picks(m, remote));

    Sub wild = Sub.of("*", "q").weighing(5);
    list.insert(wild);
    m = match("a");
    assertEquals(9, m.queueWeight(0));
    assertEquals(1, picks(m, local));
    assertEquals(5, picks(m, wild));
    wild.weighing(1);
    list.reweigh(wild);
    assertEquals(5, match("a").queueWeight(0));

    long unchanged = list.generation();
    list.reweigh(Sub.of("a", "q"));
    list.reweigh(Sub.of("z.*", "q"));
    list.reweigh(Sub.of("z"));
    assertEquals(unchanged, list.generation());
  }

  @Test
  void anAnswerStaysAsItWas() {
    Sub one = add("a.*");
    Match<Sub> before = match("a.b");
    Sub two = add("a.*");
    assertEquals(Set.of(one), plains(before));
    Match<Sub> after = match("a.b");
    assertNotSame(before, after);
    assertEquals(Set.of(one, two), plains(after));
    assertSame(after, match("a.c"), "one place answers for all subjects that reach it alone");
  }

  @Test
  void theGenerationRisesWithEachChange() {
    long g = list.generation();
    Sub one = add("a");
    assertEquals(g + 1, list.generation());
    match("a");
    match("b.c");
    assertEquals(g + 1, list.generation());
    assertFalse(list.remove(Sub.of("a")));
    assertEquals(g + 1, list.generation());
    list.remove(one);
    assertEquals(g + 2, list.generation());
  }

  @Test
  void overlappingEntriesAreCollected() {
    Sub foo = add("foo");
    Sub bar = add("bar");
    Sub fooBar = add("foo.bar");
    Sub fooBarBaz = add("foo.bar.baz");
    Sub star = add("*.baz");
    Sub full = add("foo.*.>", "q");
    assertOverlap("foo", foo);
    assertOverlap("*", foo, bar);
    assertOverlap("foo.*", fooBar, star);
    assertOverlap("*.bar", fooBar);
    assertOverlap("foo.>", fooBar, fooBarBaz, star, full);
    assertOverlap("foo.1.*", full);
    assertOverlap("foo.1.*.*.>", full);
    assertOverlap("x.>", star);
    assertOverlap("x.y");
    assertOverlap("x.baz", star);
    assertOverlap("foo.bar.baz", fooBarBaz, full);
    assertOverlap(">", foo, bar, fooBar, fooBarBaz, star, full);
  }

  @Test
  void eachEntryIsVisitedOnce() {
    Set<Sub> all = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String subject : List.of("a", "a.b", "a.*", "a.>", "*", ">", "*.a.*", "b.c.*", "b.d.>")) {
      all.add(add(subject));
      all.add(add(subject, "q"));
      all.add(add(subject, "q"));
    }
    List<Sub> visited = new ArrayList<>();
    list.forEach(visited::add);
    assertEquals(all.size(), visited.size());
    assertEquals(all, new HashSet<>(visited));
  }

  @Test
  void countersTellWhatHappened() {
    Sub one = add("a");
    add("a");
    add("b.*");
    match("a");
    match("a");
    match("b.c");
    match("b.d");
    match("c");
    SublistStats stats = list.stats();
    assertEquals(3, stats.subscriptions());
    assertEquals(3, stats.inserts());
    assertEquals(0, stats.removes());
    assertEquals(5, stats.matches());
    assertEquals(3, stats.cacheHits());
    assertEquals(0.6, stats.cacheHitRate());
    assertEquals(2, stats.cached());
    assertEquals(2, stats.fanoutMax());
    assertEquals(1.5, stats.fanoutAverage());
    list.remove(one);
    assertEquals(1, list.stats().cached());
    assertEquals(1, list.stats().removes());
    assertEquals(10, stats.plus(stats).matches());
    assertEquals(0, SublistStats.NONE.cacheHitRate());
  }

  @Test
  void aHundredThousandEntriesOfOneSubjectComeAndGoQuickly() {
    List<Sub> subs = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      subs.add(add("a.*", i % 2 == 0 ? null : "q"));
    }
    Match<Sub> m = match("a.b");
    assertEquals(50_000, m.plainCount());
    assertEquals(50_000, m.queueSize(0));
    Collections.shuffle(subs, new java.util.Random(1));
    for (int i = 0; i < subs.size(); i++) {
      assertTrue(list.remove(subs.get(i)));
      if (i % 10_000 == 9_999) {
        assertEquals(
            Set.copyOf(subs.subList(i + 1, subs.size())), new HashSet<>(members(match("a.b"))));
      }
    }
    assertSame(Match.empty(), match("a.b"));
  }

  private Sub add(String subject) {
    return add(subject, null);
  }

  private Sub add(String subject, @org.jspecify.annotations.Nullable String queue) {
    Sub sub = Sub.of(subject, queue);
    list.insert(sub);
    return sub;
  }

  private Match<Sub> match(String subject) {
    return list.match(Sub.bytes(subject));
  }

  private void assertPlain(String subject, Sub... expected) {
    Match<Sub> m = match(subject);
    assertEquals(Set.of(expected), plains(m), subject);
    assertEquals(expected.length, m.plainCount(), subject);
    assertEquals(expected.length > 0, list.hasInterest(Sub.bytes(subject)), subject);
  }

  private void assertOverlap(String pattern, Sub... expected) {
    List<Sub> found = new ArrayList<>();
    list.collectOverlapping(Sub.bytes(pattern), found::add);
    assertEquals(Set.of(expected), new HashSet<>(found), pattern);
    assertEquals(expected.length, found.size(), pattern);
  }

  private static Set<Sub> plains(Match<Sub> m) {
    Set<Sub> all = new HashSet<>();
    for (int i = 0; i < m.plainCount(); i++) {
      all.add(m.plain(i));
    }
    return all;
  }

  private static int indexOf(Match<Sub> m, String name) {
    for (int q = 0; q < m.queueCount(); q++) {
      if (new String(m.queueName(q), StandardCharsets.UTF_8).equals(name)) {
        return q;
      }
    }
    throw new AssertionError("no queue " + name);
  }

  private static Set<Sub> queue(Match<Sub> m, String name) {
    int q = indexOf(m, name);
    Set<Sub> all = new HashSet<>();
    for (int i = 0; i < m.queueSize(q); i++) {
      all.add(m.queueMember(q, i));
    }
    return all;
  }

  private static int picks(Match<Sub> m, Sub sub) {
    int count = 0;
    for (int point = 0; point < m.queueWeight(0); point++) {
      count += m.queuePick(0, point) == sub ? 1 : 0;
    }
    return count;
  }

  /// All entries of an answer.
  static List<Sub> members(Match<Sub> m) {
    List<Sub> all = new ArrayList<>();
    for (int i = 0; i < m.plainCount(); i++) {
      all.add(m.plain(i));
    }
    for (int q = 0; q < m.queueCount(); q++) {
      for (int i = 0; i < m.queueSize(q); i++) {
        all.add(m.queueMember(q, i));
      }
    }
    return all;
  }
}

package io.frond.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a.b", "*", ">", "a.*", "a.>", "*.*.>", "a*", ">a", "a.*b.c>", "**", ">>.a"})
  void aSubscribersSubjectMayHoldWildcards(String s) {
    assertTrue(Subjects.isValid(s));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", ".a", "a.", "a..b", ">.a", "a.>.b", "a b", " ", "a. .b", "a\tb", "a\n", "\r",
        "a.b\fc", "a.\0", "\0", "a.>.", "*..", "..*"
      })
  void emptyTokensWhiteSpaceAndAnEarlyFullWildcardAreInvalid(String s) {
    assertFalse(Subjects.isValid(s));
    assertFalse(Subjects.isValidLiteral(s));
  }

  @Test
  void otherControlBytesAndUtf8AreOrdinary() {
    assertTrue(Subjects.isValid("a.\u0001.\u007f"));
    assertTrue(Subjects.isValidLiteral("größe.日本.🌿"));
    assertEquals(3, Subjects.tokens("größe.日本.🌿"));
    assertTrue(Subjects.matches("größe.日本", "größe.*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", ">", "a.*", "a.>", "*.a", "a.*.b"})
  void wildcardTokensAreNotLiteral(String s) {
    assertFalse(Subjects.isLiteral(s));
    assertFalse(Subjects.isValidLiteral(s));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a*", "*a", "a.**", "a>b", ">a.b", "a.>>", "a*.b", "foo.*-", "-*"})
  void wildcardBytesBesideOthersAreLiteral(String s) {
    assertTrue(Subjects.isLiteral(s));
    assertTrue(Subjects.isValidLiteral(s));
  }

  @Test
  void aSliceIsCheckedWithoutItsSurroundings() {
    byte[] s = Sub.bytes(" a.b ");
    assertTrue(Subjects.isValidLiteral(s, 1, 3));
    assertFalse(Subjects.isValidLiteral(s, 1, 2));
    assertFalse(Subjects.isValidLiteral(s, 1, 4));
    assertFalse(Subjects.isValidLiteral(s, 2, 0));
    assertFalse(Subjects.isValidLiteral(Sub.bytes("a.*.b"), 2, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "a,a",
    "a,*",
    "a,>",
    "a.b,>",
    "a.b,a.>",
    "a.b.c,a.>",
    "a.b.c,a.*.*",
    "a.b.c,*.b.*",
    "a.b,*.>",
    "a*,a*",
    "*a,*a",
    "a*.b,a*.*",
    ">a,>a",
    "a.>>.b,a.>>.b",
    "a.b.c,*.*.c"
  })
  void aPatternCoversALiteral(String literal, String pattern) {
    assertTrue(Subjects.matches(literal, pattern));
    assertTrue(Subjects.isSubset(literal, pattern));
    assertTrue(Subjects.collide(literal, pattern));
    assertTrue(Subjects.collide(pattern, literal));
  }

  @ParameterizedTest
  @CsvSource({
    "a,b",
    "a,a.>",
    "a.b,a",
    "a,a.b",
    "a.b,*",
    "a,*.*",
    "a.b.c,a.b.d",
    "a.b.c,a.b.cc",
    "a.b,b.>",
    "a.b,a.b.*",
    "a.b.c,a.*",
    "a.b.c,*.*.*.c",
    "ab,a*",
    "a.bc,a.b*",
    "ab,a>",
    "a,*a"
  })
  void aPatternDoesNotCoverALiteral(String literal, String pattern) {
    assertFalse(Subjects.matches(literal, pattern));
    assertFalse(Subjects.isSubset(literal, pattern));
    assertFalse(Subjects.collide(literal, pattern));
    assertFalse(Subjects.collide(pattern, literal));
  }

  @ParameterizedTest
  @CsvSource({
    "a.*,>,true", "a.*,*.*,true", "a.*,a.*,true", "a.*,a.b,false", "a.>,>,true", "a.>,*.>,true",
    "a.>,a.>,true", "a.>,a.b,false", "a.>,a.*,false", "*.>,>,true", ">,*.>,false", "*,*.>,false",
    "*.*,*.>,true", "*.*.>,*.>,true", "*.>,*.*.>,false", "*,a,false", "*,>,true", ">,*,false"
  })
  void subsetsOfPatterns(String a, String b, boolean expected) {
    assertEquals(expected, Subjects.isSubset(a, b));
  }

  @ParameterizedTest
  @CsvSource({
    "a.*,a.*.b.>,false", "a.*,a.a,true", "a.*,*.a,true", "a.b.>,*.b.a,true", "a.b.>,*.b,false",
    "a.>,*.b.c,true", ">,*,true", "*.b,a.*,true", "*.b,a.c,false", "*.*.>,*.*,false"
  })
  void collisionsOfPatterns(String a, String b, boolean expected) {
    assertEquals(expected, Subjects.collide(a, b));
    assertEquals(expected, Subjects.collide(b, a));
  }

  /// Compares with sets of literals: over tokens a and b plus one that no pattern names, of up to
  /// one token more than the patterns have, a relation of the sets is that of the patterns.
  @Test
  void relationsAgreeWithTheSetsOfLiteralsThatPatternsCover() {
    List<String> literals = sentences(List.of("a", "b", "x"), 5);
    List<String> patterns = new ArrayList<>();
    for (String s : sentences(List.of("a", "b", "*"), 3)) {
      patterns.add(s);
      patterns.add(s + ".>");
    }
    patterns.add(">");
    for (String a : patterns) {
      for (String b : patterns) {
        boolean subset = true;
        boolean collide = false;
        for (String literal : literals) {
          boolean inA = Naive.matches(literal, a);
          boolean inB = Naive.matches(literal, b);
          assertEquals(inA, Subjects.matches(literal, a), literal + " " + a);
          subset &= !inA || inB;
          collide |= inA && inB;
        }
        assertEquals(subset, Subjects.isSubset(a, b), a + " subset of " + b);
        assertEquals(collide, Subjects.collide(a, b), a + " collides with " + b);
      }
    }
  }

  @Test
  void anEmptyTokenIsFoundWhereverItIs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200_000; round++) {
      byte[] s = new byte[random.nextInt(40)];
      int dots = 1 + random.nextInt(8);
      for (int i = 0; i < s.length; i++) {
        // Neighbours of '.' and high bytes are what arithmetic on words could confuse.
        s[i] = random.nextInt(dots) == 0 ? (byte) '.' : (byte) (random.nextInt(256) | 1);
      }
      boolean expected = s.length == 0 || s[0] == '.' || s[s.length - 1] == '.';
      for (int i = 1; i < s.length; i++) {
        expected |= s[i] == '.' && s[i - 1] == '.';
      }
      assertEquals(expected, Subjects.hasEmptyToken(s), "seed " + seed + " round " + round);
    }
  }

  private static List<String> sentences(List<String> words, int length) {
    List<String> all = new ArrayList<>(words);
    List<String> last = all;
    for (int n = 1; n < length; n++) {
      List<String> longer = new ArrayList<>();
      for (String s : last) {
        for (String word : words) {
          longer.add(s + "." + word);
        }
      }
      all = new ArrayList<>(all);
      all.addAll(longer);
      last = longer;
    }
    return all;
  }
}

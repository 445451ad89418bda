package io.frond.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfTest {
  @TempDir private Path directory;

  private static Value.Table read(String text) throws ConfException {
    return Conf.readText(text, "test", Map.of());
  }

  /// The values without their places, in one line: what two trees must have in common.
  static String shape(Value value) {
    return switch (value) {
      case Value.Text text -> '"' + text.text() + '"';
      case Value.Whole whole -> String.valueOf(whole.number());
      case Value.Decimal decimal -> String.valueOf(decimal.number());
      case Value.Flag flag -> String.valueOf(flag.on());
      case Value.Time time -> time.time().toString();
      case Value.Items items -> items.items().stream().map(ConfTest::shape).toList().toString();
      case Value.Table table ->
          table.entries().stream()
              .map(entry -> entry.key() + "=" + shape(entry.value()))
              .toList()
              .toString()
              .replaceFirst("^\\[", "{")
              .replaceFirst("]$", "}");
    };
  }

  private static void assertShape(String expected, String text) throws ConfException {
    assertEquals(expected, shape(read(text)));
  }

  private static ConfException failure(String text) {
    return assertThrows(ConfException.class, () -> read(text));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void aKeyIsFollowedByColonEqualsOrNothing() throws ConfException {
    assertShape("{a=1, b=2, c=3, d={e=4}}", "a: 1\nb = 2\nc 3\nd { e: 4 }");
    assertShape("{a={b=1}}", "a\n{\n b:\n 1 }");
    assertShape("{cluster={port=1}}", "cluster{port:1}");
  }

  @Test
  void entriesEndWithTheLineACommaOrASemicolon() throws ConfException {
    assertShape("{a=1, b=2, c={d=3, e=4}}", "a: 1; b: 2,\nc { d: 3, e: 4, };");
  }

  @Test
  void commentsMayStandAnywhereBetweenValues() throws ConfException {
    assertShape(
        "{a=1, b=[1, 2], c={d=2}}",
        """
        # one
        a: 1 # two
        // three
        b: [ 1, # four
         2 // five
         ] // six
        c { # seven
         d: 2 }#\
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "yes", "Yes", "on", "ON"})
  void unquotedWordsForYesAreTrue(String word) throws ConfException {
    assertShape("{a=true}", "a: " + word);
    assertShape("{a=\"" + word + "\"}", "a: \"" + word + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "no", "No", "off", "OFF"})
  void unquotedWordsForNoAreFalse(String word) throws ConfException {
    assertShape("{a=false}", "a: " + word);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-1,-1",
    "8222,8222",
    "1k,1000",
    "1K,1000",
    "1kb,1024",
    "2KB,2048",
    "1ki,1024",
    "1kib,1024",
    "3m,3000000",
    "3mb,3145728",
    "3MiB,3145728",
    "1g,1000000000",
    "1GB,1073741824",
    "1t,1000000000000",
    "1TB,1099511627776",
    "1p,1000000000000000",
    "1pb,1125899906842624",
    "1e,1000000000000000000",
    "1eb,1152921504606846976",
    "-4k,-4000",
    "9223372036854775807,9223372036854775807"
  })
  void wholeNumbersMayHaveUnits(String text, long expected) throws ConfException {
    assertShape("{a=" + expected + "}", "a: " + text);
  }

  @ParameterizedTest
  @CsvSource({"1.5,1.5", "-0.25,-0.25", "1e3,1000.0", "2.5E-2,0.025"})
  void numbersMayHaveFractionsAndExponents(String text, double expected) throws ConfException {
    assertShape("{a=" + expected + "}", "a: " + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:4222",
        "0.0.0.0",
        "3secret",
        "10s",
        "1h30m",
        "2.14.5-beta",
        "12kx",
        "tar.api.>",
        "*",
        ">",
        "foo.*.bar",
        "nats://user:pass@host:4222",
        "a.{{wildcard(1)}}.{{split(2,-)}}",
        "a#b",
        "c//d",
        "$2a$11$W2zko751KUvVy59mUTWmpOdWjpEm5qhcCZRd05GjI/sSOT.xtiHyG",
        "$2y$10$abcdefghijklmnopqrstuv",
        "Größe",
        "名前"
      })
  void otherWordsAreStrings(String word) throws ConfException {
    assertShape("{a=\"" + word + "\"}", "a: " + word);
    assertShape("{a=[\"" + word + "\"]}", "a: [" + word + "]");
    assertShape("{a={b=\"" + word + "\"}}", "a {b: " + word + "}");
  }

  @Test
  void timesAreInUtc() throws ConfException {
    assertShape("{a=2016-05-04T18:53:41Z}", "a: 2016-05-04T18:53:41Z");
    assertEquals("test:1:4", failure("a: 2016-25-04T18:53:41Z").at().toString());
  }

  @Test
  void doubleQuotesKnowEscapesAndSingleQuotesDoNot() throws ConfException {
    assertShape("{a=\"t\tn\nr\rq\"b\\x!ué/\"}", "a: \"t\\tn\\nr\\rq\\\"b\\\\x\\x21u\\u00e9\\/\"");
    assertShape("{a=\"\\t\\x\"}", "a: '\\t\\x'");
    assertShape("{a=\"x y\"}", "a: x\\x20y");
    assertShape("{a=\"true!\", b=\"true\"}", "a: true\\x21\nb: tr\\x75e");
    assertShape("{a=\"é€\"}", "a: \"\\xc3\\xa9\\xe2\\x82\\xac\"");
    assertShape("{a=\"$X\", b=\"1\"}", "a: \"$X\"\nb: '1'");
    assertShape("{a=\"\", b=\"\"}", "a: \"\"\nb: ''");
  }

  @Test
  void keysMayBeQuoted() throws ConfException {
    assertShape("{a b=1, c:d=2, e=3}", "\"a b\": 1\n'c:d' = 2\n\"e\" 3");
  }

  @Test
  void aBlockGoesToAParenthesisAloneOnItsLine() throws ConfException {
    assertShape(
        "{a=\"\n x (y)\n  )\n#no comment\n\", b=1}", "a (\n x (y)\n  )\n#no comment\n)\nb: 1");
    assertShape("{a=\"\r\nx\r\n\", b=1}", "a (\r\nx\r\n)\r\nb: 1");
    assertShape("{a=\"\nx\n\"}", "a: (\nx\n)");
  }

  @Test
  void arraysArePartedByCommasOrLines() throws ConfException {
    assertShape("{a=[1, \"x\", [2], {b=3}, true]}", "a = [1, x\n\n [2,],\n {b: 3}\n, true\n,\n]");
    assertShape("{a=[], b=[1]}", "a []\nb [1]");
  }

  @Test
  void jsonIsConfiguration() throws ConfException {
    assertShape(
        "{a={b=[1, 2.5, true, \"x\"], c={}}, d=\"e\"}",
        "{\"a\":{\"b\":[1,2.5,true,\"x\"],\"c\":{}},\"d\":\"e\"}");
    assertShape("{a=1, b={c=2}}", "{\n  \"a\":\n 1\n , \"b\": {\n \"c\": 2\n }\n}\n");
  }

  @Test
  void theLastLineNeedsNoEnd() throws ConfException {
    assertShape("{port=4222}", "port: 4222");
    assertShape("{port=4222}", "port: 4222 # default");
    assertShape("{}", "");
    assertShape("{}", "\n# nothing\n");
  }

  @Test
  void byteOrderMarksAndCarriageReturnsAreNoObstacle() throws ConfException {
    assertShape("{a=1, b={c=2}}", "\uFEFFa: 1\r\nb {\r\n  c: 2\r\n}\r\n");
    var entry = read("\uFEFFa: 1\r\nbb: 2").entries();
    assertEquals("test:1:1", entry.get(0).at().toString());
    assertEquals("test:2:1", entry.get(1).at().toString());
  }

  @Test
  void valuesKnowTheirPlaces() throws ConfException {
    var table = read("a: 1\n  bb {\n\tc: [ x,\n  y ] }");
    var bb = table.entries().get(1);
    assertEquals("test:2:3", bb.at().toString());
    assertEquals("test:2:6", bb.value().at().toString());
    var c = ((Value.Table) bb.value()).entries().getFirst();
    assertEquals("test:3:2", c.at().toString());
    assertEquals("test:4:3", ((Value.Items) c.value()).items().get(1).at().toString());
  }

  @Test
  void ofAKeyThatComesTwiceTheLastOneCounts() throws ConfException {
    var table = read("a: 1\na: 2");
    assertEquals(2, table.entries().size());
    var entry = table.get("a");
    assertNotNull(entry);
    assertEquals("2", shape(entry.value()));
  }

  @Test
  void variablesAreLookedUpFromTheInnermostBlockOutwards() throws ConfException {
    assertShape(
        "{x=1, a={x=2, b={c=2}, d=2}, e=1}", "x: 1\na { x: 2\n b { c: $x }\n d: $x }\ne: $x");
    assertShape("{u=[1, 2], a=[[1, 2], 3]}", "u: [1,2]\na: [$u, 3]");
    assertShape("{t={a=1}, b={a=1}}", "t { a: 1 }\nb: $t");
  }

  @Test
  void variablesThatAreUsedAreMarked() throws ConfException {
    var entries = read("x: 1\ny: 2\na: $x").entries();
    assertTrue(entries.get(0).variable());
    assertTrue(!entries.get(1).variable() && !entries.get(2).variable());
    assertEquals("test:3:4", entries.get(2).value().at().toString());
  }

  @Test
  void theEnvironmentIsTheOutermostBlock() throws ConfException {
    var environment =
        Map.of("P", "4333", "LIST", "[1, two]", "EMPTY", "", "A", "$B", "B", "b", "H", "$2a$10$x");
    var text = "p: $P\nl: $LIST\ne: $EMPTY\na: $A\nh: $H";
    assertEquals(
        "{p=4333, l=[1, \"two\"], e=\"\", a=\"b\", h=\"$2a$10$x\"}",
        shape(Conf.readText(text, "test", environment)));
  }

  @Test
  void variablesThatCannotBeResolvedAreErrors() {
    assertTrue(failure("a: $nope").what().contains("$nope"));
    assertTrue(failure("a: $").what().contains("$"));
    var environment = Map.of("A", "$B", "B", "$A", "TWO", "one two");
    for (var name : new String[] {"A", "TWO"}) {
      assertThrows(ConfException.class, () -> Conf.readText("a: $" + name, "test", environment));
    }
  }

  @Test
  void includesAreRelativeToTheIncludingFile() throws Exception {
    Files.createDirectory(directory.resolve("sub"));
    file("sub/one.conf", "one: 1\ninclude two.conf\n");
    file("sub/two.conf", "two: 2");
    file("four.conf", "port: 4");
    var main =
        file(
            "main.conf",
            """
            a: 0
            include "sub/one.conf"
            b { include './four.conf' }
            include /four.conf;
            c: $two\
            """);
    var table = Conf.readFile(main, Map.of());
    assertEquals("{a=0, one=1, two=2, b={port=4}, port=4, c=2}", shape(table));
    var two = table.get("two");
    assertNotNull(two);
    assertTrue(two.at().file().endsWith("two.conf"));
    assertTrue(two.variable());
  }

  @Test
  void includeIsAnOrdinaryKeyWithASeparator() throws ConfException {
    assertShape("{include=\"x\"}", "include: x");
  }

  @Test
  void includesEnd() throws IOException {
    var loop = file("loop.conf", "include loop.conf");
    var e = assertThrows(ConfException.class, () -> Conf.readFile(loop, Map.of()));
    assertTrue(e.what().contains("includes itself"), e.what());
    for (var i = 0; i <= Conf.MAX_INCLUDES; i++) {
      file("f" + i, "include f" + (i + 1));
    }
    var first = directory.resolve("f0");
    e = assertThrows(ConfException.class, () -> Conf.readFile(first, Map.of()));
    assertTrue(e.what().contains("more than"), e.what());
  }

  @Test
  void filesThatCannotBeReadAreErrorsWithThePlaceOfTheInclude() throws IOException {
    var main = file("main.conf", "a: 1\n include nowhere.conf");
    var e = assertThrows(ConfException.class, () -> Conf.readFile(main, Map.of()));
    assertEquals(2, e.at().line());
    assertTrue(e.what().contains("nowhere.conf"), e.what());
    var missing = directory.resolve("missing.conf");
    e = assertThrows(ConfException.class, () -> Conf.readFile(missing, Map.of()));
    assertEquals(0, e.at().line());
    assertThrows(ConfException.class, () -> Conf.readFile(directory, Map.of()));
  }

  @Test
  void onlyCommentsMayBeInAnotherEncodingThanUtf8() throws Exception {
    var latin = directory.resolve("latin.conf");
    Files.write(latin, "# Gr\u00f6\u00dfe\na: 1".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("{a=1}", shape(Conf.readFile(latin, Map.of())));
    Files.write(latin, "a: Gr\u00f6\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
    var e = assertThrows(ConfException.class, () -> Conf.readFile(latin, Map.of()));
    assertTrue(e.what().contains("UTF-8"), e.what());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1, 2|1:9|does not end",
        "a { b: 1|1:9|does not end",
        "a: \"x|1:4|does not end",
        "a: 'x|1:4|does not end",
        "a|1:2|value is missing",
        "a:|1:3|value is missing",
        "a: , b|1:4|value is missing",
        "a: [1,,2]|1:7|item is missing",
        "a: [1 2]|1:7|expected ',' or ']'",
        "a: b c|1:6|expected the end of the line",
        "a: 1 }|1:6|expected the end of the line",
        "}|1:1|without a '{'",
        ": 1|1:1|expected a key",
        "a {{ b: 1 }}|1:4|map without a key",
        "a: .5|1:4|begins with a digit",
        "a: -x|1:4|expected a number",
        "a: 99999999999999999999|1:4|64 bits",
        "a: 10e|1:4|64 bits",
        "a: \"\\q\"|1:6|escape",
        "a: \"\\xZZ\"|1:6|hexadecimal",
        "a: (x|1:4|does not end",
      })
  void errorsTellWhereAndWhat(String text, String place, String what) {
    var e = failure(text);
    assertEquals("test:" + place, e.at().toString());
    assertTrue(e.what().contains(what), e.what());
    assertTrue(e.getMessage().startsWith("test:" + place + ": "), e.getMessage());
    assertNotEquals("", e.advice());
  }

  @Test
  void aValueOnTheNextLineIsMissing() {
    assertEquals("test:1:3", failure("a:\nb: 1").at().toString());
  }

  @Test
  void nestingSizeAndExpansionAreLimited() {
    assertTrue(failure("a: " + "[".repeat(100_000)).what().contains("inside each other"));
    assertTrue(failure("a { ".repeat(100_000)).what().contains("inside each other"));
    assertTrue(failure("{".repeat(100_000)).what().contains("inside each other"));
    assertTrue(failure("#".repeat(Conf.MAX_SIZE + 1)).what().contains("larger"));
    var laughs = new StringBuilder("x0: [1,1,1,1,1,1,1,1,1,1]\n");
    for (var i = 1; i < 20; i++) {
      laughs.append("x").append(i).append(": [");
      laughs.append(("$x" + (i - 1) + ",").repeat(10)).append("]\n");
    }
    assertTrue(failure(laughs.toString()).what().contains("values"));
  }

  @Test
  void theDigestKnowsNeitherOrderNorSpelling() throws ConfException {
    var one = read("a: 1\nb { c: [x, true, 2.5], d = '<y>' }");
    var two = read("{\"b\": {\"d\": \"<y>\", \"c\": [\"x\", yes, 2.5]}, // z\n \"a\": 1}");
    assertEquals(Digest.of(one), Digest.of(two));
    assertNotEquals(Digest.of(one), Digest.of(read("a: 1")));
    // What nats-server 2.14.5 prints for the same text.
    assertEquals(
        "sha256:1e73a8cd1973fab0aa0ec2359f208f051730dba5281a928f319cb51a2010e23d",
        Digest.of(read("port: 4333\nserver_tags: [\"a<b\", 'c&d']\ndebug: off")));
  }
}

package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Values of the wrong kind at every place: problems are reported, nothing else is thrown. A
/// failure names its seed.
class ConfigRandomTest {
  private static final int FILES = 4000;
  private static final Pattern VALUE =
      Pattern.compile("(?<=[:\\[,] )[^\\s,{}\\[\\]]+(?=[\\s,}\\]])");
  private static final List<String> VALUES =
      List.of(
          "true",
          "0",
          "-1",
          "1k",
          "99999999999",
          "1.5",
          "-0.5",
          "\"\"",
          "x",
          "\"a b\"",
          "'..'",
          "\">\"",
          "[]",
          "{}",
          "[1]",
          "[[]]",
          "[{}]",
          "[{ a: b }]",
          "{ a: b }",
          "[\"\"]",
          "2020-01-01T00:00:00Z",
          "\"10s\"",
          "\"-10s\"",
          "\"h:1\"",
          "\"h:99999\"",
          "\"://\"",
          "\"nats://u:p@h\"",
          "\"@\"",
          "\":\"",
          "\"[\"",
          "\"%\"",
          "\"/0\"",
          "\"::/0\"",
          "$2a$10$x",
          "{ allow: 1 }",
          "{ user: 1 }",
          "[{ user: a, user: b }]",
          "\"\\x00\"",
          "'\u0085'");

  @Test
  void wrongValuesAreReportedWithTheirPlaces() {
    var start = new Random().nextLong();
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          var refused = 0;
          for (var i = 0; i < FILES; i++) {
            refused += tryOne(start + i) ? 0 : 1;
          }
          assertTrue(refused > FILES / 4, "hardly anything was wrong: " + refused);
        },
        "seed " + start);
  }

  /// Whether the file could be used.
  private static boolean tryOne(long seed) {
    var random = new Random(seed);
    var share = 1 + random.nextInt(60);
    var text =
        VALUE
            .matcher(EverythingTest.EVERYTHING)
            .replaceAll(match ->
                random.nextInt(share) == 0
                    ? Matcher.quoteReplacement(VALUES.get(random.nextInt(VALUES.size())))
                    : Matcher.quoteReplacement(match.group()));
    try {
      Configuration.parse(text, "f", Map.of());
      return true;
    } catch (ConfigException e) {
      assertFalse(e.problems().isEmpty());
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail("seed " + seed + ":\n" + text, e);
    }
  }
}

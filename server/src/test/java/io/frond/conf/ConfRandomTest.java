package io.frond.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random trees written in random spellings, and damaged texts. A failure names its seed.
class ConfRandomTest {
  private static final Position NOWHERE = Position.of("random");
  private static final int TREES = 2000;
  private static final int DAMAGES = 20_000;
  private static final String ALPHABET = "abcXYZ019 .*>$:=,;[]{}()#/'\"\\\t\n\r-_é名🌿";

  @Test
  void aTreeIsTheSameAfterWritingAndReadingIt() throws Exception {
    var start = new Random().nextLong();
    for (var i = 0; i < TREES; i++) {
      var seed = start + i;
      var random = new Random(seed);
      var tree = table(random, 0);
      var text = new Writer(random).file(tree);
      try {
        var read = Conf.readText(text, "random", Map.of());
        assertEquals(
            ConfTest.shape(tree), ConfTest.shape(read), () -> "seed " + seed + ":\n" + text);
      } catch (ConfException e) {
        fail("seed " + seed + ": " + e.getMessage() + "\n" + text, e);
      }
    }
  }

  @Test
  void damagedTextGivesATreeOrAConfException() {
    var start = new Random().nextLong();
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (var i = 0; i < DAMAGES; i++) {
            damaged(start + i);
          }
        },
        "seed " + start);
  }

  private static void damaged(long seed) {
    var random = new Random(seed);
    var text = new StringBuilder(new Writer(random).file(table(random, 0)));
    for (var i = random.nextInt(6); i >= 0; i--) {
      var at = random.nextInt(text.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, character(random));
        case 1 -> text.setLength(at);
        case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
        default -> text.insert(at, text.substring(at / 2, at));
      }
    }
    try {
      Conf.readText(text.toString(), "random", Map.of("X", "$Y", "Y", "[$X"));
    } catch (ConfException expected) {
      assertEquals("random", expected.at().file().replaceFirst("^\\$.*", "random"));
    } catch (RuntimeException | StackOverflowError e) {
      fail("seed " + seed + ":\n" + text, e);
    }
  }

  private static String character(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> "include ";
      case 1 -> "$";
      case 2 -> "(";
      case 3 -> Character.toString((char) random.nextInt(0x300));
      default -> String.valueOf(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    };
  }

  private static Value value(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 6 : 8)) {
      case 0 ->
          new Value.Whole(
              random.nextBoolean() ? random.nextInt(100) : random.nextLong(), "", NOWHERE);
      case 1 -> new Value.Decimal(random.nextInt(100_000) / 100.0, NOWHERE);
      case 2 -> new Value.Flag(random.nextBoolean(), NOWHERE);
      case 3 -> new Value.Time(Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE)), NOWHERE);
      case 4, 5 -> new Value.Text(text(random), NOWHERE);
      case 6 -> {
        var items = new ArrayList<Value>();
        for (var i = random.nextInt(4); i > 0; i--) {
          items.add(value(random, depth + 1));
        }
        yield new Value.Items(items, NOWHERE);
      }
      default -> table(random, depth + 1);
    };
  }

  private static Value.Table table(Random random, int depth) {
    var entries = new ArrayList<Entry>();
    for (var i = random.nextInt(5); i > 0; i--) {
      var key = random.nextInt(4) == 0 ? text(random) : "key" + i;
      entries.add(new Entry(key, NOWHERE, value(random, depth), false));
    }
    return new Value.Table(entries, NOWHERE);
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (var i = random.nextInt(12); i > 0; i--) {
      text.append(
          random.nextInt(3) == 0
              ? ALPHABET.charAt(random.nextInt(ALPHABET.length()))
              : (char) ('a' + random.nextInt(26)));
    }
    var string = text.toString();
    // Half a surrogate pair is no text.
    return string.chars().anyMatch(c -> Character.isSurrogate((char) c)) ? "🌿" : string;
  }

  /// Writes a tree in one of its many spellings.
  private record Writer(Random random) {
    String file(Value.Table table) {
      var text = new StringBuilder(one("", "", "\uFEFF", "# a file\n", "\n"));
      var braces = random.nextInt(4) == 0;
      entries(text, table, braces);
      return braces
          ? "{" + gap() + text.toString().replace("\uFEFF", "") + "}" + gap()
          : text.toString();
    }

    private void entries(StringBuilder text, Value.Table table, boolean braces) {
      for (var entry : table.entries()) {
        text.append(key(entry.key()));
        var separator = one(":", "=", " ", " :", "= ", "\t=\t");
        text.append(separator)
            .append(braces && !separator.isBlank() ? one("", " ", "\n") : one("", " "));
        text.append(value(entry.value()));
        text.append(one("\n", "\r\n", ",", ";", " # x\n", " // y\n", ",\n", ";\n\n", " ,\n"));
        text.append(gap());
      }
    }

    private String key(String key) {
      if (key.startsWith("key")) {
        return one(key, '"' + key + '"', "'" + key + "'");
      }
      return key.indexOf('\'') < 0 && random.nextBoolean() ? "'" + key + "'" : quoted(key);
    }

    private String value(Value value) {
      return switch (value) {
        case Value.Whole whole -> String.valueOf(whole.number());
        case Value.Decimal decimal -> String.valueOf(decimal.number());
        case Value.Flag flag -> flag.on() ? one("true", "YES", "on") : one("False", "no", "OFF");
        case Value.Time time -> time.time().toString();
        case Value.Text text -> string(text.text());
        case Value.Items items -> {
          var text = new StringBuilder("[" + gap());
          for (var item : items.items()) {
            text.append(value(item))
                .append(one(",", "\n", " ,", ",\n", " # z\n", "\n,\n"))
                .append(gap());
          }
          yield text.append("]").toString();
        }
        case Value.Table table -> {
          var text = new StringBuilder("{" + gap());
          entries(text, table, true);
          yield text.append("}").toString();
        }
      };
    }

    private String string(String text) {
      var plain = !text.isEmpty() && text.chars().allMatch(c -> c >= 'a' && c <= 'z');
      var spellings = new ArrayList<>(List.of(quoted(text)));
      if (plain && !List.of("true", "yes", "on", "false", "no", "off").contains(text)) {
        spellings.add(text);
      }
      if (text.indexOf('\'') < 0) {
        spellings.add("'" + text + "'");
      }
      return spellings.get(random.nextInt(spellings.size()));
    }

    private String quoted(String text) {
      var quoted = new StringBuilder("\"");
      for (var i = 0; i < text.length(); i++) {
        var c = text.charAt(i);
        switch (c) {
          case '"' -> quoted.append("\\\"");
          case '\\' -> quoted.append("\\\\");
          case '\n' -> quoted.append(one("\\n", "\n", "\\x0a"));
          case '\r' -> quoted.append("\\r");
          case '\t' -> quoted.append(one("\\t", "\t", "\\u0009"));
          default -> quoted.append(c);
        }
      }
      return quoted.append('"').toString();
    }

    private String gap() {
      return one("", "", " ", "\n", "\t", "\n# gap\n", "\r\n", "// gap { [ \" \n");
    }

    private String one(String... choices) {
      return choices[random.nextInt(choices.length)];
    }
  }
}

package io.frond.config;

import io.frond.conf.Entry;
import io.frond.conf.Position;
import io.frond.conf.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A map of the configuration, read by its level's key names.
///
/// Making one reports unknown keys, keys of later capabilities and keys that come twice. Each
/// reading method gives the default when the key is absent, and also when its value is wrong, which
/// it reports.
final class Section {
  /// As good as for ever, and still far from where a count of nanoseconds ends.
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Map<String, Entry> entries = new HashMap<>();
  private final Level level;
  private final Position at;
  private final Problems problems;
  private final Set<String> spelledTwice = new HashSet<>();
  private boolean refused;

  Section(Value.Table table, Level level, Problems problems) {
    this.level = level;
    this.at = table.at();
    this.problems = problems;
    var index = level.index();
    for (var entry : table.entries()) {
      var key = index.get(entry.key().toLowerCase(Locale.ROOT));
      if (key == null) {
        unknown(entry);
      } else if (key.later()) {
        if (!isOff(key, entry.value())) {
          problems.notYet(entry.key(), entry.at());
          refused = true;
        }
      } else {
        var earlier = entries.put(key.name(), entry);
        if (earlier != null) {
          if (!earlier.key().equals(entry.key())) {
            spelledTwice.add(key.name());
          }
          problems.warn(entry.key(), entry.at(), "replaces the one at " + earlier.at());
        }
      }
    }
  }

  private void unknown(Entry entry) {
    if (entry.variable()) {
      return;
    }
    var suggestion = Suggestion.of(level, entry.key());
    problems.error(
        "unknown key \""
            + entry.key()
            + "\" at "
            + entry.at()
            + (suggestion == null ? "" : ", " + suggestion));
  }

  /// Whether a value asks for nothing, so that it does not matter that its key means nothing yet.
  private static boolean isOff(Level.Key key, Value value) {
    return switch (value) {
      case Value.Flag flag -> !flag.on() && key.offKinds().contains("flag");
      case Value.Whole whole -> whole.number() == 0 && key.offKinds().contains("whole");
      case Value.Text text -> text.text().isEmpty() && key.offKinds().contains("text");
      case Value.Items items -> items.items().isEmpty() && key.offKinds().contains("array");
      case Value.Table table -> table.entries().isEmpty() && key.offKinds().contains("map");
      case Value.Decimal _, Value.Time _ -> false;
    };
  }

  Position at() {
    return at;
  }

  Problems problems() {
    return problems;
  }

  /// Whether it holds a key of a later capability, which may be why others are missing.
  boolean refused() {
    return refused;
  }

  /// Whether a key stands there in two spellings.
  boolean isSpelledTwice(String key) {
    return spelledTwice.contains(key);
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  @Nullable Entry entry(String key) {
    return entries.get(key);
  }

  /// Where a key stands, or the section when it does not.
  Position at(String key) {
    var entry = entries.get(key);
    return entry == null ? at : entry.at();
  }

  /// Reports a key's value.
  void invalid(String key, String why) {
    var entry = entries.get(key);
    problems.invalid(entry == null ? key : entry.key(), at(key), why);
  }

  private void wrongKind(Entry entry, String expected, Value got) {
    problems.invalid(entry.key(), got.at(), "expected " + expected + ", got " + got.kind());
  }

  /// A string; numbers and booleans without quotes are taken as they would be in nats-server:
  /// refused.
  @Nullable String text(String key) {
    var entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Value.Text text) {
      return text.text();
    }
    wrongKind(entry, "a string (put it in quotes)", entry.value());
    return null;
  }

  /// Whether a key that may hold a map of its own switches something on: a boolean, `enabled` or
  /// `disabled`. Null when it holds something else.
  @Nullable Boolean switched(String key) {
    var entry = entries.get(key);
    if (entry == null || entry.value() instanceof Value.Table) {
      return null;
    }
    if (entry.value() instanceof Value.Flag flag) {
      return flag.on();
    }
    var word = entry.value() instanceof Value.Text text ? text.text().toLowerCase(Locale.ROOT) : "";
    if (word.equals("enabled") || word.equals("enable")) {
      return true;
    }
    if (!word.equals("disabled") && !word.equals("disable")) {
      problems.invalid(entry.key(), entry.value().at(), "expected enabled, disabled or a map");
    }
    return false;
  }

  /// A string that is not empty; the empty one counts as absent.
  @Nullable String name(String key) {
    var text = text(key);
    return text == null || text.isEmpty() ? null : text;
  }

  boolean flag(String key, boolean absent) {
    var entry = entries.get(key);
    if (entry == null) {
      return absent;
    }
    if (entry.value() instanceof Value.Flag flag) {
      return flag.on();
    }
    wrongKind(entry, "true or false", entry.value());
    return absent;
  }

  long whole(String key, long min, long max, long absent) {
    var entry = entries.get(key);
    if (entry == null) {
      return absent;
    }
    if (!(entry.value() instanceof Value.Whole whole)) {
      wrongKind(entry, "a whole number", entry.value());
      return absent;
    }
    if (whole.number() < min || whole.number() > max) {
      var range = max == Long.MAX_VALUE ? min + " or more" : min + " to " + max;
      problems.invalid(
          entry.key(), entry.value().at(), "expected " + range + ", got " + whole.number());
      return absent;
    }
    return whole.number();
  }

  int number(String key, int min, int max, int absent) {
    return (int) whole(key, min, max, absent);
  }

  /// A count or size of which 0 means the default.
  int numberOrDefault(String key, int max, int absent) {
    var number = number(key, 0, max, absent);
    return number == 0 ? absent : number;
  }

  /// A size in bytes: a number, or text such as "10G" in powers of 1,024.
  long size(String key, long absent) {
    var entry = entries.get(key);
    if (entry == null) {
      return absent;
    }
    if (entry.value() instanceof Value.Text text) {
      var size = Texts.size(text.text());
      if (size == null) {
        problems.invalid(
            entry.key(), text.at(), "expected a size such as 10G, got \"" + text.text() + '"');
        return absent;
      }
      return size;
    }
    return whole(key, -1, Long.MAX_VALUE, absent);
  }

  /// A duration: text such as "10s", or a number of seconds, which earns a warning.
  Duration duration(String key, Duration absent) {
    var duration = optionalDuration(key, true);
    return duration == null ? absent : duration;
  }

  /// A timeout: text such as "10s", or a number of seconds.
  Duration seconds(String key, Duration absent) {
    var duration = optionalDuration(key, false);
    return duration == null ? absent : duration;
  }

  /// Null when the key is absent.
  @Nullable Duration optionalDuration(String key, boolean warn) {
    var entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    var at = entry.value().at();
    Duration duration;
    if (entry.value() instanceof Value.Text text) {
      duration = Texts.duration(text.text());
      if (duration == null) {
        problems.invalid(
            entry.key(), at, "expected a duration such as \"10s\", got \"" + text.text() + '"');
        return null;
      }
    } else if (entry.value() instanceof Value.Whole whole) {
      if (!whole.unit().isEmpty()) {
        problems.invalid(
            entry.key(),
            at,
            "without quotes the unit is one of sizes and this means "
                + whole.number()
                + " seconds; put the duration in quotes");
        return null;
      }
      if (warn) {
        problems.warn(entry.key(), entry.at(), "should be a duration such as \"10s\"");
      }
      duration = Duration.ofSeconds(whole.number());
    } else if (entry.value() instanceof Value.Decimal decimal) {
      duration = Duration.ofMillis((long) (decimal.number() * 1000));
    } else {
      wrongKind(entry, "a duration such as \"10s\"", entry.value());
      return null;
    }
    if (duration.isNegative()) {
      problems.invalid(entry.key(), at, "a duration cannot be negative here");
      return null;
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }

  /// One string or an array of strings; empty when absent.
  List<Value.Text> texts(String key) {
    var entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    if (entry.value() instanceof Value.Text text) {
      return List.of(text);
    }
    if (!(entry.value() instanceof Value.Items items)) {
      wrongKind(entry, "a string or an array of strings", entry.value());
      return List.of();
    }
    var texts = new ArrayList<Value.Text>(items.items().size());
    for (var item : items.items()) {
      if (item instanceof Value.Text text) {
        texts.add(text);
      } else {
        wrongKind(entry, "strings", item);
      }
    }
    return texts;
  }

  List<String> strings(String key) {
    var strings = new ArrayList<String>();
    for (var text : texts(key)) {
      strings.add(text.text());
    }
    return List.copyOf(strings);
  }

  /// A map of strings, empty when absent.
  Map<String, String> map(String key) {
    var entry = entries.get(key);
    if (entry == null) {
      return Map.of();
    }
    if (!(entry.value() instanceof Value.Table table)) {
      wrongKind(entry, "a map", entry.value());
      return Map.of();
    }
    var map = new HashMap<String, String>();
    for (var pair : table.entries()) {
      if (pair.value() instanceof Value.Text text) {
        map.put(pair.key(), text.text());
      } else {
        wrongKind(pair, "a string", pair.value());
      }
    }
    return Map.copyOf(map);
  }

  /// A map of keys, null when absent.
  @Nullable Section section(String key, Level level) {
    var entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Value.Table table) {
      return new Section(table, level, problems);
    }
    wrongKind(entry, "a map", entry.value());
    return null;
  }

  /// An array of maps of keys, empty when absent.
  List<Section> sections(String key, Level level) {
    var entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    if (!(entry.value() instanceof Value.Items items)) {
      wrongKind(entry, "an array of maps", entry.value());
      return List.of();
    }
    var sections = new ArrayList<Section>(items.items().size());
    for (var item : items.items()) {
      if (item instanceof Value.Table table) {
        sections.add(new Section(table, level, problems));
      } else {
        wrongKind(entry, "maps", item);
      }
    }
    return sections;
  }
}

package io.frond.conf;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One value of the tree. Immutable; a value that came from a variable stands where the variable
/// was named.
public sealed interface Value {
  Position at();

  /// The same value at another place.
  Value movedTo(Position at);

  /// What it is, for messages: "a string", "a map", …
  String kind();

  /// A string, however it was quoted.
  record Text(String text, Position at) implements Value {
    @Override
    public Value movedTo(Position at) {
      return new Text(text, at);
    }

    @Override
    public String kind() {
      return "a string";
    }
  }

  /// An integer, its unit (`1k`, `4MB`) applied.
  ///
  /// @param unit as written, empty for none
  record Whole(long number, String unit, Position at) implements Value {
    @Override
    public Value movedTo(Position at) {
      return new Whole(number, unit, at);
    }

    @Override
    public String kind() {
      return "a number";
    }
  }

  /// A number with a fraction or an exponent.
  record Decimal(double number, Position at) implements Value {
    @Override
    public Value movedTo(Position at) {
      return new Decimal(number, at);
    }

    @Override
    public String kind() {
      return "a number with a fraction";
    }
  }

  /// `true`, `yes`, `on` and their opposites, in any case, without quotes.
  record Flag(boolean on, Position at) implements Value {
    @Override
    public Value movedTo(Position at) {
      return new Flag(on, at);
    }

    @Override
    public String kind() {
      return "a boolean";
    }
  }

  /// `2006-01-02T15:04:05Z`.
  record Time(Instant time, Position at) implements Value {
    @Override
    public Value movedTo(Position at) {
      return new Time(time, at);
    }

    @Override
    public String kind() {
      return "a time";
    }
  }

  /// `[ … ]`.
  record Items(List<Value> items, Position at) implements Value {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public Value movedTo(Position at) {
      return new Items(items, at);
    }

    @Override
    public String kind() {
      return "an array";
    }
  }

  /// `{ … }`, or a whole file.
  ///
  /// @param entries as written, in order; of a key that comes twice the last one counts
  record Table(List<Entry> entries, Position at) implements Value {
    public Table {
      entries = List.copyOf(entries);
    }

    /// The entry that counts for exactly this key.
    public @Nullable Entry get(String key) {
      for (var i = entries.size() - 1; i >= 0; i--) {
        if (entries.get(i).key().equals(key)) {
          return entries.get(i);
        }
      }
      return null;
    }

    @Override
    public Value movedTo(Position at) {
      return new Table(entries, at);
    }

    @Override
    public String kind() {
      return "a map";
    }
  }
}

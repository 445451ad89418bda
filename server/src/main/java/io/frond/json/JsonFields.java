package io.frond.json;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Strict access to a [JsonObject]: a field of another type than was asked for is an error, as in
/// Go's decoder, and so a request that nats-server refuses is refused. An absent field and `null`
/// give the default. It notes which fields were asked for, so that [#unknown] can name the others.
/// One thread.
public final class JsonFields {
  private final JsonObject object;
  private final String type;
  private final Set<String> asked;
  private final Map<String, List<JsonFields>> children;

  /// @param type the name of Go's struct, for error texts
  public JsonFields(JsonObject object, String type) {
    this.object = object;
    this.type = type;
    asked = new HashSet<>();
    children = new HashMap<>();
  }

  private @Nullable Object get(String name) {
    asked.add(name.toLowerCase(Locale.ROOT));
    return object.get(name);
  }

  private JsonException mismatch(String name, Object value, String wanted) {
    var found =
        switch (value) {
          case String text -> "string";
          case Long number -> "number " + number;
          case Number number -> "number " + number;
          case Boolean flag -> "bool";
          case List<?> list -> "array";
          default -> "object";
        };
    return new JsonException(
        "json: cannot unmarshal "
            + found
            + " into Go struct field "
            + type
            + "."
            + name
            + " of type "
            + wanted);
  }

  /// Whether the field is there and not `null`.
  public boolean has(String name) {
    return get(name) != null;
  }

  /// Empty when absent.
  public String text(String name) throws JsonException {
    return switch (get(name)) {
      case null -> "";
      case String text -> text;
      case Object other -> throw mismatch(name, other, "string");
    };
  }

  public boolean flag(String name) throws JsonException {
    return switch (get(name)) {
      case null -> false;
      case Boolean flag -> flag;
      case Object other -> throw mismatch(name, other, "bool");
    };
  }

  /// A number of 64 bits; 0 when absent.
  public long number(String name) throws JsonException {
    return number(name, Long.MIN_VALUE, Long.MAX_VALUE, "int64");
  }

  /// A number of 32 bits; 0 when absent.
  public int int32(String name) throws JsonException {
    return (int) number(name, Integer.MIN_VALUE, Integer.MAX_VALUE, "int32");
  }

  /// A number that is not negative; 0 when absent.
  public long unsigned(String name) throws JsonException {
    return number(name, 0, Long.MAX_VALUE, "uint64");
  }

  /// A sequence or a count that may be as large as 64 bits without a sign allow; what is more than
  /// the largest `long` is that.
  public long sequence(String name) throws JsonException {
    return get(name) instanceof BigInteger large && large.signum() > 0 && large.bitLength() <= 64
        ? Long.MAX_VALUE
        : unsigned(name);
  }

  /// @param wanted Go's name of the type, for the error's text
  public long number(String name, long min, long max, String wanted) throws JsonException {
    return switch (get(name)) {
      case null -> 0;
      case Long number when number >= min && number <= max -> number;
      case Object other -> throw mismatch(name, other, wanted);
    };
  }

  /// Empty when absent.
  public List<String> texts(String name) throws JsonException {
    var value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> values)) {
      throw mismatch(name, value, "[]string");
    }
    var texts = new ArrayList<String>(values.size());
    for (var one : values) {
      switch (one) {
        case null -> texts.add("");
        case String text -> texts.add(text);
        case Object other -> throw mismatch(name, other, "string");
      }
    }
    return texts;
  }

  /// Numbers of 64 bits; empty when absent.
  public List<Long> numbers(String name) throws JsonException {
    var value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> values)) {
      throw mismatch(name, value, "[]int64");
    }
    var numbers = new ArrayList<Long>(values.size());
    for (var one : values) {
      switch (one) {
        case null -> numbers.add(0L);
        case Long number -> numbers.add(number);
        case Object other -> throw mismatch(name, other, "int64");
      }
    }
    return numbers;
  }

  /// An object whose values are texts, sorted by name as Go writes it; empty when absent.
  public SortedMap<String, String> textMap(String name) throws JsonException {
    var map = new TreeMap<String, String>();
    var value = get(name);
    if (value == null) {
      return map;
    }
    if (!(value instanceof JsonObject from)) {
      throw mismatch(name, value, "map[string]string");
    }
    for (var key : from.names()) {
      switch (from.get(key)) {
        case null -> map.put(key, "");
        case String text -> map.put(key, text);
        case Object other -> throw mismatch(name, other, "string");
      }
    }
    return map;
  }

  /// One of an enumeration's words.
  ///
  /// @param of gives null for a word that it does not know
  public <E> E choice(String name, E otherwise, Function<String, @Nullable E> of)
      throws JsonException {
    return choice(
        name,
        otherwise,
        of,
        value ->
            "can not unmarshal "
                + (value instanceof String text
                    ? "\"\\\"" + text + "\\\"\""
                    : "\"" + text(value).replace("\"", "\\\"") + "\""));
  }

  /// The same with an error of its own.
  ///
  /// @param what an unknown value's kind, as nats-server calls it
  public <E> E choice(String name, E otherwise, Function<String, @Nullable E> of, String what)
      throws JsonException {
    return choice(
        name,
        otherwise,
        of,
        value ->
            "unknown "
                + what
                + ": "
                + (value instanceof String text ? '"' + text + '"' : text(value)));
  }

  /// A value as JSON.
  private static String text(@Nullable Object value) {
    return switch (value) {
      case String text -> '"' + text + '"';
      case List<?> values ->
          values.stream().map(JsonFields::text).collect(Collectors.joining(", ", "[", "]"));
      case JsonObject of ->
          of.names().stream()
              .map(name -> '"' + name + "\": " + text(of.get(name)))
              .collect(Collectors.joining(", ", "{", "}"));
      case null -> "null";
      case Object other -> other.toString();
    };
  }

  /// The same with an error of its own.
  ///
  /// @param error what is said of a value; null for `null`
  public <E> E choice(
      String name,
      E otherwise,
      Function<String, @Nullable E> of,
      Function<@Nullable Object, String> error)
      throws JsonException {
    var value = get(name);
    if (value == null && !object.contains(name)) {
      return otherwise;
    }
    var found = value instanceof String text ? of.apply(text) : null;
    if (found == null) {
      throw new JsonException(error.apply(value));
    }
    return found;
  }

  /// A time as RFC 3339 writes it; null when absent.
  public @Nullable Instant time(String name) throws JsonException {
    return switch (get(name)) {
      case null -> null;
      case String text -> JsonTime.parse(text);
      case Object other ->
          throw new JsonException("Time.UnmarshalJSON: input is not a JSON string");
    };
  }

  /// @param type the name of Go's struct
  /// @return null when absent
  public @Nullable JsonFields object(String name, String type) throws JsonException {
    return switch (get(name)) {
      case null -> null;
      case JsonObject found -> child(name, found, type);
      case Object other -> throw mismatch(name, other, "server." + type);
    };
  }

  /// The objects of an array, with null for `null`; empty when absent.
  public List<@Nullable JsonFields> objects(String name, String type) throws JsonException {
    var value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> values)) {
      throw mismatch(name, value, "[]server." + type);
    }
    var objects = new ArrayList<@Nullable JsonFields>(values.size());
    for (var one : values) {
      switch (one) {
        case null -> objects.add(null);
        case JsonObject found -> objects.add(child(name, found, type));
        case Object other -> throw mismatch(name, other, "server." + type);
      }
    }
    return objects;
  }

  private JsonFields child(String name, JsonObject found, String childType) {
    var child = new JsonFields(found, childType);
    children.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(child);
    return child;
  }

  /// Names of fields that nobody asked for, here and in objects below that were asked for, as they
  /// stand in the text.
  public List<String> unknown() {
    var unknown = new ArrayList<String>();
    for (var name : object.names()) {
      var lower = name.toLowerCase(Locale.ROOT);
      if (!asked.contains(lower)) {
        unknown.add(name);
      }
      for (var child : children.getOrDefault(lower, List.of())) {
        unknown.addAll(child.unknown());
      }
    }
    return unknown;
  }

  /// Writes an object of texts, sorted by name; nothing when it is empty.
  public static void putIf(JsonWriter to, String name, Map<String, String> values) {
    if (values.isEmpty()) {
      return;
    }
    to.begin(name);
    new TreeMap<>(values).forEach(to::put);
    to.end();
  }
}

package io.frond.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A parsed JSON object with lenient typed access: an absent field and a field of another type both
/// give the default, as Go's decoder leaves a field it cannot set. Field names are matched exactly
/// first and then without regard to case, as Go does.
public final class JsonObject {
  private static final int DEPTH_MAX = 32;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(1 << 20)
                  .build())
          .build();

  /// An object without fields.
  public static final JsonObject EMPTY = new JsonObject(Map.of());

  private final Map<String, @Nullable Object> fields;

  private JsonObject(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  /// Parses one object. What is wrong is said in the words of Go's decoder.
  ///
  /// @throws JsonException when the text is not JSON, not an object or nested deeper than 32
  public static JsonObject parse(byte[] text) throws JsonException {
    try {
      return strictly(text, false);
    } catch (JsonException e) {
      var wrong = GoSyntax.error(text);
      throw wrong == null ? e : new JsonException(wrong);
    }
  }

  /// As [#parse(byte[])], where `null` is an object without fields.
  ///
  /// @param type the name of Go's struct, for error texts
  /// @param strict whether errors are to say where, as Go's decoder of streams does
  public static JsonObject parse(byte[] text, String type, boolean strict) throws JsonException {
    return parse(text, type, strict, false);
  }

  /// As [#parse(byte[],String,boolean)], of one object or several, one behind the other: together
  /// they are one, as for Go's decoder of streams.
  public static JsonObject parseAll(byte[] text, String type, boolean strict) throws JsonException {
    return parse(text, type, strict, true);
  }

  private static JsonObject parse(byte[] text, String type, boolean strict, boolean several)
      throws JsonException {
    try {
      return strictly(text, several);
    } catch (JsonException e) {
      var wrong = strict ? GoSyntax.errorWithOffset(text) : GoSyntax.error(text);
      if (wrong != null) {
        throw new JsonException(wrong);
      }
      return switch (GoSyntax.kind(text)) {
        case "object" -> throw e;
        case "null" -> EMPTY;
        case String kind ->
            throw new JsonException(
                "json: cannot unmarshal " + kind + " into Go value of type server." + type);
      };
    }
  }

  private static JsonObject strictly(byte[] text, boolean several) throws JsonException {
    try (var parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonException("expected a JSON object");
      }
      var object = object(parser);
      while (true) {
        var next = parser.nextToken();
        if (next == null) {
          return object;
        }
        if (!several || next != JsonToken.START_OBJECT) {
          throw new JsonException("text after the JSON object");
        }
        object.fields.putAll(object(parser).fields);
      }
    } catch (IOException e) {
      var said = e.getMessage();
      throw new JsonException(
          said == null ? "malformed JSON" : said.lines().findFirst().orElse(""));
    }
  }

  private static JsonObject object(JsonParser parser) throws IOException {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return new JsonObject(fields);
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) parser.getBigIntegerValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /// A field's value as it was read: String, Long, BigInteger, Double, Boolean, List, JsonObject or
  /// null.
  @Nullable Object get(String name) {
    var exact = fields.get(name);
    if (exact != null || fields.containsKey(name)) {
      return exact;
    }
    for (var entry : fields.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /// Whether the text has such a field, be it `null`.
  boolean contains(String name) {
    return fields.containsKey(name) || fields.keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  public boolean flag(String name, boolean otherwise) {
    return get(name) instanceof Boolean value ? value : otherwise;
  }

  public long number(String name, long otherwise) {
    return switch (get(name)) {
      case BigInteger large -> large.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
      case Number value -> value.longValue();
      case null, default -> otherwise;
    };
  }

  public @Nullable String text(String name) {
    return get(name) instanceof String value && !value.isEmpty() ? value : null;
  }

  public String text(String name, String otherwise) {
    var value = text(name);
    return value == null ? otherwise : value;
  }

  public @Nullable JsonObject object(String name) {
    return get(name) instanceof JsonObject value ? value : null;
  }

  /// The strings of an array; other elements are left out. Empty when there is no such array.
  public List<String> texts(String name) {
    if (!(get(name) instanceof List<?> values)) {
      return List.of();
    }
    var texts = new ArrayList<String>(values.size());
    for (var value : values) {
      if (value instanceof String text) {
        texts.add(text);
      }
    }
    return texts;
  }

  /// The names of the fields, for tests and error messages.
  public java.util.Set<String> names() {
    return fields.keySet();
  }

  /// The objects of an array; other elements are left out.
  public List<JsonObject> objects(String name) {
    if (!(get(name) instanceof List<?> values)) {
      return List.of();
    }
    var objects = new ArrayList<JsonObject>(values.size());
    for (var value : values) {
      if (value instanceof JsonObject object) {
        objects.add(object);
      }
    }
    return objects;
  }
}

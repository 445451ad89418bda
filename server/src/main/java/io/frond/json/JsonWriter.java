package io.frond.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Writes one JSON document into memory. The `…If` methods leave a field out when it is empty, as
/// Go's `omitempty`. One thread.
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private final JsonGenerator to;

  private JsonWriter(boolean pretty) {
    try {
      to = FACTORY.createGenerator(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (pretty) {
      to.setPrettyPrinter(goLayout());
    }
  }

  /// Two spaces a level, `"name": value`, array elements on lines of their own.
  private static DefaultPrettyPrinter goLayout() {
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }

  /// On one line without spaces, as INFO and CONNECT have it.
  public static JsonWriter compact() {
    return new JsonWriter(false);
  }

  /// Indented as Go's encoder does, for people and for scripts that look for a line.
  public static JsonWriter pretty() {
    return new JsonWriter(true);
  }

  /// One step of a document, with the exception that an in-memory generator cannot throw.
  private interface Step {
    void run() throws IOException;
  }

  private JsonWriter step(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public JsonWriter begin() {
    return step(to::writeStartObject);
  }

  public JsonWriter begin(String name) {
    return step(() -> to.writeObjectFieldStart(name));
  }

  public JsonWriter end() {
    return step(to::writeEndObject);
  }

  public JsonWriter beginArray() {
    return step(to::writeStartArray);
  }

  public JsonWriter beginArray(String name) {
    return step(() -> to.writeArrayFieldStart(name));
  }

  public JsonWriter endArray() {
    return step(to::writeEndArray);
  }

  public JsonWriter put(String name, @Nullable String value) {
    return step(() -> to.writeStringField(name, value == null ? "" : value));
  }

  public JsonWriter putNull(String name) {
    return step(() -> to.writeNullField(name));
  }

  public JsonWriter put(String name, long value) {
    return step(() -> to.writeNumberField(name, value));
  }

  /// A number of 64 bits without a sign: -1 is the largest.
  public JsonWriter putUnsigned(String name, long value) {
    return value >= 0
        ? put(name, value)
        : step(() -> to.writeNumberField(name, new BigInteger(Long.toUnsignedString(value))));
  }

  /// A whole number has no decimals, as Go's encoder writes it.
  public JsonWriter put(String name, double value) {
    var whole = (long) value;
    return whole == value ? put(name, whole) : step(() -> to.writeNumberField(name, value));
  }

  public JsonWriter put(String name, boolean value) {
    return step(() -> to.writeBooleanField(name, value));
  }

  public JsonWriter put(String name, Collection<String> values) {
    return step(() -> {
      to.writeArrayFieldStart(name);
      for (var value : values) {
        to.writeString(value);
      }
      to.writeEndArray();
    });
  }

  public JsonWriter putIf(String name, @Nullable String value) {
    return value == null || value.isEmpty() ? this : put(name, value);
  }

  public JsonWriter putIf(String name, long value) {
    return value == 0 ? this : put(name, value);
  }

  public JsonWriter putIf(String name, boolean value) {
    return value ? put(name, true) : this;
  }

  public JsonWriter putIf(String name, @Nullable Collection<String> values) {
    return values == null || values.isEmpty() ? this : put(name, values);
  }

  public JsonWriter putNumbersIf(String name, Collection<Long> values) {
    return values.isEmpty()
        ? this
        : step(() -> {
          to.writeArrayFieldStart(name);
          for (var value : values) {
            to.writeNumber(value);
          }
          to.writeEndArray();
        });
  }

  /// An element of an array.
  public JsonWriter add(String value) {
    return step(() -> to.writeString(value));
  }

  /// An element of an array.
  public JsonWriter add(long value) {
    return step(() -> to.writeNumber(value));
  }

  /// Ends the document.
  public byte[] bytes() {
    step(to::close);
    return out.toByteArray();
  }
}

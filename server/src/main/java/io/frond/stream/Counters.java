package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Counters (ADR-49): a message's `Nats-Incr` is added to the subject's last value, and the sum is
/// what is stored. A message from a source brings its own sum, whose difference to that source's
/// last one is added. The shard's thread.
final class Counters {
  /// A counter's state: its value, and what each source had last, by stream and subject.
  record Total(BigInteger value, Map<String, Map<String, String>> sources) {}

  private final MessageStore store;
  private final StoredMessage last = new StoredMessage();

  Counters(MessageStore store) {
    this.store = store;
  }

  /// A decimal number of any length; null when the text is none.
  static @Nullable BigInteger parse(String text) {
    try {
      return new BigInteger(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /// What is stored for a subject; null when it is no counter.
  @Nullable Total load(byte[] subject) throws IOException {
    if (!store.loadLast(subject, last)) {
      return new Total(BigInteger.ZERO, new TreeMap<>());
    }
    try {
      var value = value(last.payload());
      var headers = new MessageHeaders().read(last.buffer(), last.bodyAt(), last.headerLength());
      return new Total(value, sources(headers.bytes(HeaderName.COUNTER_SOURCES)));
    } catch (JsonException e) {
      return null;
    }
  }

  private static BigInteger value(byte[] payload) throws JsonException {
    var value = parse(JsonObject.parse(payload).text("val", "0"));
    return value == null ? BigInteger.ZERO : value;
  }

  private static Map<String, Map<String, String>> sources(byte[] json) throws JsonException {
    var sources = new TreeMap<String, Map<String, String>>();
    if (json.length == 0) {
      return sources;
    }
    var from = JsonObject.parse(json);
    for (var stream : from.names()) {
      var subjects = new TreeMap<String, String>();
      var values = from.object(stream);
      if (values != null) {
        for (var subject : values.names()) {
          subjects.put(subject, values.text(subject, ""));
        }
      }
      sources.put(stream, subjects);
    }
    return sources;
  }

  /// Adds a message's increment and replaces the message by the sum.
  ///
  /// @param total the subject's state before
  /// @return the state after it; null when the message is no counter's
  static @Nullable Total add(Incoming message, BigInteger increment, Total total) {
    var headers = message.headers();
    var block = new HeaderBlock(message.headerBlock());
    var added = increment;
    var sources = new TreeMap<>(total.sources);
    var origin = headers.text(HeaderName.STREAM_SOURCE);
    if (!origin.isEmpty()) {
      BigInteger sourced;
      try {
        sourced = value(message.payload());
      } catch (JsonException e) {
        return null;
      }
      var words = origin.split(" ", -1);
      var subject = words.length >= 5 ? words[4] : message.subjectText();
      var subjects = new TreeMap<>(sources.getOrDefault(words[0], Map.of()));
      var before = parse(subjects.getOrDefault(subject, "0"));
      subjects.put(subject, sourced.toString());
      sources.put(words[0], subjects);
      added = sourced.subtract(before == null ? BigInteger.ZERO : before);
      block.set(HeaderName.INCR, added.toString());
    }
    var after = new Total(total.value.add(added), sources);
    if (!sources.isEmpty()) {
      block.set(HeaderName.COUNTER_SOURCES, json(sources));
    }
    var payload = ("{\"val\":\"" + after.value + "\"}").getBytes(StandardCharsets.US_ASCII);
    message.replace(block.bytes(), payload);
    return after;
  }

  private static String json(Map<String, Map<String, String>> sources) {
    var to = JsonWriter.compact().begin();
    sources.forEach((stream, subjects) -> {
      to.begin(stream);
      subjects.forEach(to::put);
      to.end();
    });
    return new String(to.end().bytes(), StandardCharsets.UTF_8);
  }

  /// The value in a payload that [#add] made.
  static String shown(Incoming message) {
    var text = new String(message.payload(), StandardCharsets.US_ASCII);
    return text.length() > 10 ? text.substring(8, text.length() - 2) : "";
  }
}

package io.frond.conf;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/// A fingerprint of a configuration's values, the same whatever their order, spelling and comments:
/// SHA-256 over JSON with sorted keys, as nats-server computes it.
public final class Digest {
  private Digest() {}

  /// `sha256:` and hexadecimal digits.
  public static String of(Value.Table tree) {
    var json = new StringBuilder();
    append(json, tree);
    json.append('\n');
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      var sum = sha.digest(json.toString().getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void append(StringBuilder json, Value value) {
    switch (value) {
      case Value.Text text -> append(json, text.text());
      case Value.Whole whole -> json.append(whole.number());
      case Value.Decimal decimal -> append(json, decimal.number());
      case Value.Flag flag -> json.append(flag.on());
      case Value.Time time -> append(json, time.time().toString());
      case Value.Items items -> {
        json.append('[');
        var separator = "";
        for (var item : items.items()) {
          json.append(separator);
          append(json, item);
          separator = ",";
        }
        json.append(']');
      }
      case Value.Table table -> {
        var sorted = new TreeMap<String, Value>();
        for (var entry : table.entries()) {
          sorted.put(entry.key(), entry.value());
        }
        json.append('{');
        var separator = "";
        for (var entry : sorted.entrySet()) {
          json.append(separator);
          append(json, entry.getKey());
          json.append(':');
          append(json, entry.getValue());
          separator = ",";
        }
        json.append('}');
      }
    }
  }

  private static void append(StringBuilder json, double number) {
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      json.append((long) number);
    } else {
      json.append(number);
    }
  }

  /// As Go's encoder writes strings, `<`, `>` and `&` escaped.
  private static void append(StringBuilder json, String text) {
    json.append('"');
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> {
          if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
            json.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}

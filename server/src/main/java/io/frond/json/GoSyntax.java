package io.frond.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Says what is wrong with a text that is no JSON in the words of Go's decoder, which nats-server
/// passes on to those who ask. Used once, for a text that could not be parsed; one thread.
final class GoSyntax {
  private static final int DEPTH_MAX = 10_000;
  private static final String END = "unexpected end of JSON input";

  private final byte[] text;
  private int at;
  private @Nullable String error;

  private GoSyntax(byte[] text) {
    this.text = text;
  }

  /// @return null when nothing is wrong
  static @Nullable String error(byte[] text) {
    var syntax = new GoSyntax(text);
    if (syntax.value(0)) {
      syntax.space();
      if (syntax.at < text.length) {
        syntax.invalid("after top-level value");
      }
    }
    return syntax.error;
  }

  /// As [#error], as Go's decoder of streams has it, which says where and takes what is behind the
  /// first value for another one.
  static @Nullable String errorWithOffset(byte[] text) {
    var syntax = new GoSyntax(text);
    for (syntax.space(); syntax.at < text.length; syntax.space()) {
      if (!syntax.value(0)) {
        return END.equals(syntax.error)
            ? "unexpected EOF"
            : syntax.error + " at offset " + (syntax.at + 1);
      }
    }
    return null;
  }

  private void space() {
    while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
      at++;
    }
  }

  private int peek() {
    return at < text.length ? text[at] & 0xff : -1;
  }

  /// The character that is next is wrong, or missing.
  private boolean invalid(String where) {
    error = at < text.length ? "invalid character " + quoted(peek()) + " " + where : END;
    return false;
  }

  /// As Go quotes a byte.
  private static String quoted(int character) {
    var shown =
        switch (character) {
          case '\'' -> "\\'";
          case '\\' -> "\\\\";
          case 7 -> "\\a";
          case '\b' -> "\\b";
          case '\f' -> "\\f";
          case '\n' -> "\\n";
          case '\r' -> "\\r";
          case '\t' -> "\\t";
          case 11 -> "\\v";
          default -> plain(character);
        };
    return "'" + shown + "'";
  }

  private static String plain(int character) {
    if (character < 0x20 || character == 0x7f) {
      return "\\x" + hex(character);
    }
    if ((character >= 0x80 && character <= 0xa0) || character == 0xad) {
      return "\\u00" + hex(character);
    }
    return new String(new byte[] {(byte) character}, StandardCharsets.ISO_8859_1);
  }

  private static String hex(int character) {
    var digits = Integer.toHexString(character);
    return digits.length() < 2 ? "0" + digits : digits;
  }

  private boolean value(int depth) {
    space();
    if (depth > DEPTH_MAX) {
      error = "exceeded max depth";
      return false;
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> invalid("looking for beginning of value");
    };
  }

  private boolean object(int depth) {
    at++;
    space();
    if (peek() == '}') {
      at++;
      return true;
    }
    while (true) {
      space();
      if (peek() != '"') {
        return invalid("looking for beginning of object key string");
      }
      if (!string()) {
        return false;
      }
      space();
      if (peek() != ':') {
        return invalid("after object key");
      }
      at++;
      if (!value(depth + 1)) {
        return false;
      }
      space();
      switch (peek()) {
        case ',' -> at++;
        case '}' -> {
          at++;
          return true;
        }
        default -> {
          return invalid("after object key:value pair");
        }
      }
    }
  }

  private boolean array(int depth) {
    at++;
    space();
    if (peek() == ']') {
      at++;
      return true;
    }
    while (value(depth + 1)) {
      space();
      switch (peek()) {
        case ',' -> at++;
        case ']' -> {
          at++;
          return true;
        }
        default -> {
          return invalid("after array element");
        }
      }
    }
    return false;
  }

  private boolean string() {
    at++;
    while (true) {
      var next = peek();
      if (next == '"') {
        at++;
        return true;
      }
      if (next < 0x20) {
        return invalid("in string literal");
      }
      at++;
      if (next == '\\' && !escape()) {
        return false;
      }
    }
  }

  private boolean escape() {
    var next = peek();
    if (next == 'u') {
      at++;
      for (var digits = 0; digits < 4; digits++, at++) {
        if (Character.digit(peek(), 16) < 0) {
          return invalid("in \\u hexadecimal character escape");
        }
      }
      return true;
    }
    if (next < 0 || "bfnrt\\/\"".indexOf(next) < 0) {
      return invalid("in string escape code");
    }
    at++;
    return true;
  }

  private boolean literal(String name) {
    at++;
    for (var i = 1; i < name.length(); i++, at++) {
      if (peek() != name.charAt(i)) {
        return invalid("in literal " + name + " (expecting '" + name.charAt(i) + "')");
      }
    }
    return true;
  }

  private boolean number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else if (!digits()) {
      return invalid("in numeric literal");
    }
    if (peek() == '.') {
      at++;
      if (!digits()) {
        return invalid("after decimal point in numeric literal");
      }
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      if (!digits()) {
        return invalid("in exponent of numeric literal");
      }
    }
    return true;
  }

  /// Steps over digits.
  ///
  /// @return false when there is none
  private boolean digits() {
    var from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > from;
  }

  /// What a text that is JSON is called in Go.
  static String kind(byte[] text) {
    var first = new GoSyntax(text);
    first.space();
    return switch (first.peek()) {
      case '{' -> "object";
      case 'n' -> "null";
      case '[' -> "array";
      case '"' -> "string";
      case 't', 'f' -> "bool";
      default -> "number";
    };
  }
}

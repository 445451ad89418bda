package io.frond.conf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The ways to write a string.
final class Strings {
  private static final char REPLACEMENT = '\uFFFD';

  private final Source source;

  Strings(Source source) {
    this.source = source;
  }

  /// A word without quotes.
  ///
  /// @param escaped it held escapes, so it is a string whatever it looks like
  record Word(String text, boolean escaped) {}

  /// What stands in double quotes, with escapes, or in single quotes, taken literally.
  String quoted() throws ConfException {
    if (source.peek() != '"') {
      return literal();
    }
    var opened = source.position();
    source.next();
    var text = new StringBuilder();
    while (true) {
      var c = source.next();
      switch (c) {
        case Source.END -> throw endless(opened, "\"");
        case '"' -> {
          return checked(text.toString(), opened);
        }
        case '\\' -> escape(text);
        default -> text.append((char) c);
      }
    }
  }

  /// What stands in quotes of either kind, taken literally.
  String literal() throws ConfException {
    var opened = source.position();
    var quote = source.next();
    var start = source.index();
    while (source.peek() != quote) {
      if (source.next() == Source.END) {
        throw endless(opened, String.valueOf((char) quote));
      }
    }
    var text = source.since(start);
    source.next();
    return checked(text, opened);
  }

  /// `( … )`: everything up to a `)` that stands alone on its line, line ends included.
  String block() throws ConfException {
    var opened = source.position();
    source.next();
    var start = source.index();
    var last = 0;
    while (true) {
      if (source.peek() == ')' && last == '\n' && endsLine(source.peekSecond())) {
        var text = source.since(start);
        source.next();
        return checked(text, opened);
      }
      last = source.next();
      if (last == Source.END) {
        throw new ConfException(opened, "the block does not end", "add a line that holds only ')'");
      }
    }
  }

  private static boolean endsLine(int c) {
    return c == Source.END || Source.isLineEnd(c);
  }

  /// A word without quotes, up to white space or a terminator.
  Word word() throws ConfException {
    var at = source.position();
    var text = new StringBuilder();
    var escaped = false;
    while (!endsWord(source.peek())) {
      var c = source.next();
      if (c == '\'') {
        break;
      }
      if (c == '\\') {
        escape(text);
        escaped = true;
        continue;
      }
      text.append((char) c);
      if (c == '{' && source.peek() == '{') {
        template(text);
      }
    }
    return new Word(checked(text.toString(), at), escaped);
  }

  /// `{{wildcard(1)}}` inside a word: its braces and commas end nothing.
  private void template(StringBuilder text) {
    while (!Source.isLineEnd(source.peek()) && source.peek() != Source.END) {
      var c = source.next();
      text.append((char) c);
      if (c == '}' && source.peek() == '}') {
        text.append((char) source.next());
        return;
      }
    }
  }

  private static boolean endsWord(int c) {
    return c == Source.END
        || Source.isBlank(c)
        || Source.isLineEnd(c)
        || c == ','
        || c == ';'
        || c == ']'
        || c == '}';
  }

  /// The backslash is already read.
  private void escape(StringBuilder text) throws ConfException {
    var at = source.position();
    switch (source.next()) {
      case 't' -> text.append('\t');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case '"' -> text.append('"');
      case '\\' -> text.append('\\');
      case '/' -> text.append('/');
      case 'x' -> bytes(text, at);
      case 'u' -> text.append((char) hex(4, at));
      default ->
          throw new ConfException(
              at,
              "unknown escape after '\\'",
              "use one of \\t \\n \\r \\\" \\\\ \\xXX, or single quotes for a literal backslash");
    }
  }

  /// `\xXX` is a byte; several beside each other may be a character in UTF-8.
  private void bytes(StringBuilder text, Position at) throws ConfException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(hex(2, at));
    while (source.peek() == '\\' && source.peekSecond() == 'x') {
      source.next();
      source.next();
      bytes.write(hex(2, at));
    }
    text.append(bytes.toString(StandardCharsets.UTF_8));
  }

  private int hex(int digits, Position at) throws ConfException {
    var value = 0;
    for (var i = 0; i < digits; i++) {
      var digit = source.peek() == Source.END ? -1 : Character.digit(source.next(), 16);
      if (digit < 0) {
        throw new ConfException(
            at, "expected " + digits + " hexadecimal digits after the escape", "correct it");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private String checked(String text, Position at) throws ConfException {
    checkEncoding(text, at);
    return text;
  }

  void checkEncoding(String text, Position at) throws ConfException {
    if (source.isMalformed() && text.indexOf(REPLACEMENT) >= 0) {
      throw new ConfException(at, "the text is not UTF-8", "save the file as UTF-8");
    }
    if (text.indexOf('\0') >= 0) {
      throw new ConfException(at, "the text holds a NUL character", "remove it");
    }
  }

  private static ConfException endless(Position opened, String quote) {
    return new ConfException(opened, "the string does not end", "add the closing " + quote);
  }
}

package io.frond.conf;

/// A cursor over a text that knows its line and column. `\n` alone and `\r\n` end a line.
final class Source {
  /// What [#peek] returns behind the last character.
  static final int END = -1;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String text;
  private final String name;
  private int index;
  private int line = 1;
  private int lineStart;
  private boolean malformed;

  Source(String text, String name) {
    this.text = text;
    this.name = name;
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      index = 1;
      lineStart = 1;
    }
  }

  /// Says that bytes of the file were no UTF-8 and had to be replaced.
  Source malformed() {
    malformed = true;
    return this;
  }

  boolean isMalformed() {
    return malformed;
  }

  Position position() {
    return new Position(name, line, index - lineStart + 1);
  }

  int peek() {
    return index < text.length() ? text.charAt(index) : END;
  }

  /// The character after the next.
  int peekSecond() {
    return index + 1 < text.length() ? text.charAt(index + 1) : END;
  }

  int next() {
    if (index >= text.length()) {
      return END;
    }
    var c = text.charAt(index++);
    if (c == '\n') {
      line++;
      lineStart = index;
    }
    return c;
  }

  int index() {
    return index;
  }

  String since(int start) {
    return text.substring(start, index);
  }

  /// Skips spaces and tabs.
  void skipBlanks() {
    while (isBlank(peek())) {
      index++;
    }
  }

  /// Skips white space and line ends; says whether a line ended.
  boolean skipSpace() {
    var ended = false;
    while (isSpace(peek())) {
      ended |= isLineEnd(next());
    }
    return ended;
  }

  boolean atComment() {
    return peek() == '#' || (peek() == '/' && peekSecond() == '/');
  }

  /// Skips to the end of the line.
  void skipLine() {
    while (peek() != END && !isLineEnd(peek())) {
      index++;
    }
  }

  /// Skips white space, line ends and comments; says whether a line ended.
  boolean skipFiller() {
    var ended = skipSpace();
    while (atComment()) {
      skipLine();
      ended |= skipSpace();
    }
    return ended;
  }

  static boolean isBlank(int c) {
    return c == ' ' || c == '\t';
  }

  static boolean isLineEnd(int c) {
    return c == '\n' || c == '\r';
  }

  static boolean isSpace(int c) {
    return isBlank(c)
        || isLineEnd(c)
        || c == 0x0B
        || c == 0x0C
        || c == 0x85
        || c == 0xA0
        || (c > 0x7F && Character.isWhitespace(c));
  }
}

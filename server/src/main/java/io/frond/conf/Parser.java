package io.frond.conf;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Reads one file, or one environment variable's text, by recursive descent.
final class Parser {
  private final Source source;
  private final Loading loading;
  private final Path directory;
  private final Strings strings;
  private int nesting;

  /// @param directory that includes are relative to
  Parser(Source source, Loading loading, Path directory) {
    this.source = source;
    this.loading = loading;
    this.directory = directory;
    this.strings = new Strings(source);
  }

  /// A whole file.
  Scope file() throws ConfException {
    var scope = new Scope(null);
    entries(scope, null, true);
    return scope;
  }

  /// One value and nothing else, as an environment variable holds it.
  Value single() throws ConfException {
    source.skipSpace();
    if (source.peek() == Source.END) {
      return new Value.Text("", source.position());
    }
    var value = value(new Scope(null));
    source.skipFiller();
    if (source.peek() != Source.END) {
      throw new ConfException(
          source.position(),
          "the variable holds more than one value",
          "put quotes around it, inside the variable");
    }
    return value;
  }

  /// Keys and values up to the closing brace, or to the end of the file.
  ///
  /// @param opened where the brace stands, null for a file
  /// @param whole braces around the whole file, as in JSON, may come
  private void entries(Scope scope, @Nullable Position opened, boolean whole) throws ConfException {
    while (true) {
      skipBetweenEntries();
      var at = source.position();
      switch (source.peek()) {
        case Source.END -> {
          if (opened != null) {
            throw new ConfException(
                at, "the map that opens at " + opened + " does not end", "add a '}'");
          }
          return;
        }
        case '}' -> {
          if (opened == null) {
            throw new ConfException(at, "'}' without a '{'", "remove it");
          }
          source.next();
          return;
        }
        case '{' -> {
          if (!whole) {
            throw new ConfException(at, "a map without a key", "put a key before it");
          }
          source.next();
          enter(at);
          entries(scope, at, true);
          nesting--;
        }
        default -> entry(scope, at, opened != null);
      }
    }
  }

  private void skipBetweenEntries() {
    source.skipFiller();
    while (source.peek() == ',' || source.peek() == ';') {
      source.next();
      source.skipFiller();
    }
  }

  private void entry(Scope scope, Position at, boolean braces) throws ConfException {
    var quoted = source.peek() == '"' || source.peek() == '\'';
    var key = quoted ? strings.quoted() : key(at);
    if (!quoted && key.equalsIgnoreCase("include") && Source.isBlank(source.peek())) {
      source.skipBlanks();
      if (source.peek() != ':' && source.peek() != '=') {
        include(scope, at);
        endOfEntry(braces);
        return;
      }
    }
    source.skipSpace();
    if (source.peek() == ':' || source.peek() == '=') {
      source.next();
      if (braces) {
        source.skipSpace();
      } else {
        source.skipBlanks();
      }
    }
    var before = loading.counted();
    var value = value(scope);
    scope.add(new Scope.Binding(key, at, value, loading.counted() - before));
    endOfEntry(braces);
  }

  /// A key without quotes: to white space, a separator or an opening brace.
  private String key(Position at) throws ConfException {
    var start = source.index();
    while (true) {
      var c = source.peek();
      if (c == Source.END || c == ':' || c == '=' || c == '{' || Source.isSpace(c)) {
        break;
      }
      if (c == 0) {
        throw new ConfException(source.position(), "a NUL character", "remove it");
      }
      source.next();
    }
    var key = source.since(start);
    if (key.isEmpty() || key.charAt(0) == '[' || key.charAt(0) == ']') {
      throw new ConfException(at, "expected a key, got " + shown(), "put a key before it");
    }
    strings.checkEncoding(key, at);
    return key;
  }

  private void endOfEntry(boolean braces) throws ConfException {
    source.skipBlanks();
    if (source.atComment()) {
      source.skipLine();
      return;
    }
    var c = source.peek();
    var ends = c == Source.END || Source.isLineEnd(c) || c == ',' || c == ';';
    if (!ends && !(c == '}' && braces)) {
      throw new ConfException(
          source.position(),
          "expected the end of the line after the value, got " + shown(),
          "put quotes around a value that holds blanks, or ';' between two keys");
    }
  }

  private void include(Scope scope, Position at) throws ConfException {
    var c = source.peek();
    var where = source.position();
    String name;
    if (c == '"' || c == '\'') {
      name = strings.literal();
    } else {
      var start = source.index();
      while (!isIncludeEnd(source.peek())) {
        source.next();
      }
      name = source.since(start);
    }
    if (name.isEmpty() || name.charAt(0) == '[' || name.charAt(0) == '{') {
      throw new ConfException(where, "include needs the name of a file", "write include \"FILE\"");
    }
    loading.count(1, at);
    scope.addAll(loading.readFile(resolve(name, where), where));
  }

  private static boolean isIncludeEnd(int c) {
    return c == Source.END || Source.isSpace(c) || c == ';' || c == ',' || c == '}';
  }

  /// Relative to the including file, also when it begins with a slash as long as such a file
  /// exists.
  private Path resolve(String name, Position at) throws ConfException {
    try {
      var path = Path.of(name);
      if (path.isAbsolute()) {
        var below = directory.resolve(name.substring(1));
        return Files.exists(below) ? below : path;
      }
      return directory.resolve(path);
    } catch (InvalidPathException e) {
      throw new ConfException(at, "no name of a file: " + e.getReason(), "correct it");
    }
  }

  private Value value(Scope scope) throws ConfException {
    var at = source.position();
    loading.count(1, at);
    return switch (source.peek()) {
      case '{' -> {
        source.next();
        enter(at);
        var block = new Scope(scope);
        entries(block, at, false);
        nesting--;
        yield block.freeze(at);
      }
      case '[' -> {
        source.next();
        enter(at);
        var items = items(scope, at);
        nesting--;
        yield items;
      }
      case '"', '\'' -> new Value.Text(strings.quoted(), at);
      case '(' -> new Value.Text(strings.block(), at);
      default -> word(scope, at);
    };
  }

  private void enter(Position at) throws ConfException {
    if (++nesting > Conf.MAX_NESTING) {
      throw new ConfException(
          at,
          "more than " + Conf.MAX_NESTING + " maps and arrays inside each other",
          "make it flatter");
    }
  }

  private Value items(Scope scope, Position opened) throws ConfException {
    var items = new ArrayList<Value>();
    source.skipFiller();
    while (source.peek() != ']') {
      checkItem(opened);
      items.add(value(scope));
      var newLine = source.skipFiller();
      if (source.peek() == ',') {
        source.next();
        source.skipFiller();
      } else if (!newLine && source.peek() != ']' && source.peek() != Source.END) {
        throw new ConfException(
            source.position(),
            "expected ',' or ']' after the array's item, got " + shown(),
            "put quotes around an item that holds blanks");
      }
    }
    source.next();
    return new Value.Items(items, opened);
  }

  private void checkItem(Position opened) throws ConfException {
    if (source.peek() == Source.END) {
      throw new ConfException(
          source.position(), "the array that opens at " + opened + " does not end", "add a ']'");
    }
    if (source.peek() == ',') {
      throw new ConfException(source.position(), "an item is missing", "remove the ','");
    }
  }

  /// A value without quotes: a number, a boolean, a time, a variable or a string.
  private Value word(Scope scope, Position at) throws ConfException {
    var word = strings.word();
    var text = word.text();
    if (text.isEmpty() && !word.escaped()) {
      throw new ConfException(
          at, "a value is missing before " + shown(), "write one, or \"\" for the empty string");
    }
    if (word.escaped()) {
      return new Value.Text(text, at);
    }
    if (text.charAt(0) == '.') {
      throw new ConfException(
          at, "a number begins with a digit, not with '.'", "put quotes around a string");
    }
    if (text.charAt(0) == '$' && !isBcrypt(text)) {
      return variable(scope, text.substring(1), at);
    }
    return Scalar.of(text, at);
  }

  private Value variable(Scope scope, String name, Position at) throws ConfException {
    var binding = scope.lookUp(name);
    if (binding == null) {
      return loading.environment(name, at);
    }
    loading.count(binding.values(), at);
    return binding.value().movedTo(at);
  }

  /// Hashed passwords begin like a variable.
  private static boolean isBcrypt(String text) {
    return text.length() > 4
        && text.charAt(1) == '2'
        && "abxy".indexOf(text.charAt(2)) >= 0
        && text.charAt(3) == '$';
  }

  private String shown() {
    var c = source.peek();
    if (c == Source.END) {
      return "the end";
    }
    return Source.isLineEnd(c) ? "the end of the line" : "'" + (char) c + "'";
  }
}

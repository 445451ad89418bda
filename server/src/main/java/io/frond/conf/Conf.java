package io.frond.conf;

import java.nio.file.Path;
import java.util.Map;

/// The way in: reads configuration files and texts. Any thread.
///
/// Everything is limited, so that no input can take the process down: the size of all files
/// together, the values after variables and includes are expanded, nesting, and includes.
public final class Conf {
  /// Bytes of one file, and characters of all included files together.
  public static final int MAX_SIZE = 16 << 20;

  /// Values in the tree, those that variables repeat counted each time.
  public static final int MAX_VALUES = 1_000_000;

  /// Maps and arrays inside each other.
  public static final int MAX_NESTING = 100;

  /// Files that include each other.
  public static final int MAX_INCLUDES = 20;

  private Conf() {}

  /// Reads a file with its includes; variables that no enclosing block defines come from the
  /// process's environment.
  public static Value.Table readFile(Path file) throws ConfException {
    return readFile(file, System.getenv());
  }

  /// @param environment where variables are looked up at last
  public static Value.Table readFile(Path file, Map<String, String> environment)
      throws ConfException {
    var loading = new Loading(environment);
    return loading.readFile(file, Position.of(file.toString())).freeze(at(file.toString()));
  }

  /// Reads a text; its includes are relative to the working directory.
  ///
  /// @param name what positions call it
  public static Value.Table readText(String text, String name, Map<String, String> environment)
      throws ConfException {
    var loading = new Loading(environment);
    loading.take(text.length(), Position.of(name));
    var source = new Source(text, name);
    return new Parser(source, loading, Path.of("")).file().freeze(at(name));
  }

  private static Position at(String name) {
    return new Position(name, 1, 1);
  }
}

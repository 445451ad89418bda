package io.frond.conf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What one reading shares over all its files: the limits that are left, the files that are open
/// and the environment. One thread.
final class Loading {
  private final Map<String, String> environment;
  private final ArrayList<Path> open = new ArrayList<>();
  private final Set<String> expanding = new HashSet<>();
  private int values;
  private long size;

  Loading(Map<String, String> environment) {
    this.environment = environment;
  }

  /// Reads a file into a fresh scope.
  ///
  /// @param asker who wants it, for the message when it cannot be read
  Scope readFile(Path file, Position asker) throws ConfException {
    var real = real(file, asker);
    if (open.contains(real)) {
      throw new ConfException(asker, file + " includes itself", "remove one of the includes");
    }
    if (open.size() >= Conf.MAX_INCLUDES) {
      throw new ConfException(
          asker,
          "more than " + Conf.MAX_INCLUDES + " files include each other",
          "put the included text in its place");
    }
    var source = read(file, asker);
    open.add(real);
    var parent = file.getParent();
    var scope = new Parser(source, this, parent == null ? Path.of("") : parent).file();
    open.removeLast();
    return scope;
  }

  private static Path real(Path file, Position asker) throws ConfException {
    try {
      return file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new ConfException(asker, "no such file: " + file, "check the path");
    } catch (IOException e) {
      throw new ConfException(asker, "cannot read " + file + ": " + e.getMessage(), "check it");
    }
  }

  private Source read(Path file, Position asker) throws ConfException {
    byte[] bytes;
    try {
      if (Files.isDirectory(file)) {
        throw new ConfException(asker, file + " is a directory", "name a file");
      }
      take(Files.size(file), asker);
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConfException(asker, "cannot read " + file + ": " + e.getMessage(), "check it");
    }
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      var text = decoder.onMalformedInput(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes));
      return new Source(text.toString(), file.toString());
    } catch (CharacterCodingException e) {
      // Tolerated in comments only: values with the replacement character are refused.
      return new Source(new String(bytes, StandardCharsets.UTF_8), file.toString()).malformed();
    }
  }

  /// Counts characters that are going to be read.
  void take(long characters, Position at) throws ConfException {
    size += characters;
    if (size > Conf.MAX_SIZE) {
      throw new ConfException(
          at, "the configuration is larger than " + Conf.MAX_SIZE + " bytes", "make it smaller");
    }
  }

  /// Counts values that come into the tree.
  void count(int more, Position at) throws ConfException {
    values += more;
    if (values > Conf.MAX_VALUES || values < 0) {
      throw new ConfException(
          at,
          "the configuration has more than " + Conf.MAX_VALUES + " values",
          "make it smaller, or use fewer variables and includes");
    }
  }

  int counted() {
    return values;
  }

  /// The value of an environment variable, read as a value in a file would be.
  Value environment(String name, Position at) throws ConfException {
    var text = environment.get(name);
    if (text == null) {
      throw new ConfException(
          at,
          "variable $" + name + " is defined neither in an enclosing block nor in the environment",
          "define it, or put quotes around the text if no variable was meant");
    }
    if (!expanding.add(name)) {
      throw new ConfException(
          at, "environment variable " + name + " refers to itself", "give it a value");
    }
    try {
      take(text.length(), at);
      var source = new Source(text, "$" + name);
      return new Parser(source, this, Path.of("")).single().movedTo(at);
    } finally {
      expanding.remove(name);
    }
  }
}

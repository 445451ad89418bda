package io.frond.conf;

/// Where something stands.
///
/// @param file as the user named it, or `$NAME` for the text of an environment variable
/// @param line from 1; 0 for the file as a whole
/// @param column from 1, in characters; 0 for the file as a whole
public record Position(String file, int line, int column) {
  public static Position of(String file) {
    return new Position(file, 0, 0);
  }

  /// `FILE:LINE:COLUMN`.
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}

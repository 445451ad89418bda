package io.frond.store;

import org.jspecify.annotations.Nullable;

/// Names of a store's files. Stateless.
final class SegmentNames {
  private static final String DATA = ".seg";
  private static final String INDEX = ".idx";
  private static final String DELETED = ".del";

  private SegmentNames() {}

  static String data(long id) {
    return id + DATA;
  }

  static String index(long id) {
    return id + INDEX;
  }

  /// Removed messages of a segment, as of one checkpoint.
  static String deleted(long id, long version) {
    return id + "." + version + DELETED;
  }

  /// Whether a file is one of a store's.
  static boolean isOurs(String name) {
    return name.endsWith(DATA) || name.endsWith(INDEX) || name.endsWith(DELETED);
  }

  /// A file of removed messages.
  record Deleted(long segment, long version) {}

  /// Which removed messages a file has; null when it is another file.
  static @Nullable Deleted deletedId(String name) {
    int dot = name.indexOf('.');
    if (!name.endsWith(DELETED) || dot >= name.length() - DELETED.length()) {
      return null;
    }
    try {
      return new Deleted(
          Long.parseLong(name.substring(0, dot)),
          Long.parseLong(name.substring(dot + 1, name.length() - DELETED.length())));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /// The number of the segment whose messages a file has; null when it is another file.
  static @Nullable Long dataId(String name) {
    if (!name.endsWith(DATA)) {
      return null;
    }
    try {
      return Long.valueOf(name.substring(0, name.length() - DATA.length()));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

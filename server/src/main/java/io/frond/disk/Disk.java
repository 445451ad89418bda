package io.frond.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A file system. What was written is safe from a power failure only after [DiskFile#force]; that a
/// name was created, renamed or deleted only after [#forceDirectory]. Any thread.
public interface Disk {
  /// Opens a file for reading and writing and creates it when it is not there.
  DiskFile open(Path file) throws IOException;

  boolean exists(Path path);

  boolean isDirectory(Path path);

  /// Names in a directory, sorted; empty when there is no such directory.
  List<String> list(Path directory) throws IOException;

  /// Creates a directory and those above it where they are missing; their names are safe when this
  /// returns.
  void createDirectories(Path directory) throws IOException;

  /// Replaces `to` by `from` at once: a crash leaves one or the other.
  void rename(Path from, Path to) throws IOException;

  /// Makes a file that nobody needs into a new one, for its space: `to` is then there with the size
  /// of `from` and any content at all. Both are on this disk, and `from` is not open.
  default DiskFile recycle(Path from, Path to) throws IOException {
    rename(from, to);
    return open(to);
  }

  /// Deletes a file or an empty directory; without effect when it is not there.
  void delete(Path path) throws IOException;

  /// Makes the names in a directory safe.
  void forceDirectory(Path directory) throws IOException;

  /// Bytes that can still be written where `directory` is.
  long usableBytes(Path directory) throws IOException;
}

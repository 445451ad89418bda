package io.frond.log;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log's directory: which segments there are, making and deleting them. A few files that are no
/// longer needed are kept as spare ones, because a new segment in an old file needs no new space.
/// The writer's thread; before it runs, the owner's.
final class Segments {
  private static final String SUFFIX = ".log";
  private static final String SPARE_SUFFIX = ".spare";

  /// Of a file that is going to be a segment.
  private static final String NEW_SUFFIX = ".new";

  private static final int SPARES_MAX = 2;

  /// A segment that is not written any more.
  ///
  /// @param last the last entry in it, or before it when it has none
  /// @param written null when it was there before the log was opened
  private record Old(Path path, long last, @Nullable Segment written) {
    boolean isClosed() {
      return written == null || written.isClosed();
    }
  }

  private final Disk disk;
  private final Path directory;
  private final ArrayDeque<Path> spares = new ArrayDeque<>();
  private final ArrayDeque<Old> old = new ArrayDeque<>();
  private long nextNumber = 1;

  Segments(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /// The segments' numbers, ascending.
  List<Long> find() throws IOException {
    disk.createDirectories(directory);
    var numbers = new ArrayList<Long>();
    for (var name : disk.list(directory)) {
      if (name.endsWith(SPARE_SUFFIX) || name.endsWith(NEW_SUFFIX)) {
        if (spares.size() < SPARES_MAX) {
          spares.add(directory.resolve(name));
        } else {
          disk.delete(directory.resolve(name));
        }
      } else if (name.endsWith(SUFFIX)) {
        var number = number(name);
        numbers.add(number);
        nextNumber = Math.max(nextNumber, number + 1);
      }
    }
    return numbers;
  }

  private static long number(String name) throws IOException {
    try {
      return Long.parseLong(name, 0, name.length() - SUFFIX.length(), 16);
    } catch (NumberFormatException e) {
      throw new IOException(name + " is not a file of the log", e);
    }
  }

  Path path(long number) {
    return directory.resolve(hex(number) + SUFFIX);
  }

  private static String hex(long number) {
    var digits = Long.toHexString(number);
    return "0".repeat(16 - digits.length()) + digits;
  }

  /// A segment that was there before.
  ///
  /// @param last the last entry in it, or before it when it has none
  void add(long number, long last) {
    old.add(new Old(path(number), last, null));
  }

  /// A segment that is not written any more; somebody closes it soon.
  void retire(Segment segment) {
    old.add(new Old(segment.path, segment.last(), segment));
  }

  int count() {
    return old.size();
  }

  /// A new segment. It gets its name when its header is safe, and the name is safe when this
  /// returns: so a segment without a header is damaged, and none ever has an earlier one's number.
  ///
  /// @param previous the last entry that counts before it: what is behind that in older segments
  ///   does not
  Segment create(Format format, long previous, long synced) throws IOException {
    var number = nextNumber++;
    var fresh = directory.resolve(hex(number) + NEW_SUFFIX);
    var path = path(number);
    try {
      try (var file = openNew(fresh)) {
        Segment.begin(file, format, number, previous, synced);
      }
      disk.rename(fresh, path);
      disk.forceDirectory(directory);
      return new Segment(number, path, disk.open(path), previous);
    } catch (IOException e) {
      deleteQuietly(fresh);
      deleteQuietly(path);
      throw e;
    }
  }

  private DiskFile openNew(Path path) throws IOException {
    var spare = spares.poll();
    if (spare == null) {
      return disk.open(path);
    }
    try {
      return disk.recycle(spare, path);
    } catch (IOException e) {
      deleteQuietly(spare);
      return disk.open(path);
    }
  }

  private void deleteQuietly(Path path) {
    try {
      disk.delete(path);
    } catch (IOException e) {
      // It stays, and is found and used or deleted at the next start.
    }
  }

  /// Closes and deletes a segment that has nothing which counts.
  void discard(Segment segment) {
    segment.closeQuietly();
    try {
      disk.delete(segment.path);
    } catch (IOException e) {
      retire(segment);
    }
  }

  /// Deletes segments, or makes them spare, whose entries are all at or before `index`.
  void cut(long index) throws IOException {
    var any = false;
    while (!old.isEmpty() && old.getFirst().last <= index && old.getFirst().isClosed()) {
      var path = old.removeFirst().path;
      any = true;
      if (spares.size() < SPARES_MAX) {
        var spare = path.resolveSibling(path.getFileName() + SPARE_SUFFIX);
        disk.rename(path, spare);
        spares.add(spare);
      } else {
        disk.delete(path);
      }
    }
    if (any) {
      disk.forceDirectory(directory);
    }
  }
}

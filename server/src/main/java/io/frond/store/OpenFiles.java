package io.frond.store;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The files that the stores of one factory have open, so many at most: the one that was not used
/// for the longest time is closed for another. Owner-thread only.
final class OpenFiles {
  private final Disk disk;
  private final int max;
  private int open;

  /// A ring: what follows was used last, what precedes is closed next.
  private final Handle ring;

  OpenFiles(Disk disk, int max) {
    this.disk = disk;
    this.max = max;
    ring = new Handle(Path.of(""), false);
    ring.newer = ring;
    ring.older = ring;
  }

  Disk disk() {
    return disk;
  }

  /// How many are open now.
  int open() {
    return open;
  }

  /// A file that is opened when it is used.
  ///
  /// @param exists whether it has to be there already
  Handle handle(Path path, boolean exists) {
    return new Handle(path, exists);
  }

  /// A file that may be open.
  final class Handle {
    private final Path path;
    private boolean exists;
    private @Nullable DiskFile file;
    private Handle newer = this;
    private Handle older = this;

    private Handle(Path path, boolean exists) {
      this.path = path;
      this.exists = exists;
    }

    Path path() {
      return path;
    }

    /// The open file: use it at once, do not keep it.
    DiskFile file() throws IOException {
      var opened = file;
      if (opened == null) {
        if (exists && !disk.exists(path)) {
          throw new NoSuchFileException(path.toString());
        }
        while (open >= max) {
          ring.newer.close();
        }
        opened = disk.open(path);
        exists = true;
        file = opened;
        open++;
      } else {
        unlink();
      }
      link();
      return opened;
    }

    void close() throws IOException {
      var opened = file;
      if (opened != null) {
        unlink();
        file = null;
        open--;
        opened.close();
      }
    }

    void delete() throws IOException {
      close();
      disk.delete(path);
      exists = false;
    }

    private void unlink() {
      newer.older = older;
      older.newer = newer;
    }

    private void link() {
      newer = ring;
      older = ring.older;
      older.newer = this;
      ring.older = this;
    }
  }
}

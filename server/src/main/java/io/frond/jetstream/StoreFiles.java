package io.frond.jetstream;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/// Deletes what a deleted stream leaves. Any thread.
final class StoreFiles {
  private StoreFiles() {}

  /// Deletes a directory of files and directories.
  static void deleteTree(Disk disk, Path directory) throws IOException {
    for (var name : disk.list(directory)) {
      var path = directory.resolve(name);
      deleteTree(disk, path);
    }
    disk.delete(directory);
  }
}

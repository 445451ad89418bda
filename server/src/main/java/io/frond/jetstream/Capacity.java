package io.frond.jetstream;

import io.frond.disk.Disk;
import io.frond.options.JetStreamOptions;
import java.io.IOException;
import java.nio.file.Path;

/// How much JetStream may store where the configuration says "by the machine".
final class Capacity {
  private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB", "EB"};

  private Capacity() {}

  /// The options with figures: three quarters of the JVM's heap, where memory streams are; and of
  /// the disk what the streams have and three quarters of what is free.
  ///
  /// @param stored bytes that file streams have already
  static JetStreamOptions resolve(JetStreamOptions options, Disk disk, Path root, long stored)
      throws IOException {
    var memory = options.maxMemory();
    var file = options.maxFile();
    return options.withStorage(
        memory < 0 ? quarters(Runtime.getRuntime().maxMemory()) : memory,
        file < 0 ? stored + quarters(disk.usableBytes(root)) : file);
  }

  private static long quarters(long bytes) {
    return bytes / 4 * 3;
  }

  /// Bytes as nats-server's log has them: `17.66 GB`.
  static String text(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    var unit = 0;
    var size = bytes / 1024.0;
    while (size >= 1024) {
      size /= 1024;
      unit++;
    }
    var hundredths = Math.round(size * 100);
    var rest = hundredths % 100;
    return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + " " + UNITS[unit];
  }
}

package io.frond.server;

import io.frond.disk.Disk;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The name that the servers of a cluster without a configured one agreed on: kept in the store, so
/// that a leaf knows the cluster again when all its servers were started anew. Any thread; the
/// monitor is held while the disk is waited for.
final class ClusterNameFile {
  private static final String FILE = "cluster";
  private static final int BYTES_MAX = 64;
  private static final Pattern NAME = Pattern.compile("[0-9A-Za-z]{22}");

  private final Disk disk;
  private final Path folder;
  private final Executor worker;
  private final Log log;
  private String stored = "";
  private volatile String wanted = "";

  /// @param worker where the disk may be waited for
  ClusterNameFile(Disk disk, Path folder, Executor worker, Log log) {
    this.disk = disk;
    this.folder = folder;
    this.worker = worker;
    this.log = log;
  }

  /// What was kept; null when there is nothing that could be such a name.
  synchronized @Nullable String read() {
    var path = folder.resolve(FILE);
    if (!disk.exists(path)) {
      return null;
    }
    try (var file = disk.open(path)) {
      var bytes = ByteBuffer.allocate(BYTES_MAX);
      var count = file.read(bytes, 0);
      var text = new String(bytes.array(), 0, count, StandardCharsets.US_ASCII).strip();
      if (NAME.matcher(text).matches()) {
        stored = text;
        return text;
      }
      log.warn("The cluster's name in " + path + " is damaged: another one is made");
    } catch (IOException e) {
      log.warn("The cluster's name cannot be read, another one is made: " + e.getMessage());
    }
    return null;
  }

  /// The name is this one from now on.
  void keep(String name) {
    wanted = name;
    try {
      worker.execute(this::write); // the last one, whichever of them is the last to run
    } catch (RejectedExecutionException e) {
      log.debug("The cluster's name: the server ends");
    }
  }

  private synchronized void write() {
    var name = wanted;
    if (name.equals(stored)) {
      return;
    }
    try {
      disk.createDirectories(folder);
      var fresh = folder.resolve(FILE + ".new");
      try (var file = disk.open(fresh)) {
        file.truncate(0);
        file.write(ByteBuffer.wrap((name + '\n').getBytes(StandardCharsets.US_ASCII)), 0);
        file.force();
      }
      disk.rename(fresh, folder.resolve(FILE));
      disk.forceDirectory(folder);
      stored = name;
    } catch (IOException e) {
      log.warn("The cluster's name cannot be stored: " + e.getMessage());
    }
  }
}

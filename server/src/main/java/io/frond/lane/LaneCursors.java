package io.frond.lane;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import io.frond.disk.RealDisk;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How far each lane of a leaf below has come: the highest sequence that was taken of it, in memory
/// and in a file of records, of which the last one of a lane counts.
///
/// A record: CRC32C of the rest (i32), length of the id (u8), id, sequence (i64). Reading ends at
/// the first record that is damaged: it was being written when the server ended, and nobody was
/// told that it is safe.
///
/// Any thread; the monitor guards all but the file, which one task at a time writes.
final class LaneCursors implements AutoCloseable {
  /// Lanes that are remembered; beyond that those go that were not heard of for the longest time.
  static final int LANES_MAX = 1 << 16;

  static final String FILE = "lanes";
  private static final String NEXT_FILE = "lanes.new";

  /// The file is written anew when it is so large, and twice as large as it needs to be.
  private static final long REWRITE_BYTES = 1 << 20;

  private final @Nullable Path directory;
  private final Disk disk = new RealDisk();
  private final long rewriteBytes;
  private final Executor worker;
  private final Log log;
  private final LinkedHashMap<String, Long> taken = new LinkedHashMap<>(16, 0.75f, true);
  private Map<String, Long> changed = new HashMap<>();
  private List<Runnable> waiting = new ArrayList<>();
  private boolean writing;
  private boolean closed;

  // of the task that writes
  private @Nullable DiskFile file;
  private long end;

  /// @param directory where the file is; null for a server without a store: it then forgets the
  ///   lanes when it ends
  /// @param worker writes
  LaneCursors(@Nullable Path directory, Executor worker, Log log) {
    this(directory, REWRITE_BYTES, worker, log);
  }

  /// @param rewriteBytes size from which on the file is written anew
  LaneCursors(@Nullable Path directory, long rewriteBytes, Executor worker, Log log) {
    this.directory = directory;
    this.rewriteBytes = rewriteBytes;
    this.worker = worker;
    this.log = log;
  }

  /// Reads what there is.
  void open() throws IOException {
    if (directory == null) {
      return;
    }
    disk.createDirectories(directory);
    var opened = disk.open(directory.resolve(FILE));
    file = opened;
    var all = ByteBuffer.allocate(Math.toIntExact(opened.size()));
    var length = opened.read(all, 0);
    all.flip();
    synchronized (this) {
      while (read(all)) {}
    }
    end = all.position();
    if (end < length) {
      log.warn("the file of lanes' cursors ends with a damaged record, which is left out");
      opened.truncate(end);
    }
  }

  private boolean read(ByteBuffer from) {
    var at = from.position();
    if (from.remaining() < 13) {
      return false;
    }
    var idLength = from.get(at + 4) & 0xff;
    var length = 13 + idLength;
    if (from.remaining() < length || from.getInt(at) != sum(from.slice(at + 4, length - 4))) {
      return false;
    }
    var id = new byte[idLength];
    from.get(at + 5, id);
    taken.put(new String(id, StandardCharsets.UTF_8), from.getLong(at + 5 + idLength));
    from.position(at + length);
    return true;
  }

  private static int sum(ByteBuffer of) {
    var crc = new CRC32C();
    crc.update(of);
    return (int) crc.getValue();
  }

  /// The highest sequence of a lane that was taken, 0 for none.
  synchronized long of(String id) {
    var known = taken.get(id);
    return known == null ? 0 : known;
  }

  /// Notes that a message is being taken.
  ///
  /// @return false when it, or one behind it, was taken before
  synchronized boolean take(String id, long sequence) {
    if (sequence <= of(id)) {
      return false;
    }
    taken.put(id, sequence);
    changed.put(id, sequence);
    if (taken.size() > LANES_MAX) {
      var eldest = taken.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return true;
  }

  /// Runs a task when all that was taken so far is on disk; on the worker, or at once.
  void whenSafe(Runnable task) {
    if (directory == null) {
      task.run();
      return;
    }
    synchronized (this) {
      waiting.add(task);
      if (writing || closed) {
        return;
      }
      writing = true;
    }
    worker.execute(this::write);
  }

  private void write() {
    while (true) {
      Map<String, Long> records;
      List<Runnable> tasks;
      synchronized (this) {
        if (waiting.isEmpty() || closed) {
          writing = false;
          notifyAll();
          return;
        }
        records = changed;
        changed = new HashMap<>();
        tasks = waiting;
        waiting = new ArrayList<>();
      }
      try {
        append(records);
        tasks.forEach(Runnable::run);
      } catch (IOException e) {
        // nobody is answered: lanes try again
        log.error("lanes' cursors cannot be written: " + e.getMessage());
        synchronized (this) {
          records.forEach(changed::putIfAbsent);
        }
      }
    }
  }

  private void append(Map<String, Long> records) throws IOException {
    var to = file;
    if (to == null) {
      throw new IOException("not open");
    }
    if (!records.isEmpty()) {
      var bytes = encode(records);
      var length = bytes.remaining();
      to.write(bytes, end);
      to.force();
      end += length;
      if (end > rewriteBytes) {
        rewrite();
      }
    }
  }

  private static ByteBuffer encode(Map<String, Long> records) {
    var to = ByteBuffer.allocate(records.size() * (13 + 255));
    records.forEach((id, sequence) -> {
      var name = id.getBytes(StandardCharsets.UTF_8);
      var at = to.position();
      to.putInt(0).put((byte) name.length).put(name).putLong(sequence);
      to.putInt(at, sum(to.slice(at + 4, to.position() - at - 4)));
    });
    return to.flip();
  }

  private void rewrite() throws IOException {
    var in = directory;
    Map<String, Long> all;
    synchronized (this) {
      all = new LinkedHashMap<>(taken);
    }
    var bytes = encode(all);
    if (in == null || 2L * bytes.remaining() > end) {
      return;
    }
    var length = bytes.remaining();
    var next = disk.open(in.resolve(NEXT_FILE));
    next.truncate(0);
    next.write(bytes, 0);
    next.force();
    var old = file;
    disk.rename(in.resolve(NEXT_FILE), in.resolve(FILE));
    disk.forceDirectory(in);
    file = next;
    end = length;
    if (old != null) {
      old.close();
    }
  }

  /// Closes the file when the task that writes it has ended.
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      while (writing) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
    if (file != null) {
      file.close();
    }
  }
}

package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How far a receiver has settled what each source sent, so that it recognises what it gets again.
/// It survives the end of the process, however that comes: a change is in the operating system's
/// hands when [Source#settle] returns. It is not synced: after a power failure some may be older,
/// and then something is delivered twice.
///
/// Each source has a place in the file with two copies, written in turns; the higher one that is
/// whole counts. There are places for so many sources; when all are taken the source that has not
/// settled anything for the longest time is forgotten.
///
/// Any thread. The monitor guards the places, not the writing.
public final class ReceivedCursors implements AutoCloseable {
  /// Sources that are remembered.
  public static final int SOURCES_MAX = 1 << 14;

  private static final int ID_MAX = 16;
  private static final int HEADER = 64;
  private static final int COPY = 32;
  private static final int SLOT = 2 * COPY;

  /// Read and filled at a time, whole slots: the file at once, which has a megabyte, would stay in
  /// the process's memory.
  private static final int PART = 1 << 14;

  private static final int VERSION = 1;

  /// "FRONDOCU"
  private static final long MAGIC = 0x55434f444e4f5246L;

  private static final int MILLIS_PER_SECOND = 1000;

  /// One source, as this server receives it. Any thread.
  public final class Source {
    private final String id;
    private final AtomicLong settled;
    private final AtomicLong writes = new AtomicLong();

    /// Its place; -1 for none. Guarded by the outer monitor.
    private int slot;

    /// Whether the place may hold another source's copies. Guarded by the outer monitor.
    private boolean isNew = true;

    private volatile int usedSeconds;

    private Source(String id, long settled, int slot, int usedSeconds) {
      this.id = id;
      this.settled = new AtomicLong(settled);
      this.slot = slot;
      this.usedSeconds = usedSeconds;
    }

    public String id() {
      return id;
    }

    /// The last settled sequence, 0 for none: what is not behind it was received before.
    public long settled() {
      return settled.get();
    }

    /// Remembers that all up to a sequence is settled; an earlier one changes nothing.
    public void settle(long sequence) {
      if (sequence > settled.get() && settled.accumulateAndGet(sequence, Math::max) == sequence) {
        usedSeconds = seconds();
        write(this, sequence);
      }
    }
  }

  private final @Nullable DiskFile file;
  private final int max;
  private final OutageClock clock;
  private final Log log;
  private final Map<String, Source> sources = new HashMap<>();
  private final @Nullable Source[] places;
  private int used;
  private volatile boolean failing;

  private ReceivedCursors(@Nullable DiskFile file, int max, OutageClock clock, Log log) {
    this.file = file;
    this.max = max;
    this.clock = clock;
    this.log = log;
    places = new Source[max];
  }

  /// Opens the file, and makes it when it is not there. What is damaged is reported and begins
  /// anew.
  ///
  /// @param max sources that are remembered
  /// @throws IOException when it cannot be read or written, or is of a later version
  public static ReceivedCursors open(Disk disk, Path path, int max, OutageClock clock, Log log)
      throws IOException {
    var directory = path.getParent();
    if (directory != null) {
      disk.createDirectories(directory);
    }
    var file = disk.open(path);
    try {
      var cursors = new ReceivedCursors(file, max, clock, log);
      cursors.read(file);
      if (directory != null) {
        disk.forceDirectory(directory);
      }
      return cursors;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// Cursors that are gone with the process.
  public static ReceivedCursors inMemory(int max, OutageClock clock, Log log) {
    return new ReceivedCursors(null, max, clock, log);
  }

  private int seconds() {
    return (int) (clock.wallMillis() / MILLIS_PER_SECOND);
  }

  /// A source, which is new unless it was heard of.
  ///
  /// @param id at most 16 bytes in UTF-8
  public synchronized Source source(String id) {
    var known = sources.get(id);
    if (known != null) {
      return known;
    }
    if (id.isEmpty() || id.getBytes(StandardCharsets.UTF_8).length > ID_MAX) {
      throw new IllegalArgumentException("not the id of a source: " + id);
    }
    var source = new Source(id, 0, -1, seconds());
    place(source);
    sources.put(id, source);
    return source;
  }

  /// Sources that are remembered.
  public synchronized int size() {
    return used;
  }

  /// Gives a source a place.
  private void place(Source source) {
    var slot = used;
    if (used < max) {
      used++;
    } else {
      slot = oldest();
      var gone = places[slot];
      if (gone != null) {
        gone.slot = -1;
        sources.remove(gone.id);
      }
    }
    places[slot] = source;
    source.slot = slot;
    source.isNew = true;
  }

  private int oldest() {
    var oldest = 0;
    var least = Integer.MAX_VALUE;
    for (var i = 0; i < max; i++) {
      var each = places[i];
      if (each == null) {
        return i; // it was damaged
      }
      if (each.usedSeconds < least) {
        least = each.usedSeconds;
        oldest = i;
      }
    }
    return oldest;
  }

  private void write(Source source, long sequence) {
    var to = file;
    if (to == null) {
      return;
    }
    var at = (long) HEADER;
    var copies = 1;
    synchronized (this) {
      if (source.slot < 0) { // it was forgotten meanwhile
        place(source);
        sources.put(source.id, source);
      }
      at += (long) SLOT * source.slot;
      copies = source.isNew ? 2 : 1;
      source.isNew = false;
    }
    at += copies == 2 ? 0 : COPY * (source.writes.getAndIncrement() & 1);
    var bytes = Format.buffer(SLOT);
    var id = source.id.getBytes(StandardCharsets.UTF_8);
    for (var i = 0; i < copies; i++) {
      bytes.put(COPY * i, id).putLong(COPY * i + ID_MAX, sequence);
      bytes.putInt(COPY * i + ID_MAX + 8, source.usedSeconds);
      bytes.putInt(COPY * (i + 1) - 4, sum(bytes, COPY * i, COPY - 4));
    }
    try {
      to.write(bytes.limit(COPY * copies), at);
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        failing = true;
        log.warn(
            "Leaf node outage log: "
                + to
                + " cannot be written; after a restart messages may come twice: "
                + e);
      }
    }
  }

  private static int sum(ByteBuffer bytes, int at, int length) {
    var crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset() + at, length);
    return (int) crc.getValue() ^ (int) MAGIC;
  }

  // Reading.

  private void read(DiskFile from) throws IOException {
    var header = Format.buffer(HEADER);
    from.read(header, 0);
    if (!isHeader(header.flip(), from)) {
      if (header.limit() > 0) {
        log.warn("Leaf node outage log: the header of " + from + " is damaged");
      }
      writeHeader(from);
    }
    var end = HEADER + (long) SLOT * max;
    var damaged = readSlots(from, Math.min(from.size(), end));
    fill(from, end);
    if (damaged > 0) {
      log.warn(
          "Leaf node outage log: "
              + damaged
              + " positions in "
              + from
              + " are damaged; messages that were received before may come again");
    }
  }

  /// @return how many copies are damaged
  private int readSlots(DiskFile from, long end) throws IOException {
    var damaged = 0;
    var part = Format.buffer(PART);
    for (var at = (long) HEADER; at < end; at += PART) {
      part.clear().limit((int) Math.min(PART, end - at));
      from.read(part, at);
      part.flip();
      var first = (int) ((at - HEADER) / SLOT);
      for (var slot = 0; slot < part.limit(); slot += SLOT) {
        damaged += readSlot(part, slot, first + slot / SLOT);
      }
    }
    return damaged;
  }

  /// What nobody wrote could be anything.
  private static void fill(DiskFile file, long end) throws IOException {
    var zeros = Format.buffer(PART);
    for (var at = file.size(); at < end; at += zeros.limit()) {
      file.write(zeros.clear().limit((int) Math.min(PART, end - at)), at);
    }
  }

  private static boolean isHeader(ByteBuffer bytes, DiskFile file) throws IOException {
    if (bytes.limit() < HEADER
        || bytes.getLong(0) != MAGIC
        || bytes.getInt(12) != sum(bytes, 0, 12)) {
      return false;
    }
    if (bytes.getInt(8) != VERSION) {
      throw new IOException(
          file + " has version " + bytes.getInt(8) + ", this program reads version " + VERSION);
    }
    return true;
  }

  private static void writeHeader(DiskFile file) throws IOException {
    var header = Format.buffer(HEADER);
    header.putLong(0, MAGIC).putInt(8, VERSION);
    header.putInt(12, sum(header, 0, 12));
    file.write(header, 0);
    file.force();
  }

  /// @param from where it begins in `bytes`
  /// @return how many of its copies are damaged
  private synchronized int readSlot(ByteBuffer bytes, int from, int slot) {
    var best = -1;
    var damaged = 0;
    for (var at = from; at < from + SLOT; at += COPY) {
      if (isCopy(bytes, at)) {
        best = best < 0 || sequence(bytes, at) > sequence(bytes, best) ? at : best;
      } else if (!isEmpty(bytes, at)) {
        damaged++;
      }
    }
    if (best < 0) {
      return damaged;
    }
    var length = 0;
    while (length < ID_MAX && bytes.get(best + length) != 0) {
      length++;
    }
    var id = StandardCharsets.UTF_8.decode(bytes.slice(best, length)).toString();
    var known = sources.get(id);
    if (known != null) { // it had two places: it was forgotten once, and came again
      known.settled.accumulateAndGet(sequence(bytes, best), Math::max);
      return damaged;
    }
    var source = new Source(id, sequence(bytes, best), -1, bytes.getInt(best + ID_MAX + 8));
    source.slot = slot;
    source.isNew = false;
    source.writes.set(best == from ? 1 : 0);
    places[source.slot] = source;
    sources.put(id, source);
    used = Math.max(used, source.slot + 1);
    return damaged;
  }

  private static long sequence(ByteBuffer bytes, int at) {
    return bytes.getLong(at + ID_MAX);
  }

  private static boolean isCopy(ByteBuffer bytes, int at) {
    return at + COPY <= bytes.limit()
        && bytes.getInt(at + COPY - 4) == sum(bytes, at, COPY - 4)
        && bytes.get(at) != 0;
  }

  private static boolean isEmpty(ByteBuffer bytes, int at) {
    for (var i = at; i < Math.min(at + COPY, bytes.limit()); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /// Nothing is written any more.
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.force();
      file.close();
    }
  }
}

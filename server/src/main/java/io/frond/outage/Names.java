package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Short numbers for the names of sessions and of groups. What a file holds with such a number is
/// written after the name itself. Any thread; the monitor guards the maps, the writer owns the
/// file.
final class Names {
  private static final int HEADER = 12;
  private static final int NAME_BYTES_MAX = 1 << 16;
  private static final String FILE = "names";
  private static final String DRAFT = "names.new";

  private final Map<String, Integer> byName = new HashMap<>();
  private final Map<Integer, String> byHandle = new HashMap<>();
  private final List<Integer> unwritten = new ArrayList<>();
  private final @Nullable Disk disk;
  private final Path directory;
  private int last;
  private @Nullable DiskFile file;
  private long size;

  private Names(@Nullable Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  static Names inMemory() {
    return new Names(null, Path.of(""));
  }

  /// Reads what is there.
  static Names open(Disk disk, Path directory, Log log) throws IOException {
    var names = new Names(disk, directory);
    names.read(disk, log);
    return names;
  }

  private void read(Disk disk, Log log) throws IOException {
    var path = directory.resolve(FILE);
    if (!disk.exists(path)) {
      return;
    }
    ByteBuffer all;
    try (var from = disk.open(path)) {
      all = Format.buffer(Math.toIntExact(from.size()));
      from.read(all, 0);
    }
    all.flip();
    var end = 0;
    for (var at = 0; at + HEADER <= all.limit(); ) {
      var length = all.getInt(at + 4);
      if (length < 0
          || length > Math.min(NAME_BYTES_MAX, all.limit() - at - HEADER)
          || all.getInt(at) != sum(all, at + 4, HEADER - 4 + length)) {
        at++;
        continue;
      }
      var text = new byte[length];
      all.get(at + HEADER, text);
      put(all.getInt(at + 8), new String(text, StandardCharsets.UTF_8));
      if (at > end) {
        log.warn("Leaf node outage log: " + (at - end) + " bytes of " + path + " are damaged");
      }
      at += HEADER + length;
      end = at;
    }
  }

  private static int sum(ByteBuffer bytes, int at, int length) {
    var crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset() + at, length);
    return (int) crc.getValue();
  }

  private void put(int handle, String name) {
    byName.put(name, handle);
    byHandle.put(handle, name);
    last = Math.max(last, handle);
  }

  synchronized int of(String name) {
    var known = byName.get(name);
    if (known != null) {
      return known;
    }
    var handle = last + 1;
    put(handle, name);
    unwritten.add(handle);
    return handle;
  }

  synchronized @Nullable String name(int handle) {
    return byHandle.get(handle);
  }

  /// Forgets all but some and begins a new file. At the start.
  ///
  /// @param lastMin handles up to this one are not given out again
  synchronized void keep(Set<Integer> handles, int lastMin) throws IOException {
    byHandle.keySet().retainAll(handles);
    byName.values().retainAll(handles);
    last = Math.max(last, lastMin);
    unwritten.clear();
    unwritten.addAll(byHandle.keySet());
    if (disk == null) {
      return;
    }
    var draft = directory.resolve(DRAFT);
    disk.delete(draft);
    try (var fresh = disk.open(draft)) {
      var bytes = take();
      size = bytes.remaining();
      fresh.write(bytes, 0);
      fresh.force();
    }
    disk.rename(draft, directory.resolve(FILE));
    disk.forceDirectory(directory);
  }

  private synchronized ByteBuffer take() {
    var texts = new ArrayList<byte[]>();
    var length = 0;
    for (var handle : unwritten) {
      var text = String.valueOf(byHandle.get(handle)).getBytes(StandardCharsets.UTF_8);
      texts.add(text);
      length += HEADER + text.length;
    }
    var bytes = Format.buffer(length);
    for (var i = 0; i < texts.size(); i++) {
      var at = bytes.position();
      bytes.putInt(0).putInt(texts.get(i).length).putInt(unwritten.get(i)).put(texts.get(i));
      bytes.putInt(at, sum(bytes, at + 4, bytes.position() - at - 4));
    }
    unwritten.clear();
    return bytes.flip();
  }

  /// Makes all names safe that were given numbers so far. The writer.
  void flush() throws IOException {
    if (disk == null) {
      return;
    }
    List<Integer> taken;
    ByteBuffer bytes;
    synchronized (this) {
      taken = List.copyOf(unwritten);
      bytes = take();
    }
    if (!bytes.hasRemaining()) {
      return;
    }
    try {
      var to = file;
      if (to == null) {
        to = disk.open(directory.resolve(FILE));
        file = to;
      }
      var length = bytes.remaining();
      to.write(bytes, size);
      to.force();
      size += length;
    } catch (IOException e) {
      synchronized (this) {
        unwritten.addAll(0, taken);
      }
      close();
      throw e;
    }
  }

  /// The writer, or after it has ended.
  void close() {
    var open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // What counts was forced before.
      }
    }
  }
}

package io.frond.session;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far each source of another server is settled, remembered beyond this process: in a file that
/// is mapped into memory, so that a killed process has written what it had put. (A power failure
/// may take the last moments; then messages come again.) Any thread; the monitor guards all.
public final class Cursors implements AutoCloseable {
  /// A record: the source's name, padded with zeros, then its sequence, and its check.
  private static final int NAME = 16;

  private static final int RECORD = 32;
  private static final int RECORDS_STEP = 1024;
  private static final int RECORDS_MAX = 1 << 20;

  private final Map<String, Integer> places = new HashMap<>();
  private final @Nullable FileChannel file;
  private @Nullable MappedByteBuffer memory;
  private int records;

  private Cursors(@Nullable FileChannel file) {
    this.file = file;
  }

  /// Cursors that are gone with the process.
  public static Cursors inMemory() {
    return new Cursors(null);
  }

  /// @throws IOException when the file cannot be read or written
  public static Cursors open(Path path) throws IOException {
    var folder = path.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    var opened =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var cursors = new Cursors(opened);
    try {
      cursors.load();
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    return cursors;
  }

  private synchronized void load() throws IOException {
    var there = (int) Math.min(RECORDS_MAX, size() / RECORD);
    map(Math.max(RECORDS_STEP, there));
    var from = memory;
    if (from == null) {
      return;
    }
    for (var i = 0; i < there; i++) {
      var name = new byte[NAME];
      from.get(i * RECORD, name);
      var sequence = from.getLong(i * RECORD + NAME);
      var check = from.getLong(i * RECORD + NAME + 8);
      if (name[0] != 0 && check == ~sequence) { // else it is free, or was being written
        places.put(text(name), i);
      }
      if (name[0] != 0) {
        records = i + 1;
      }
    }
  }

  private long size() throws IOException {
    return file == null ? 0 : file.size();
  }

  private void map(int count) throws IOException {
    if (file != null) {
      memory = file.map(FileChannel.MapMode.READ_WRITE, 0, (long) count * RECORD);
    }
  }

  private static String text(byte[] name) {
    var length = 0;
    while (length < NAME && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.ISO_8859_1);
  }

  /// The last sequence that was put for a source, 0 for none.
  synchronized long get(String source) {
    var place = places.get(source);
    return place == null || memory == null ? 0 : memory.getLong(place * RECORD + NAME);
  }

  synchronized void put(String source, long sequence) {
    if (file == null || source.length() > NAME) {
      return;
    }
    var place = places.get(source);
    if (place == null) {
      place = add(source);
      if (place < 0) {
        return;
      }
    }
    var to = memory;
    if (to != null) {
      to.putLong(place * RECORD + NAME + 8, ~sequence);
      to.putLong(place * RECORD + NAME, sequence);
    }
  }

  private int add(String source) {
    var place = records;
    var to = memory;
    if (to != null && (place + 1) * RECORD > to.capacity()) {
      if (place >= RECORDS_MAX) {
        return -1;
      }
      try {
        map(place + RECORDS_STEP);
      } catch (IOException e) {
        return -1; // it is settled all the same, and may come again after a restart
      }
      to = memory;
    }
    if (to == null) {
      return -1;
    }
    records = place + 1;
    var name = new byte[NAME];
    var bytes = source.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, name, 0, bytes.length);
    to.put(place * RECORD, name);
    places.put(source, place);
    return place;
  }

  @Override
  public synchronized void close() throws IOException {
    memory = null;
    if (file != null) {
      file.close();
    }
  }
}

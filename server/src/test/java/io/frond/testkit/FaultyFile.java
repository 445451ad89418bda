package io.frond.testkit;

import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// An open file of a [FaultyDisk], whose monitor guards everything.
final class FaultyFile implements DiskFile {
  private static final int SECTOR = 512;

  /// What was done to a file and is not safe yet: bytes written at a place, or (null) a new size.
  private record Change(long at, byte[] bytes, boolean truncation) {}

  /// A file's bytes, now and after a power failure.
  static final class Content {
    private byte[] bytes = {};
    private byte[] safe = {};
    private final List<Change> unsafe = new ArrayList<>();
    long size;
    private int safeSize;

    /// The same bytes, all safe.
    Content copy() {
      var copy = new Content();
      copy.replace(bytes());
      return copy;
    }

    byte[] bytes() {
      return Arrays.copyOf(bytes, (int) size);
    }

    void replace(byte[] all) {
      bytes = all;
      safe = all.clone();
      size = all.length;
      safeSize = all.length;
      unsafe.clear();
    }

    private void write(long at, byte[] added) {
      bytes = put(bytes, at, added, 0, added.length);
      size = Math.max(size, at + added.length);
      unsafe.add(new Change(at, added, false));
    }

    private void truncate(long to) {
      if (to < size) {
        Arrays.fill(bytes, (int) to, (int) size, (byte) 0);
        size = to;
        unsafe.add(new Change(to, new byte[0], true));
      }
    }

    private void force() {
      for (var change : unsafe) {
        survive(change, 0, change.bytes.length);
      }
      unsafe.clear();
    }

    /// Each change survives wholly, in some sectors, or not at all.
    private void survivePartly(Random random) {
      for (var change : unsafe) {
        switch (random.nextInt(3)) {
          case 0 -> survive(change, 0, change.bytes.length);
          case 1 -> tear(change, random);
          default -> {}
        }
      }
      unsafe.clear();
    }

    private void tear(Change change, Random random) {
      for (var from = 0; from < change.bytes.length; ) {
        var to = (int) Math.min(change.bytes.length, from + SECTOR - (change.at + from) % SECTOR);
        if (random.nextBoolean()) {
          survive(change, from, to);
        }
        from = to;
      }
    }

    private void survive(Change change, int from, int to) {
      if (change.truncation) {
        if (change.at < safeSize) {
          Arrays.fill(safe, (int) change.at, safeSize, (byte) 0);
          safeSize = (int) change.at;
        }
        return;
      }
      safe = put(safe, change.at + from, change.bytes, from, to);
      safeSize = Math.max(safeSize, (int) change.at + to);
    }

    void crash(Random random) {
      survivePartly(random);
      bytes = Arrays.copyOf(safe, safeSize);
      size = safeSize;
    }

    private static byte[] put(byte[] into, long at, byte[] from, int start, int end) {
      var needed = (int) at + end - start;
      var room = into.length >= needed ? into : Arrays.copyOf(into, Math.max(needed, needed * 2));
      System.arraycopy(from, start, room, (int) at, end - start);
      return room;
    }
  }

  private final FaultyDisk disk;
  private final int life;
  private final Path path;
  private final Content content;
  private boolean closed;

  FaultyFile(FaultyDisk disk, int life, Path path, Content content) {
    this.disk = disk;
    this.life = life;
    this.path = path;
    this.content = content;
  }

  private void check() throws IOException {
    disk.checkAlive(life, path);
    if (closed) {
      throw new FileSystemException(path.toString(), null, "is closed");
    }
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    synchronized (disk) {
      check();
      var room = disk.changeAndRoom(path, content, at, from.remaining());
      var all = from.remaining() == room;
      var bytes = new byte[room];
      from.get(bytes);
      content.write(at, bytes);
      if (!all) {
        throw new FileSystemException(path.toString(), null, "No space left on device");
      }
    }
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    synchronized (disk) {
      check();
      disk.read(path);
      var count = (int) Math.min(into.remaining(), Math.max(0, content.size - at));
      if (count > 0) {
        into.put(content.bytes, (int) at, count);
      }
      return count;
    }
  }

  @Override
  public long size() throws IOException {
    synchronized (disk) {
      check();
      return content.size;
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    synchronized (disk) {
      check();
      disk.changeSize(path);
      content.truncate(size);
    }
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      check();
      if (!disk.changeAndForce(path)) {
        content.survivePartly(disk.random());
        throw new FileSystemException(path.toString(), null, "Input/output error");
      }
      content.force();
    }
  }

  @Override
  public void close() {
    synchronized (disk) {
      closed = true;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

package io.frond.backup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes a tar archive in pieces of any size and gives the files in it (POSIX ustar and pax). One
/// thread.
final class TarReader implements Sink {
  /// Bytes of one file at most: nats-server's blocks are smaller, but for one large message.
  static final int FILE_MAX = 128 << 20;

  private final Files files;
  private final byte[] header = new byte[TarWriter.BLOCK];
  private int headerLength;
  private byte[] content = new byte[0];
  private int contentLength;
  private int size;
  private int padding;
  private boolean inFile;
  private boolean ended;
  private @Nullable String longName;

  TarReader(Files files) {
    this.files = files;
  }

  /// Takes a file; its content is its own.
  interface Files {
    void file(String name, byte[] content) throws BackupException;
  }

  @Override
  public void bytes(byte[] buffer, int from, int length) throws BackupException {
    var at = from;
    var end = from + length;
    while (at < end) {
      if (inFile) {
        var take = Math.min(size - contentLength, end - at);
        grow(contentLength + take);
        System.arraycopy(buffer, at, content, contentLength, take);
        contentLength += take;
        at += take;
        if (contentLength == size) {
          endFile();
        }
      } else if (padding > 0) {
        var skip = Math.min(padding, end - at);
        padding -= skip;
        at += skip;
      } else {
        var take = Math.min(TarWriter.BLOCK - headerLength, end - at);
        System.arraycopy(buffer, at, header, headerLength, take);
        headerLength += take;
        at += take;
        if (headerLength == TarWriter.BLOCK) {
          headerLength = 0;
          beginFile();
        }
      }
    }
  }

  private void grow(int needed) {
    if (content.length < needed) {
      content = Arrays.copyOf(content, Math.min(size, Math.max(needed, content.length * 2)));
    }
  }

  /// Whether the archive's end was there.
  boolean isComplete() {
    return ended;
  }

  private void beginFile() throws BackupException {
    if (isZero()) {
      ended = true;
      return;
    }
    checkSum();
    var length = octal(124, 12);
    if (length > FILE_MAX) {
      throw new BackupException("a file in the archive is too large");
    }
    size = (int) length;
    padding = -size & (TarWriter.BLOCK - 1);
    content = new byte[Math.min(size, 64 << 10)];
    contentLength = 0;
    inFile = true;
    if (size == 0) {
      endFile();
    }
  }

  private boolean isZero() {
    for (var b : header) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void checkSum() throws BackupException {
    var sum = 0;
    for (var i = 0; i < header.length; i++) {
      sum += (i >= 148 && i < 156) ? ' ' : header[i] & 0xff;
    }
    if (sum != octal(148, 8)) {
      throw new BackupException("not a tar archive");
    }
  }

  private long octal(int at, int width) throws BackupException {
    var value = 0L;
    for (var i = at; i < at + width; i++) {
      var b = header[i];
      if (b >= '0' && b <= '7') {
        value = value * 8 + (b - '0');
      } else if (b != ' ' && b != 0) {
        throw new BackupException("not a tar archive");
      }
    }
    return value;
  }

  private void endFile() throws BackupException {
    inFile = false;
    var all = content.length == size ? content : Arrays.copyOf(content, size);
    content = new byte[0];
    switch (header[156]) {
      case 'x' -> longName = path(new String(all, StandardCharsets.UTF_8));
      case 'g' -> {}
      case '0', 0 -> {
        var name = longName == null ? text(0, 100) : longName;
        longName = null;
        files.file(name, all);
      }
      default -> throw new BackupException("unexpected content");
    }
  }

  private String text(int at, int length) {
    var end = at;
    while (end < at + length && header[end] != 0) {
      end++;
    }
    return new String(header, at, end - at, StandardCharsets.UTF_8);
  }

  /// The name that pax records give, null when they give none.
  private static @Nullable String path(String records) {
    for (var record : records.split("\n", -1)) {
      var at = record.indexOf(" path=");
      if (at > 0) {
        return record.substring(at + 6);
      }
    }
    return null;
  }
}

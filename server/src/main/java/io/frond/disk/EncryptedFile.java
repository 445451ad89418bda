package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.crypto.spec.SecretKeySpec;

/// A file of an [EncryptedDisk].
final class EncryptedFile implements DiskFile {
  private final DiskFile file;
  private final DiskCipher cipher;
  private final SecretKeySpec key;
  private final CipherPool pool;
  private volatile EncryptedHeader header;

  EncryptedFile(
      DiskFile file,
      DiskCipher cipher,
      SecretKeySpec key,
      CipherPool pool,
      EncryptedHeader header) {
    this.file = file;
    this.cipher = cipher;
    this.key = key;
    this.pool = pool;
    this.header = header;
  }

  private static long physical(long at) {
    return at + EncryptedHeader.BYTES;
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    var work = pool.take(cipher);
    try {
      for (var place = at; from.hasRemaining(); ) {
        var count = Math.min(from.remaining(), work.bytes().length);
        from.get(work.bytes(), 0, count);
        apply(work, place, count);
        file.write(ByteBuffer.wrap(work.bytes(), 0, count), physical(place));
        place += count;
      }
    } finally {
      pool.give(work);
    }
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    var work = pool.take(cipher);
    try {
      var done = 0;
      while (into.hasRemaining()) {
        var wanted = Math.min(into.remaining(), work.bytes().length);
        var count = file.read(ByteBuffer.wrap(work.bytes(), 0, wanted), physical(at + done));
        apply(work, at + done, count);
        into.put(work.bytes(), 0, count);
        done += count;
        if (count < wanted) {
          break;
        }
      }
      return done;
    } finally {
      pool.give(work);
    }
  }

  /// Encrypts or decrypts the first bytes of the scratch memory, each part with its epoch's stream.
  private void apply(CipherPool.Work work, long at, int length) {
    var epochs = header.epochs();
    for (var i = 0; i < epochs.size(); i++) {
      var from = Math.max(at, epochs.get(i).from());
      var end = i + 1 < epochs.size() ? epochs.get(i + 1).from() : Long.MAX_VALUE;
      var to = Math.min(at + length, end);
      if (from < to) {
        cipher.apply(
            work.cipher(),
            key,
            epochs.get(i).number(),
            from,
            work.bytes(),
            (int) (from - at),
            (int) (to - from));
      }
    }
  }

  @Override
  public long size() throws IOException {
    return Math.max(0, file.size() - EncryptedHeader.BYTES);
  }

  /// {@inheritDoc}
  ///
  /// The header is changed, and safe, before anything is cut off: so nothing that is written later
  /// can be without its epoch.
  @Override
  public void truncate(long size) throws IOException {
    if (size < size()) {
      var changed = header.truncated(size);
      changed.replace(file);
      header = changed;
      file.truncate(physical(size));
    }
  }

  @Override
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void reserve(long from, long to) throws IOException {
    file.reserve(physical(from), physical(to));
  }

  @Override
  public void erase(long from, long to) throws IOException {
    file.erase(physical(from), physical(to));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}

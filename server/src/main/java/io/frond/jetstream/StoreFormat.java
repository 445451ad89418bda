package io.frond.jetstream;

import io.frond.disk.Disk;
import io.frond.disk.DiskCipher;
import io.frond.disk.EncryptedDisk;
import io.frond.logging.Log;
import io.frond.options.JetStreamOptions.Cipher;
import io.frond.options.JetStreamOptions.Encryption;
import io.frond.outage.OutageLogs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The file `format` of a store: which version of the formats it has, and, by being encrypted
/// itself, whether the store is. At a start it decides whether the configured key fits, before
/// anything else is read.
///
/// A store that is not encrypted is encrypted when a key is given for the first time; one with the
/// previous key gets the new one; a store with a key is never opened without it. Any thread, before
/// the store is used.
///
/// Little endian: magic u32, version u16, state u16, CRC32C of those two u32
/// (docs/storage-format.md).
final class StoreFormat {
  private static final String FILE = "format";
  private static final String DRAFT = "format.new";
  private static final String CONVERTED = ".converted";
  private static final String LOCK = "lock";
  private static final int MAGIC = 0x46537246; // "FrSF"
  private static final short VERSION = 1;
  private static final int SIZE = 12;
  private static final short READY = 0;
  private static final short CONVERTING = 1;

  private final Disk raw;
  private final Path root;
  private final Log log;

  private StoreFormat(Disk raw, Path root, Log log) {
    this.raw = raw;
    this.root = root;
    this.log = log;
  }

  /// The disk through which the store is read and written.
  ///
  /// @throws IOException when the key does not fit, or the store is of a later version
  static Disk open(Disk raw, Path root, @Nullable Encryption encryption, Log log)
      throws IOException {
    return new StoreFormat(raw, root, log).open(encryption);
  }

  private Disk open(@Nullable Encryption encryption) throws IOException {
    var file = root.resolve(FILE);
    var isEncrypted = isEncrypted();
    if (encryption == null) {
      if (isEncrypted) {
        throw new IOException(
            "the JetStream store in " + root + " is encrypted: jetstream { key } is missing");
      }
      if (!raw.exists(file) || read(raw) != READY) {
        write(raw, READY);
      }
      return raw;
    }
    var disk =
        new EncryptedDisk(
            raw,
            encryption.cipher() == Cipher.AES ? DiskCipher.AES : DiskCipher.CHACHA20,
            encryption.key(),
            encryption.previousKey());
    if (!isEncrypted) {
      var fresh = isEmpty();
      write(disk, fresh ? READY : CONVERTING);
      if (!fresh) {
        log.info("JetStream: encrypting the store in " + root);
      }
    }
    try {
      var converting = read(disk) != READY;
      if (converting || encryption.previousKey() != null) {
        convert(disk, converting);
      }
    } catch (IOException e) {
      throw new IOException("the JetStream store cannot be opened: " + e.getMessage(), e);
    }
    return disk;
  }

  /// By the file `format`; where that is missing or damaged, by the log.
  private boolean isEncrypted() throws IOException {
    var file = root.resolve(FILE);
    if (raw.exists(file)) {
      if (EncryptedDisk.isEncrypted(raw, file)) {
        return true;
      }
      if (read(raw) == READY) {
        return false;
      }
    }
    var logs = root.resolve(JetStream.LOG);
    for (var name : raw.list(logs)) {
      if (EncryptedDisk.isEncrypted(raw, logs.resolve(name))) {
        return true;
      }
    }
    return false;
  }

  private boolean isEmpty() throws IOException {
    return raw.list(root.resolve(JetStream.LOG)).isEmpty()
        && raw.list(root.resolve(OutageLogs.FOLDER)).isEmpty()
        && raw.list(root.resolve(MetaEntries.STREAMS)).isEmpty();
  }

  /// @return the state; [#CONVERTING], which looks at everything, when the file is damaged
  private short read(Disk disk) throws IOException {
    var bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    try (var file = disk.open(root.resolve(FILE))) {
      file.read(bytes, 0);
    }
    var whole = !bytes.hasRemaining() && bytes.getInt(0) == MAGIC && bytes.getInt(8) == sum(bytes);
    if (!whole) {
      log.warn("JetStream: " + root.resolve(FILE) + " is damaged and is written anew");
      return CONVERTING;
    }
    var version = bytes.getShort(4);
    if (version > VERSION) {
      throw new IOException(
          "the JetStream store in "
              + root
              + " has version "
              + version
              + ", this program reads version "
              + VERSION);
    }
    return bytes.getShort(6);
  }

  private void write(Disk disk, short state) throws IOException {
    var bytes =
        ByteBuffer.allocate(SIZE)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .putShort(VERSION)
            .putShort(state);
    bytes.putInt(sum(bytes)).flip();
    var draft = root.resolve(DRAFT);
    disk.delete(draft);
    try (var file = disk.open(draft)) {
      file.write(bytes, 0);
      file.force();
    }
    disk.rename(draft, root.resolve(FILE));
    disk.forceDirectory(root);
  }

  private static int sum(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate().position(4).limit(8));
    return (int) crc.getValue();
  }

  /// Encrypts what is not encrypted with the configured key yet.
  ///
  /// @param plain whether there may be files that are not encrypted
  private void convert(EncryptedDisk disk, boolean plain) throws IOException {
    var files = convert(disk, root, raw.list(root), plain);
    write(disk, READY);
    if (files > 0) {
      log.info("JetStream: " + files + " files were encrypted with the configured key");
    }
  }

  private int convert(EncryptedDisk disk, Path directory, List<String> names, boolean plain)
      throws IOException {
    var files = 0;
    for (var name : names) {
      var path = directory.resolve(name);
      var inside = raw.list(path);
      if (!inside.isEmpty()) {
        files += convert(disk, path, inside, plain);
      } else if (name.endsWith(CONVERTED)) {
        raw.delete(path);
      } else if (!raw.isDirectory(path) && !name.equals(LOCK) && !name.startsWith(FILE)) {
        files += disk.convert(path, directory.resolve(name + CONVERTED), plain) ? 1 : 0;
      }
    }
    return files;
  }
}

package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Encrypts the contents of files on another disk; their names and sizes can be seen. Each file has
/// a key of its own, made of the configured key and the random salt in its header (HKDF-SHA256).
///
/// **What it promises.** Who gets the disk, or a copy of it, but not the key learns nothing of what
/// is in the files. The cipher is a stream: each byte of a file is combined with a byte that
/// depends on key, epoch and place. So two contents that the same place of the same file had with
/// the same epoch can be told apart from noise by who has a copy of both; therefore:
///
/// - A new file, also one made by [#recycle], has a new key.
/// - What is written where [DiskFile#truncate] cut something off gets a new epoch (in one file 36
///   times at ever later places; after that the last epoch goes on).
/// - [DiskFile#reserve] and [DiskFile#erase] write to the disk what is no cipher text.
/// - A place that was written and is written again without those keeps its epoch: files above this
///   are only appended to or replaced as a whole.
///
/// **What it does not.** It keeps contents secret, it does not prove who wrote them: the checksums
/// in the files find accidents, not somebody who changes them with intent. The configured key is
/// not stretched: it has to be long and random, not a password.
///
/// What was never written, between the end of a file and a later write or where space was reserved,
/// reads as anything, not as zeros.
public final class EncryptedDisk implements Disk {
  private static final int COPY_BYTES = 1 << 18;

  private final Disk disk;
  private final DiskCipher cipher;
  private final byte[] key;
  private final byte @Nullable [] previousKey;
  private final CipherPool pool = new CipherPool();
  private final SecureRandom random = new SecureRandom();

  /// @param cipher of new files; those that are there tell their own
  /// @param previousKey files that were made with it can be read and written as before; null for
  ///   none
  public EncryptedDisk(Disk disk, DiskCipher cipher, String key, @Nullable String previousKey) {
    this.disk = disk;
    this.cipher = cipher;
    this.key = key.getBytes(StandardCharsets.UTF_8);
    this.previousKey = previousKey == null ? null : previousKey.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether a file is encrypted, when its first bytes as they are on the disk are these (8 or
  /// more).
  public static boolean isEncrypted(ByteBuffer begin) {
    return begin.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0) == EncryptedHeader.MAGIC;
  }

  /// Whether a file of another disk is encrypted: by one of the two copies of its header.
  public static boolean isEncrypted(Disk disk, Path path) throws IOException {
    try (var file = disk.open(path)) {
      var begin = ByteBuffer.allocate(EncryptedHeader.BYTES);
      file.read(begin, 0);
      return EncryptedHeader.begins(begin);
    }
  }

  /// {@inheritDoc}
  ///
  /// @throws IOException also when the file is not encrypted, or with a key that is not configured
  @Override
  public DiskFile open(Path path) throws IOException {
    var file = disk.open(path);
    try {
      var header = EncryptedHeader.read(file);
      return header == null ? create(file) : open(file, header);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private EncryptedFile open(DiskFile file, EncryptedHeader header) throws IOException {
    for (var candidate : new byte @Nullable [][] {key, previousKey}) {
      if (candidate != null && isOf(candidate, header)) {
        return file(file, candidate, header);
      }
    }
    throw new IOException(file + ": is encrypted with another key than the configured one");
  }

  private static boolean isOf(byte[] configured, EncryptedHeader header) {
    return MessageDigest.isEqual(check(configured, header.salt()), header.check());
  }

  /// Encrypts a file that is not encrypted, or with the previous key, with the configured key. A
  /// crash leaves the old one or the new one. Nobody may have it open.
  ///
  /// @param draft a name beside it that nobody uses
  /// @param plain whether what has no header of an encrypted file is taken for a file that is not
  ///   encrypted; else it stays as it is
  /// @return whether it was changed
  /// @throws IOException also when it is encrypted with a third key
  public boolean convert(Path path, Path draft, boolean plain) throws IOException {
    try (var old = disk.open(path)) {
      var begin = ByteBuffer.allocate(EncryptedHeader.BYTES);
      old.read(begin, 0);
      DiskFile source = old;
      if (EncryptedHeader.begins(begin)) {
        var header = EncryptedHeader.read(old);
        if (header == null || isOf(key, header)) {
          return false;
        }
        source = open(old, header);
      } else if (!plain) {
        return false;
      }
      disk.delete(draft);
      try (var fresh = open(draft)) {
        copy(source, fresh);
        fresh.force();
      }
    }
    disk.rename(draft, path);
    var directory = path.getParent();
    if (directory != null) {
      disk.forceDirectory(directory);
    }
    return true;
  }

  private static void copy(DiskFile from, DiskFile to) throws IOException {
    var part = ByteBuffer.allocate(COPY_BYTES);
    for (var at = 0L; from.read(part.clear(), at) > 0; ) {
      var count = part.flip().remaining();
      to.write(part, at);
      at += count;
    }
  }

  /// Writes a header with a new salt.
  private EncryptedFile create(DiskFile file) throws IOException {
    var salt = new byte[EncryptedHeader.SALT_BYTES];
    random.nextBytes(salt);
    var header =
        new EncryptedHeader(
            cipher.id(), 0, salt, check(key, salt), List.of(new EncryptedHeader.Epoch(0, 0)));
    header.create(file);
    return file(file, key, header);
  }

  private EncryptedFile file(DiskFile file, byte[] configured, EncryptedHeader header)
      throws IOException {
    for (var kind : DiskCipher.values()) {
      if (kind.id() == header.cipher()) {
        return new EncryptedFile(
            file, kind, fileKey(kind, configured, header.salt()), pool, header);
      }
    }
    throw new IOException(file + ": its cipher " + header.cipher() + " is not known");
  }

  private static SecretKeySpec fileKey(DiskCipher kind, byte[] configured, byte[] salt) {
    return kind.key(derive(configured, salt, "frond file key", 32));
  }

  private static byte[] check(byte[] configured, byte[] salt) {
    return derive(configured, salt, "frond key check", EncryptedHeader.CHECK_BYTES);
  }

  private static byte[] derive(byte[] configured, byte[] salt, String purpose, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(configured)
                  .addSalt(salt)
                  .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks HKDF-SHA256", e);
    }
  }

  /// {@inheritDoc}
  ///
  /// What was in it is lost with its old header, whatever key that was for.
  @Override
  public DiskFile recycle(Path from, Path to) throws IOException {
    try (var old = disk.open(from)) {
      create(old);
    }
    disk.rename(from, to);
    return open(to);
  }

  @Override
  public boolean exists(Path path) {
    return disk.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return disk.isDirectory(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    disk.forceDirectory(directory);
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return disk.usableBytes(directory);
  }
}

package io.frond.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// How a message lies in a segment (`docs/storage-format.md`): a fixed part, optional numbers,
/// subject, body. The checksum covers all behind it and is mixed with the segment's number, so that
/// a record that strayed from another file is not taken for one of this. One owner: it holds a
/// checksum in progress.
final class MessageRecord {
  /// Bytes of the part that every record has.
  static final int FIXED = 28;

  static final int LENGTH_AT = 4;
  static final int SEQUENCE_AT = 8;
  static final int TIME_AT = 16;
  static final int SUBJECT_LENGTH_AT = 24;
  static final int FLAGS_AT = 26;
  private static final int MARK_AT = 27;

  /// Stands at its place in every record: where it is not, there is none.
  static final byte MARK = (byte) 0xA7;

  static final int HAS_EXPIRY = 1;
  static final int HAS_HEADERS = 2;

  /// What it held was overwritten; the checksum covers only the fixed part.
  static final int ERASED = 4;

  /// What nats-server counts for each message besides its bytes, and for headers.
  private static final int COUNTED = 30;

  private static final int COUNTED_HEADERS = 4;

  private final CRC32C crc = new CRC32C();

  /// What a message counts against limits.
  static int sizeOf(int subjectLength, int headerLength, int bodyLength) {
    return COUNTED + subjectLength + bodyLength + (headerLength > 0 ? COUNTED_HEADERS : 0);
  }

  /// What the record of a complete message counts against limits.
  static int sizeOf(byte[] bytes, int at) {
    int flags = bytes[at + FLAGS_AT];
    int length = LittleEndian.getInt(bytes, at + LENGTH_AT);
    return length - FIXED + COUNTED - ((flags & HAS_EXPIRY) != 0 ? 8 : 0);
  }

  static int lengthOf(int subjectLength, int headerLength, int bodyLength, long expiry) {
    return FIXED + (expiry != 0 ? 8 : 0) + (headerLength > 0 ? 4 : 0) + subjectLength + bodyLength;
  }

  /// Mixed into checksums of a segment.
  static int salt(long segment) {
    return (int) ((segment * 0x9E37_79B9_7F4A_7C15L) >>> 32);
  }

  /// Writes a record and returns its length.
  int write(
      byte[] to,
      int at,
      int salt,
      long sequence,
      byte[] subject,
      ByteBuffer buffer,
      int bodyAt,
      int headerLength,
      int bodyLength,
      long timestamp,
      long expiry) {
    int flags = 0;
    int next = at + FIXED;
    if (expiry != 0) {
      flags |= HAS_EXPIRY;
      LittleEndian.putLong(to, next, expiry);
      next += 8;
    }
    if (headerLength > 0) {
      flags |= HAS_HEADERS;
      LittleEndian.putInt(to, next, headerLength);
      next += 4;
    }
    System.arraycopy(subject, 0, to, next, subject.length);
    next += subject.length;
    if (bodyLength > 0) {
      buffer.get(bodyAt, to, next, bodyLength);
      next += bodyLength;
    }
    LittleEndian.putInt(to, at + LENGTH_AT, next - at);
    LittleEndian.putLong(to, at + SEQUENCE_AT, sequence);
    LittleEndian.putLong(to, at + TIME_AT, timestamp);
    LittleEndian.putShort(to, at + SUBJECT_LENGTH_AT, subject.length);
    to[at + FLAGS_AT] = (byte) flags;
    to[at + MARK_AT] = MARK;
    seal(to, at, salt, next - at);
    return next - at;
  }

  /// Computes the checksum of a record whose bytes are in place.
  void seal(byte[] to, int at, int salt, int length) {
    LittleEndian.putInt(to, at, checksum(to, at, salt, length));
  }

  private int checksum(byte[] bytes, int at, int salt, int length) {
    int covered = isErased(bytes, at) ? FIXED : length;
    crc.reset();
    crc.update(bytes, at + LENGTH_AT, covered - LENGTH_AT);
    return (int) crc.getValue() ^ salt;
  }

  /// Turns a record into one that says only that something was erased.
  void erase(byte[] bytes, int at, int salt) {
    int length = LittleEndian.getInt(bytes, at + LENGTH_AT);
    LittleEndian.putShort(bytes, at + SUBJECT_LENGTH_AT, 0);
    bytes[at + FLAGS_AT] = ERASED;
    seal(bytes, at, salt, length);
  }

  /// Whether what lies there may be a record's fixed part, as far as can be seen without its rest.
  ///
  /// @param room bytes that a record may have at most
  static boolean isPlausible(byte[] bytes, int at, int room) {
    int length = LittleEndian.getInt(bytes, at + LENGTH_AT);
    return bytes[at + MARK_AT] == MARK && length >= FIXED && length <= room;
  }

  /// Whether a plausible record with all its bytes is as it was written.
  boolean isIntact(byte[] bytes, int at, int salt) {
    int length = LittleEndian.getInt(bytes, at + LENGTH_AT);
    return LittleEndian.getInt(bytes, at) == checksum(bytes, at, salt, length)
        && subjectAt(bytes, at) + subjectLength(bytes, at) <= at + length;
  }

  /// Whether a record that says that it has another length would be as it was written if it had
  /// this one. The bytes are as they were afterwards.
  boolean isIntact(byte[] bytes, int at, int salt, int length) {
    int said = length(bytes, at);
    LittleEndian.putInt(bytes, at + LENGTH_AT, length);
    boolean intact = isIntact(bytes, at, salt);
    LittleEndian.putInt(bytes, at + LENGTH_AT, said);
    return intact;
  }

  static boolean isErased(byte[] bytes, int at) {
    return (bytes[at + FLAGS_AT] & ERASED) != 0;
  }

  static int length(byte[] bytes, int at) {
    return LittleEndian.getInt(bytes, at + LENGTH_AT);
  }

  static long sequence(byte[] bytes, int at) {
    return LittleEndian.getLong(bytes, at + SEQUENCE_AT);
  }

  static long timestamp(byte[] bytes, int at) {
    return LittleEndian.getLong(bytes, at + TIME_AT);
  }

  static long expiry(byte[] bytes, int at) {
    return (bytes[at + FLAGS_AT] & HAS_EXPIRY) != 0 ? LittleEndian.getLong(bytes, at + FIXED) : 0;
  }

  static int subjectLength(byte[] bytes, int at) {
    return LittleEndian.getShort(bytes, at + SUBJECT_LENGTH_AT);
  }

  static int subjectAt(byte[] bytes, int at) {
    int flags = bytes[at + FLAGS_AT];
    return at + FIXED + ((flags & HAS_EXPIRY) != 0 ? 8 : 0) + ((flags & HAS_HEADERS) != 0 ? 4 : 0);
  }

  /// Lets a message refer to an intact record.
  static void show(byte[] bytes, int at, ByteBuffer buffer, StoredMessage into) {
    int subjectAt = subjectAt(bytes, at);
    int subjectLength = subjectLength(bytes, at);
    int bodyAt = subjectAt + subjectLength;
    into.set(
        buffer,
        sequence(bytes, at),
        timestamp(bytes, at),
        expiry(bytes, at),
        subjectAt,
        subjectLength,
        (bytes[at + FLAGS_AT] & HAS_HEADERS) != 0 ? LittleEndian.getInt(bytes, subjectAt - 4) : 0,
        bodyAt,
        at + length(bytes, at) - bodyAt);
  }
}

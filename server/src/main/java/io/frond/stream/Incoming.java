package io.frond.stream;

import io.frond.log.LogBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The message of the entry that is being applied: offsets into the entry, and the subject. What is
/// to be stored may be replaced by something else. Reused; the shard's thread.
///
/// The payload of a [io.frond.shard.EntryKind#PUBLISH] entry, little endian:
///
/// | field | type |
/// |---|---|
/// | time, nanoseconds since the epoch | i64 |
/// | flags: 1 when the expected sequence follows | u8 |
/// | subject's length | u16 |
/// | reply's length | u16 |
/// | length of the headers | i32 |
/// | lower half of the sequence that it is expected to get, when flagged | i32 |
/// | subject, reply, headers and payload | bytes to the end |
final class Incoming {
  /// Bytes before the subject, without the expected sequence.
  static final int FIXED = 17;

  private static final byte EXPECTED = 1;

  private static final int CACHE = 1024;

  private final MessageHeaders headers = new MessageHeaders();
  private boolean headersRead;
  private byte @Nullable [][] cache;
  private ByteBuffer entry = ByteBuffer.allocate(0);
  private int replyAt;
  private int replyLength;
  private ByteBuffer buffer = entry;
  private int at;
  private int headerLength;
  private int length;
  private long time;
  private boolean isNumbered;
  private int expected;
  private byte[] subject = {};

  /// Writes a payload into an entry that was begun.
  ///
  /// @param from holds subject, reply, headers and payload one after the other from `at` on
  static void encode(
      LogBatch to,
      long time,
      int expected,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    to.putLong(time)
        .put(EXPECTED)
        .putShort(subjectLength)
        .putShort(replyLength)
        .putInt(headerLength)
        .putInt(expected)
        .put(from, at, subjectLength + replyLength + bodyLength);
  }

  /// Reads a payload of a PUBLISH entry.
  Incoming read(ByteBuffer bytes, int from, int payloadLength) {
    time = bytes.getLong(from);
    var subjectLength = bytes.getShort(from + 9) & 0xffff;
    replyLength = bytes.getShort(from + 11) & 0xffff;
    headerLength = bytes.getInt(from + 13);
    entry = bytes;
    buffer = bytes;
    headersRead = false;
    isNumbered = bytes.get(from + 8) == EXPECTED;
    expected = isNumbered ? bytes.getInt(from + FIXED) : 0;
    var subjectAt = from + FIXED + (isNumbered ? 4 : 0);
    subject = subject(bytes, subjectAt, subjectLength);
    replyAt = subjectAt + subjectLength;
    at = replyAt + replyLength;
    length = payloadLength - (at - from);
    return this;
  }

  /// A message from elsewhere; nobody waits for an answer.
  Incoming set(long time, byte[] subject, ByteBuffer buffer, int at, int headerLength, int length) {
    this.time = time;
    this.subject = subject;
    this.buffer = buffer;
    headersRead = false;
    this.at = at;
    this.headerLength = headerLength;
    this.length = length;
    replyLength = 0;
    return this;
  }

  /// The subject as an array of its own; the same array for the same subject as long as it is seen
  /// often.
  private byte[] subject(ByteBuffer bytes, int from, int subjectLength) {
    var hash = 0;
    for (var i = 0; i < subjectLength; i++) {
      hash = hash * 31 + bytes.get(from + i);
    }
    if (cache == null) {
      cache = new byte[CACHE][];
    }
    var slot = (hash ^ (hash >>> 16)) & (CACHE - 1);
    var cached = cache[slot];
    if (cached != null
        && cached.length == subjectLength
        && Arrays.equals(
            cached,
            0,
            subjectLength,
            bytes.array(),
            bytes.arrayOffset() + from,
            bytes.arrayOffset() + from + subjectLength)) {
      return cached;
    }
    var copy = new byte[subjectLength];
    bytes.get(from, copy);
    cache[slot] = copy;
    return copy;
  }

  /// Whether [#expected] says something.
  boolean isNumbered() {
    return isNumbered;
  }

  /// The lower half of the sequence that it was to get.
  int expected() {
    return expected;
  }

  /// Nanoseconds since the epoch.
  long time() {
    return time;
  }

  /// Not to be changed.
  byte[] subject() {
    return subject;
  }

  String subjectText() {
    return new String(subject, StandardCharsets.UTF_8);
  }

  void subject(byte[] now) {
    subject = now;
  }

  /// Where headers and payload are.
  ByteBuffer buffer() {
    return buffer;
  }

  int at() {
    return at;
  }

  int headerLength() {
    return headerLength;
  }

  /// Bytes of headers and payload.
  int length() {
    return length;
  }

  int payloadLength() {
    return length - headerLength;
  }

  /// What the headers say; read when first asked for.
  MessageHeaders headers() {
    if (!headersRead) {
      headersRead = true;
      headers.read(buffer, at, headerLength);
    }
    return headers;
  }

  byte[] headerBlock() {
    var copy = new byte[headerLength];
    buffer.get(at, copy);
    return copy;
  }

  byte[] payload() {
    var copy = new byte[length - headerLength];
    buffer.get(at + headerLength, copy);
    return copy;
  }

  /// Stores other headers than those that came.
  void replaceHeaders(byte[] block) {
    replace(block, payload());
  }

  void replace(byte[] block, byte[] payload) {
    var body = Arrays.copyOf(block, block.length + payload.length);
    System.arraycopy(payload, 0, body, block.length, payload.length);
    buffer = ByteBuffer.wrap(body);
    headersRead = false;
    at = 0;
    headerLength = block.length;
    length = body.length;
  }

  ByteBuffer entry() {
    return entry;
  }

  int replyAt() {
    return replyAt;
  }

  /// 0 when nobody waits for an answer.
  int replyLength() {
    return replyLength;
  }

  /// Nobody is answered any more.
  void forgetReply() {
    replyLength = 0;
  }

  String reply() {
    var copy = new byte[replyLength];
    entry.get(replyAt, copy);
    return new String(copy, StandardCharsets.UTF_8);
  }
}

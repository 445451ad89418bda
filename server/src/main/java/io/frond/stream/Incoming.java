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
/// | flags: 1 when the expected sequence follows, 2 when a tag follows | u8 |
/// | subject's length | u16 |
/// | reply's length | u16 |
/// | length of the headers | i32 |
/// | lower half of the sequence that it is expected to get, when flagged | i32 |
/// | tag of the leaf link that it came by, when flagged: sequence, length of the source's name, name | i64, u8, bytes |
/// | subject, reply, headers and payload | bytes to the end |
final class Incoming {
  /// Bytes before the subject, without the expected sequence.
  static final int FIXED = 17;

  private static final byte EXPECTED = 1;
  private static final byte TAGGED = 2;

  private static final int TAG_FIXED = 9;

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
  private int tagAt;
  private byte[] subject = {};

  /// Writes a payload into an entry that was begun.
  ///
  /// @param tag the source's name, empty for none
  /// @param from holds subject, reply, headers and payload one after the other from `at` on
  static void encode(
      LogBatch to,
      long time,
      int expected,
      byte[] tag,
      long tagSequence,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    to.putLong(time)
        .put(tag.length == 0 ? EXPECTED : EXPECTED | TAGGED)
        .putShort(subjectLength)
        .putShort(replyLength)
        .putInt(headerLength)
        .putInt(expected);
    if (tag.length > 0) {
      to.putLong(tagSequence).put((byte) tag.length).put(tag);
    }
    to.put(from, at, subjectLength + replyLength + bodyLength);
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
    var flags = bytes.get(from + 8);
    isNumbered = (flags & EXPECTED) != 0;
    expected = isNumbered ? bytes.getInt(from + FIXED) : 0;
    var subjectAt = from + FIXED + (isNumbered ? 4 : 0);
    tagAt = -1;
    if ((flags & TAGGED) != 0) {
      tagAt = subjectAt;
      subjectAt += TAG_FIXED + tagLength();
    }
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
    tagAt = -1;
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

  /// Whether it came with a tag over a leaf link.
  boolean isTagged() {
    return tagAt >= 0;
  }

  long tagSequence() {
    return entry.getLong(tagAt);
  }

  /// Where the name of the tag's source is in the entry.
  int tagAt() {
    return tagAt + TAG_FIXED;
  }

  int tagLength() {
    return entry.get(tagAt + 8) & 0xff;
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

package io.frond.stream;

import io.frond.log.LogBatch;
import io.frond.shard.EntryKind;
import io.frond.store.MessageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The payload of [EntryKind#RESTORED]: a message of a backup, which keeps its sequence and time
/// and passes no checks. Little endian: what u8, sequence u64; with a message time u64, lengths of
/// subject u16 and headers u32, subject, headers, payload. Stateless.
public final class RestoredEntry {
  private static final byte MESSAGE = 0;
  private static final byte GAP = 1;
  private static final byte DELETED = 2;
  private static final byte DELETED_BEFORE = 3;
  private static final int HEAD = 23;

  private RestoredEntry() {}

  /// @param time nanoseconds since the epoch
  /// @param buffer holds headers and payload: `length` bytes from `at` on
  public static void message(
      LogBatch to,
      long sequence,
      long time,
      byte[] subject,
      ByteBuffer buffer,
      int at,
      int headerLength,
      int length) {
    to.put(MESSAGE)
        .putLong(sequence)
        .putLong(time)
        .put((byte) subject.length)
        .put((byte) (subject.length >> 8))
        .putInt(headerLength)
        .put(subject)
        .put(buffer, at, length);
  }

  /// The next message becomes `last + 1`.
  public static void gap(LogBatch to, long last) {
    to.put(GAP).putLong(last);
  }

  /// A message that was restored goes.
  public static void deleted(LogBatch to, long sequence) {
    to.put(DELETED).putLong(sequence);
  }

  /// All before a sequence go.
  public static void deletedBefore(LogBatch to, long sequence) {
    to.put(DELETED_BEFORE).putLong(sequence);
  }

  static void apply(Stream stream, ByteBuffer bytes, int at, int length) throws IOException {
    var store = stream.store();
    var sequence = bytes.getLong(at + 1);
    switch (bytes.get(at)) {
      case MESSAGE -> message(stream, store, sequence, bytes, at, length);
      case GAP -> store.skipTo(sequence + 1);
      case DELETED -> store.remove(sequence, false);
      case DELETED_BEFORE -> deleteBefore(store, sequence);
      default -> throw new IllegalArgumentException("a restored message is damaged");
    }
  }

  private static void deleteBefore(MessageStore store, long sequence) throws IOException {
    if (sequence > store.firstSequence()) {
      store.compact(Math.min(sequence, store.lastSequence() + 1));
    }
  }

  private static void message(
      Stream stream, MessageStore store, long sequence, ByteBuffer bytes, int at, int length)
      throws IOException {
    if (sequence <= store.lastSequence()) {
      return;
    }
    var time = Math.max(bytes.getLong(at + 9), store.state().lastTime());
    var subject = new byte[bytes.getShort(at + 17) & 0xffff];
    var headerLength = bytes.getInt(at + 19);
    bytes.get(at + HEAD, subject);
    var body = at + HEAD + subject.length;
    var headers = headerLength == 0 ? null : new MessageHeaders().read(bytes, body, headerLength);
    store.skipTo(sequence);
    store.append(
        subject,
        bytes,
        body,
        headerLength,
        at + length - body,
        time,
        expiry(stream.config(), headers, time));
    stream.ids().stored(headers, sequence, time);
    stream.ids().forget(time);
  }

  private static long expiry(StreamConfig config, @Nullable MessageHeaders headers, long time) {
    if (headers == null || !config.allowMsgTtl()) {
      return 0;
    }
    var ttl = MessageTtl.parse(headers.text(HeaderName.TTL));
    return ttl == MessageTtl.INVALID ? 0 : MessageTtl.expiry(ttl, time);
  }
}

package io.frond.stream;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Atomic batches (ADR-50). Until its commit a batch waits in memory, outside of the log: a restart
/// loses it, as its publisher then finds out. The commit makes one entry of all its messages, which
/// are checked and stored, all or none, when that is applied. The shard's thread.
///
/// The payload of an [EntryKind#BATCH] entry, little endian: time i64, count u32, flags u8 (1: the
/// last message gets the commit header; 2: tags follow), length of reply u16 and id u8, reply, id;
/// where flagged the number of tags of leaf links u8, and each: sequence i64, length of the
/// source's name u8, name; then for each message length of subject u16, headers i32 and body i32,
/// subject, body.
final class AtomicBatches {
  private static final int ID_MAX = 64;
  private static final int ADD_COMMIT = 1;
  private static final int TAGGED = 2;

  /// Sources that a batch's messages may have come from.
  private static final int SOURCES_MAX = 255;

  private final Stream stream;
  private final BatchBudget budget;
  private final TakenTags tags;
  private final Map<String, Batch> batches = new HashMap<>();

  /// A batch without its commit.
  private static final class Batch {
    private final String id;
    private ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    private long last;
    private long counted;
    private long touched;
    private Shard.@Nullable Timer timer;

    /// The newest tag of each source that messages came from.
    private final Map<String, Long> tags = new HashMap<>(2);

    Batch(String id) {
      this.id = id;
    }

    void add(ByteBuffer from, int at, int subjectLength, byte[] headers, int payloadLength) {
      var size = 10 + subjectLength + headers.length + payloadLength;
      if (bytes.remaining() < size) {
        var larger =
            Arrays.copyOf(bytes.array(), Math.max(2 * bytes.capacity(), bytes.position() + size));
        bytes = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(bytes.position());
      }
      bytes.putShort((short) subjectLength).putInt(headers.length);
      bytes.putInt(headers.length + payloadLength);
      copy(from, at, subjectLength);
      bytes.put(headers);
    }

    void copy(ByteBuffer from, int at, int length) {
      bytes.put(bytes.position(), from, at, length);
      bytes.position(bytes.position() + length);
    }
  }

  AtomicBatches(Stream stream, BatchBudget budget, TakenTags tags) {
    this.stream = stream;
    this.budget = budget;
    this.tags = tags;
  }

  /// Takes a message with `Nats-Batch-Id`. Answers it, or leaves that to the entry's apply.
  ///
  /// @param source of the tag that it came with over a leaf link, null for none
  /// @param from holds subject, reply, headers and payload one after the other from `at` on
  void message(
      MessageHeaders headers,
      @Nullable String source,
      long tag,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    var replyAt = at + subjectLength;
    var bodyAt = replyAt + replyLength;
    var id = headers.text(HeaderName.BATCH_ID);
    var error = refusal(id, headers, bodyLength);
    if (error != null) {
      stream.answers().refuse(from, replyAt, replyLength, error);
      return;
    }
    var batch = batches.get(id);
    if (batch == null) {
      batch = new Batch(id);
      batches.put(id, batch);
      arm(batch);
    }
    batch.touched = stream.shard().now();
    if (source != null && batch.tags.size() < SOURCES_MAX) {
      batch.tags.merge(source, tag, Math::max);
    }
    var eob = headers.is(HeaderName.BATCH_COMMIT, "eob");
    error = place(batch, headers, eob);
    if (error == null && !eob) {
      var block = new byte[headerLength];
      from.get(bodyAt, block);
      if (headers.says(HeaderName.REQUIRED_API_LEVEL)) {
        block = new HeaderBlock(block).remove(HeaderName.REQUIRED_API_LEVEL).bytes();
      }
      var payloadLength = bodyLength - headerLength;
      if (count(batch, subjectLength + block.length + payloadLength)) {
        batch.add(from, at, subjectLength, block, payloadLength);
        batch.copy(from, bodyAt + headerLength, payloadLength);
      } else {
        error = ApiErrorCode.ATOMIC_PUBLISH_TOO_MANY_INFLIGHT.with();
        end(batch);
      }
    }
    if (error != null) {
      stream.answers().refuse(from, replyAt, replyLength, error);
    } else if (headers.has(HeaderName.BATCH_COMMIT)) {
      commit(batch, eob, from, replyAt, replyLength);
    } else {
      stream.answers().give(from, replyAt, replyLength, new byte[0], 0);
    }
  }

  private boolean count(Batch batch, int bytes) {
    if (batch.counted + bytes > BatchBudget.ATOMIC_BYTES_MAX || !budget.stage(bytes)) {
      return false;
    }
    batch.counted += bytes;
    return true;
  }

  /// What speaks against a message whatever its batch is.
  private @Nullable ApiError refusal(String id, MessageHeaders headers, int bodyLength) {
    var config = stream.config();
    if (config.sealed()) {
      return ApiErrorCode.STREAM_SEALED.with();
    }
    if (config.maxMsgSize() >= 0 && bodyLength > config.maxMsgSize()) {
      return ApiErrorCode.STREAM_MESSAGE_EXCEEDS_MAXIMUM.with();
    }
    if (!config.allowAtomic()) {
      return ApiErrorCode.ATOMIC_PUBLISH_DISABLED.with();
    }
    if (StreamRules.bytes(id) > ID_MAX) {
      return ApiErrorCode.ATOMIC_PUBLISH_INVALID_BATCH_ID.with();
    }
    var sequence = headers.number(HeaderName.BATCH_SEQUENCE);
    if (sequence < 0) {
      return ApiErrorCode.ATOMIC_PUBLISH_MISSING_SEQ.with();
    }
    if (batches.containsKey(id)) {
      return null;
    }
    if (sequence != 1) {
      return isTooLarge(headers)
          ? ApiErrorCode.ATOMIC_PUBLISH_TOO_LARGE_BATCH.with(budget.atomicSizeMax())
          : ApiErrorCode.ATOMIC_PUBLISH_INCOMPLETE_BATCH.with();
    }
    return budget.beginAtomic(batches.size())
        ? null
        : ApiErrorCode.ATOMIC_PUBLISH_TOO_MANY_INFLIGHT.with();
  }

  private boolean isTooLarge(MessageHeaders headers) {
    // A message that only ends the batch does not count; a sequence 0 of it is as large as can be.
    var eob = headers.is(HeaderName.BATCH_COMMIT, "eob") ? 1 : 0;
    var size = headers.number(HeaderName.BATCH_SEQUENCE) - eob;
    return Long.compareUnsigned(size, budget.atomicSizeMax()) > 0;
  }

  /// Whether the message is the batch's next; where it is not, the batch has ended.
  private @Nullable ApiError place(Batch batch, MessageHeaders headers, boolean eob) {
    if (headers.has(HeaderName.BATCH_COMMIT) && !eob && !headers.is(HeaderName.BATCH_COMMIT, "1")) {
      end(batch);
      return ApiErrorCode.ATOMIC_PUBLISH_INVALID_BATCH_COMMIT.with();
    }
    if (ApiLevel.refuses(headers.text(HeaderName.REQUIRED_API_LEVEL))) {
      abandon(batch, "unsupported");
      return ApiErrorCode.REQUIRED_API_LEVEL.with();
    }
    batch.last++;
    var sequence = headers.number(HeaderName.BATCH_SEQUENCE);
    if (batch.last != sequence || (sequence == 1 && eob)) {
      abandon(batch, "incomplete");
      return ApiErrorCode.ATOMIC_PUBLISH_INCOMPLETE_BATCH.with();
    }
    if (isTooLarge(headers)) {
      abandon(batch, "large");
      return ApiErrorCode.ATOMIC_PUBLISH_TOO_LARGE_BATCH.with(budget.atomicSizeMax());
    }
    return null;
  }

  private void arm(Batch batch) {
    batch.timer =
        stream
            .shard()
            .schedule(
                Math.max(batch.touched, stream.shard().now() - budget.timeoutNanos())
                    + budget.timeoutNanos(),
                () -> {
                  if (stream.shard().now() - batch.touched < budget.timeoutNanos()) {
                    arm(batch);
                  } else {
                    abandon(batch, "timeout");
                  }
                });
  }

  private void end(Batch batch) {
    if (batch.timer != null) {
      batch.timer.cancel();
    }
    if (batches.remove(batch.id, batch)) {
      budget.endAtomic(batch.counted);
    }
  }

  private void abandon(Batch batch, String reason) {
    end(batch);
    stream.event(
        "$JS.EVENT.ADVISORY.STREAM.BATCH_ABANDONED." + stream.config().name(),
        () ->
            JsonWriter.compact()
                .begin()
                .put("type", "io.nats.jetstream.advisory.v1.stream_batch_abandoned")
                .put("id", stream.newId())
                .put("timestamp", JsonTime.of(stream.shard().now()))
                .put("stream", stream.config().name())
                .putIf("domain", stream.domain())
                .put("batch", batch.id)
                .put("reason", reason)
                .end()
                .bytes());
  }

  /// All batches end: the stream is deleted, or stops.
  void stop() {
    for (var batch : List.copyOf(batches.values())) {
      end(batch);
    }
  }

  private void commit(Batch batch, boolean eob, ByteBuffer from, int replyAt, int replyLength) {
    end(batch);
    var id = batch.id.getBytes(StandardCharsets.UTF_8);
    var count = (int) (eob ? batch.last - 1 : batch.last);
    var entry =
        stream
            .shard()
            .begin(EntryKind.BATCH, stream.id())
            .putLong(stream.shard().now())
            .putInt(count)
            .put((byte) ((eob ? ADD_COMMIT : 0) | (batch.tags.isEmpty() ? 0 : TAGGED)))
            .putShort(replyLength)
            .put((byte) id.length)
            .put(from, replyAt, replyLength)
            .put(id);
    if (!batch.tags.isEmpty()) {
      entry.put((byte) batch.tags.size());
      batch.tags.forEach((source, tag) -> {
        var name = TakenTags.name(source);
        entry.putLong(tag).put((byte) name.length).put(name);
      });
    }
    entry.put(batch.bytes, 0, batch.bytes.position());
    stream.shard().propose(null);
  }

  /// Applies an [EntryKind#BATCH].
  void apply(long index, ByteBuffer bytes, int at) throws IOException {
    var count = bytes.getInt(at + 8);
    var replyLength = bytes.getShort(at + 13) & 0xffff;
    var replyAt = at + 16;
    var name = new byte[bytes.get(at + 15)];
    bytes.get(replyAt + replyLength, name);
    var from = replyAt + replyLength + name.length;
    if ((bytes.get(at + 12) & TAGGED) != 0) {
      from = taken(bytes, from);
    }
    var messages = new Incoming[count];
    var rules = stream.batchRules();
    ApiError error = null;
    for (var i = 0; i < count && error == null; i++) {
      var message = message(bytes, from, bytes.getLong(at));
      from += 10 + (bytes.getShort(from) & 0xffff) + bytes.getInt(from + 6);
      messages[i] = message;
      stream.transform(message, index + i);
      error =
          message.headers().says(HeaderName.EXPECTED_LAST_MSG_ID)
              ? ApiErrorCode.ATOMIC_PUBLISH_UNSUPPORTED_HEADER_BATCH.with(
                  HeaderName.EXPECTED_LAST_MSG_ID.wire())
              : rules.check(message);
    }
    if (error != null) {
      stream.answers().refuse(bytes, replyAt, replyLength, error);
      return;
    }
    if ((bytes.get(at + 12) & ADD_COMMIT) != 0 && count > 0) {
      var last = messages[count - 1];
      last.replaceHeaders(
          new HeaderBlock(last.headerBlock()).add(HeaderName.BATCH_COMMIT, "1").bytes());
    }
    var sequence = 0L;
    for (var message : messages) {
      sequence = stream.intake().put(message, false);
    }
    var ack =
        stream
            .answers()
            .ack()
            .begin(sequence)
            .batch(new String(name, StandardCharsets.UTF_8), count);
    stream.answers().give(bytes, replyAt, replyLength, ack.end());
  }

  /// Notes an entry's tags.
  ///
  /// @return where its messages begin
  private int taken(ByteBuffer bytes, int at) {
    var next = at + 1;
    for (var left = bytes.get(at) & 0xff; left > 0; left--) {
      var length = bytes.get(next + Long.BYTES) & 0xff;
      tags.apply(bytes, next + Long.BYTES + 1, length, bytes.getLong(next));
      next += Long.BYTES + 1 + length;
    }
    return next;
  }

  private static Incoming message(ByteBuffer bytes, int at, long time) {
    var subject = new byte[bytes.getShort(at) & 0xffff];
    bytes.get(at + 10, subject);
    return new Incoming()
        .set(
            time,
            subject,
            bytes,
            at + 10 + subject.length,
            bytes.getInt(at + 2),
            bytes.getInt(at + 6));
  }
}

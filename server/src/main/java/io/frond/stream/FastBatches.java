package io.frond.stream;

import io.frond.json.JsonWriter;
import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fast batches (ADR-50): messages are stored as they come, and every so many are acknowledged. All
/// of it happens when entries are applied, and what is known of a batch is part of the stream's
/// state. The shard's thread.
final class FastBatches {
  private static final int ID_MAX = 64;
  private static final int FLOW_BEGIN = 500;

  private final Stream stream;
  private final BatchBudget budget;
  private final Map<String, Batch> batches = new LinkedHashMap<>();

  /// Messages that begin a batch, proposed and not yet applied.
  private int starting;

  private static final class Batch {
    private final String id;
    private final boolean gapOk;
    private final int flowMax;
    private int flow;

    /// The batch's newest sequence.
    private long last;

    /// The batch's sequence up to which all is stored or was passed over.
    private long done;

    /// The batch's sequence that was acknowledged last.
    private long acknowledged;

    /// The stream's sequence of the message stored last.
    private long stored;

    private long touched;
    private Shard.@Nullable Timer timer;

    Batch(String id, boolean gapOk, int flowMax) {
      this.id = id;
      this.gapOk = gapOk;
      this.flowMax = flowMax;
    }
  }

  FastBatches(Stream stream, BatchBudget budget) {
    this.stream = stream;
    this.budget = budget;
  }

  /// Looks at a message before it is proposed.
  ///
  /// @return why it is refused at once; null when it goes through the log
  @Nullable ApiError before(ByteBuffer from, int replyAt, int replyLength) {
    var reply = FastBatchReply.parse(from, replyAt, replyLength);
    if (reply == null || batches.containsKey(reply.id()) || reply.sequence() != 1) {
      return null;
    }
    if (!budget.mayBeginFast(batches.size() + starting)) {
      return ApiErrorCode.BATCH_PUBLISH_TOO_MANY_INFLIGHT.with();
    }
    starting++;
    return null;
  }

  /// Applies a message whose reply is a fast batch's.
  void message(Incoming message) throws IOException {
    var reply = FastBatchReply.parse(message.entry(), message.replyAt(), message.replyLength());
    if (reply != null && reply.sequence() == 1 && starting > 0) {
      starting--;
    }
    var error = refusal(message, reply);
    if (error != null || reply == null) {
      stream
          .answers()
          .refuse(
              message, error == null ? ApiErrorCode.BATCH_PUBLISH_INVALID_PATTERN.with() : error);
      return;
    }
    var batch = batches.get(reply.id());
    if (batch == null) {
      batch = new Batch(reply.id(), reply.gapOk(), reply.flow());
      batch.flow = batches.isEmpty() ? Math.min(FLOW_BEGIN, batch.flowMax) : 1;
      enter(batch);
    }
    batch.touched = message.time();
    var headers = message.headers();
    if (headers.says(HeaderName.REQUIRED_API_LEVEL)) {
      if (ApiLevel.refuses(headers.text(HeaderName.REQUIRED_API_LEVEL))) {
        leave(batch);
        stream.answers().refuse(message, ApiErrorCode.REQUIRED_API_LEVEL.with());
        return;
      }
      message.replaceHeaders(
          new HeaderBlock(message.headerBlock()).remove(HeaderName.REQUIRED_API_LEVEL).bytes());
    }
    if (reply.operation() == FastBatchReply.Operation.PING) {
      ping(batch, reply, message);
    } else if (isNext(batch, reply, message)) {
      take(batch, reply, message);
    }
  }

  private @Nullable ApiError refusal(Incoming message, @Nullable FastBatchReply reply) {
    var config = stream.config();
    if (config.sealed()) {
      return ApiErrorCode.STREAM_SEALED.with();
    }
    if (config.maxMsgSize() >= 0 && message.length() > config.maxMsgSize()) {
      return ApiErrorCode.STREAM_MESSAGE_EXCEEDS_MAXIMUM.with();
    }
    if (!config.allowBatched()) {
      return ApiErrorCode.BATCH_PUBLISH_DISABLED.with();
    }
    if (reply == null) {
      return ApiErrorCode.BATCH_PUBLISH_INVALID_PATTERN.with();
    }
    if (StreamRules.bytes(reply.id()) > ID_MAX) {
      return ApiErrorCode.BATCH_PUBLISH_INVALID_BATCH_ID.with();
    }
    return batches.containsKey(reply.id()) || reply.sequence() == 1
        ? null
        : ApiErrorCode.BATCH_PUBLISH_UNKNOWN_BATCH_ID.with();
  }

  private void ping(Batch batch, FastBatchReply reply, Incoming message) {
    if (reply.sequence() > batch.last) {
      gap(message, batch.last + 1, reply.sequence() + 1);
      if (!batch.gapOk) {
        commit(batch, message);
        return;
      }
      batch.last = reply.sequence();
      batch.done = batch.last;
      if (acknowledge(batch, message)) {
        return;
      }
    }
    flow(batch, message, batch.acknowledged);
  }

  /// Whether the message is the batch's next, or one that the batch may go on with. Where it is
  /// not, the batch is committed as it is.
  private boolean isNext(Batch batch, FastBatchReply reply, Incoming message) {
    var wanted = batch.last + 1;
    if (reply.sequence() > wanted) {
      gap(message, wanted, reply.sequence());
    }
    if (reply.sequence() == wanted || (batch.gapOk && reply.sequence() > wanted)) {
      batch.last = reply.sequence();
      return true;
    }
    commit(batch, message);
    return false;
  }

  private void take(Batch batch, FastBatchReply reply, Incoming message) throws IOException {
    if (reply.operation() == FastBatchReply.Operation.COMMIT_EOB) {
      batch.last = reply.sequence() - 1;
      batch.done = batch.last;
      commit(batch, message);
      return;
    }
    if (reply.sequence() == 1 && !reply.commits()) {
      flow(batch, message, 0);
    }
    var rules = stream.batchRules();
    var error = rules.check(message);
    if (error != null) {
      refused(batch, reply, message, error, rules.duplicateOf());
      return;
    }
    var sequence = stream.intake().put(message, true);
    if (sequence == 0) {
      var why = stream.intake().refusal();
      refused(batch, reply, message, why == null ? ApiErrorCode.STREAM_INVALID.with() : why, 0);
      return;
    }
    batch.stored = sequence;
    batch.done = batch.last;
    if (reply.commits()) {
      leave(batch);
      stream
          .answers()
          .give(
              message,
              stream.answers().ack().begin(sequence).batch(batch.id, reply.sequence()).end());
    } else {
      acknowledge(batch, message);
    }
  }

  private void refused(
      Batch batch, FastBatchReply reply, Incoming message, ApiError error, long duplicateOf) {
    var duplicate = duplicateOf > 0;
    if (duplicate) {
      batch.done = reply.sequence();
      acknowledge(batch, message);
      if (!reply.commits()) {
        return;
      }
    }
    if (!batch.gapOk && batch.last == 1) {
      leave(batch);
      if (duplicate) {
        stream
            .answers()
            .give(
                message,
                stream
                    .answers()
                    .ack()
                    .begin(duplicateOf)
                    .duplicate()
                    .batch(batch.id, reply.sequence())
                    .end());
      } else {
        stream.answers().refuse(message, error);
      }
      return;
    }
    if (!duplicate) {
      var to = JsonWriter.compact().begin().put("type", "err").put("seq", reply.sequence());
      say(message, error.write(to).end().bytes());
      if (batch.gapOk && !reply.commits()) {
        batch.done = batch.last;
        return;
      }
      batch.last--;
      batch.done = batch.last;
    }
    commit(batch, message);
  }

  private void commit(Batch batch, Incoming message) {
    leave(batch);
    stream
        .answers()
        .give(
            message, stream.answers().ack().begin(batch.stored).batch(batch.id, batch.last).end());
  }

  /// Acknowledges when enough was stored since the last time, and lets the publisher go faster or
  /// slower.
  private boolean acknowledge(Batch batch, Incoming message) {
    if (batch.done < batch.acknowledged + batch.flow) {
      return false;
    }
    batch.acknowledged += (batch.done - batch.acknowledged) / batch.flow * batch.flow;
    var most = Math.min(Math.max(FLOW_BEGIN / batches.size(), 1), batch.flowMax);
    batch.flow =
        batch.flow < most ? Math.min(2 * batch.flow, most) : Math.max(batch.flow / 2, most);
    flow(batch, message, batch.acknowledged);
    return true;
  }

  private void flow(Batch batch, Incoming message, long sequence) {
    say(
        message,
        JsonWriter.compact()
            .begin()
            .put("type", "ack")
            .put("seq", sequence)
            .put("msgs", batch.flow)
            .end()
            .bytes());
  }

  private void gap(Incoming message, long wanted, long came) {
    say(
        message,
        JsonWriter.compact()
            .begin()
            .put("type", "gap")
            .put("last_seq", wanted)
            .put("seq", came)
            .end()
            .bytes());
  }

  private void say(Incoming message, byte[] json) {
    stream
        .answers()
        .give(message.entry(), message.replyAt(), message.replyLength(), json, json.length);
  }

  private void enter(Batch batch) {
    batches.put(batch.id, batch);
    budget.beginFast();
    arm(batch);
  }

  private void leave(Batch batch) {
    if (batches.remove(batch.id, batch)) {
      budget.endFast();
    }
    if (batch.timer != null) {
      batch.timer.cancel();
    }
  }

  private void arm(Batch batch) {
    if (!stream.isLive()) {
      return;
    }
    batch.timer =
        stream
            .shard()
            .schedule(
                Math.max(batch.touched, stream.shard().now() - budget.timeoutNanos())
                    + budget.timeoutNanos(),
                () -> check(batch));
  }

  private void check(Batch batch) {
    if (stream.shard().now() - batch.touched < budget.timeoutNanos()) {
      arm(batch);
      return;
    }
    stream
        .shard()
        .begin(EntryKind.FAST_BATCH_END, stream.id())
        .putLong(batch.last)
        .put(batch.id.getBytes(StandardCharsets.UTF_8));
    stream
        .shard()
        .propose((result, failure) -> {
          if (batches.containsValue(batch)) {
            arm(batch);
          }
        });
  }

  /// Applies an [EntryKind#FAST_BATCH_END]: the batch's last sequence i64, and its id. A batch that
  /// went on meanwhile stays.
  void timedOut(ByteBuffer bytes, int at, int length) {
    var id = new byte[length - Long.BYTES];
    bytes.get(at + Long.BYTES, id);
    var batch = batches.get(new String(id, StandardCharsets.UTF_8));
    if (batch != null && batch.last == bytes.getLong(at)) {
      leave(batch);
    }
  }

  /// Live work begins.
  void start() {
    for (var batch : batches.values()) {
      arm(batch);
    }
  }

  /// The stream is deleted, or stops.
  void stop() {
    for (var batch : List.copyOf(batches.values())) {
      leave(batch);
    }
  }

  void save(StateWriter to) {
    to.number(batches.size());
    for (var batch : new ArrayList<>(batches.values())) {
      to.text(batch.id).flag(batch.gapOk).number(batch.flowMax).number(batch.flow);
      to.number(batch.last).number(batch.done).number(batch.acknowledged);
      to.number(batch.stored).number(batch.touched);
    }
  }

  void restore(StateReader from) {
    for (var left = from.number(); left > 0; left--) {
      var batch = new Batch(from.text(), from.flag(), (int) from.number());
      batch.flow = (int) from.number();
      batch.last = from.number();
      batch.done = from.number();
      batch.acknowledged = from.number();
      batch.stored = from.number();
      batch.touched = from.number();
      enter(batch);
    }
  }
}

package io.frond.stream;

import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.subject.Subjects;
import io.frond.wire.ErrorText;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the headers of a single message must be (ADR-8, 20, 43, 49, 51), in nats-server's order,
/// since the first failure is what is answered. The message may come out changed. The shard's
/// thread.
final class PublishRules {
  private static final int HEADERS_MAX = 65_535;

  private final Stream stream;
  private final MessageStore store;
  private final Counters counters;
  private final StoredMessage found = new StoredMessage();
  private final MessageHeaders foundHeaders = new MessageHeaders();

  /// The sequence of the message that this one is a copy of, 0 for none.
  private long duplicateOf;

  PublishRules(Stream stream, Counters counters) {
    this.stream = stream;
    store = stream.store();
    this.counters = counters;
  }

  /// After [#check] gave no error: the message was seen before, as this sequence; 0 for a new one.
  long duplicateOf() {
    return duplicateOf;
  }

  /// @param internal the message comes from a schedule or a source: the origin has checked it
  @Nullable ApiError check(Incoming message, boolean internal) throws IOException {
    duplicateOf = 0;
    var config = stream.config();
    if (config.sealed()) {
      return ApiErrorCode.STREAM_SEALED.with();
    }
    BigInteger increment = null;
    if (message.headerLength() > 0 && !message.headers().isEmpty()) {
      var error = headers(message, internal);
      if (error != null || duplicateOf > 0) {
        return error;
      }
      increment = increment(message.headers());
    }
    if (config.allowMsgCounter()) {
      var error = count(message, increment);
      if (error != null) {
        return error;
      }
    }
    return size(message);
  }

  /// Null when there is none.
  static @Nullable BigInteger increment(MessageHeaders headers) {
    return headers.says(HeaderName.INCR) ? Counters.parse(headers.text(HeaderName.INCR)) : null;
  }

  private @Nullable ApiError headers(Incoming message, boolean internal) throws IOException {
    var headers = message.headers();
    var error = increment(message, internal);
    if (error != null) {
      return error;
    }
    if (headers.says(HeaderName.EXPECTED_STREAM)
        && !headers.text(HeaderName.EXPECTED_STREAM).equals(stream.config().name())) {
      return ApiErrorCode.STREAM_NOT_MATCH.with();
    }
    if (!internal && hasTtl(headers) && !stream.config().allowMsgTtl()) {
      return ApiErrorCode.MESSAGE_TTL_DISABLED.with();
    }
    error = sequences(message);
    if (error == null && !internal) {
      error = schedule(message);
      error = error == null ? scheduler(message, null) : error;
    }
    if (error != null) {
      return error;
    }
    return identity(message, internal);
  }

  private static boolean hasTtl(MessageHeaders headers) {
    if (!headers.says(HeaderName.TTL)) {
      return false;
    }
    var ttl = MessageTtl.parse(headers.text(HeaderName.TTL));
    return ttl != 0 && ttl != MessageTtl.INVALID;
  }

  /// Whether an increment is one, and nothing stands beside it that a counter cannot have.
  @Nullable ApiError increment(Incoming message, boolean internal) {
    var headers = message.headers();
    if (!headers.says(HeaderName.INCR)) {
      return null;
    }
    if (increment(headers) == null) {
      return ApiErrorCode.MESSAGE_INCR_INVALID.with();
    }
    if (internal) {
      return null;
    }
    if (!stream.config().allowMsgCounter()) {
      return ApiErrorCode.MESSAGE_INCR_DISABLED.with();
    }
    if (message.payloadLength() > 0) {
      return ApiErrorCode.MESSAGE_INCR_PAYLOAD.with();
    }
    if (headers.says(HeaderName.ROLLUP)
        || headers.says(HeaderName.EXPECTED_STREAM)
        || headers.says(HeaderName.EXPECTED_LAST_MSG_ID)
        || headers.says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)
        || headers.says(HeaderName.EXPECTED_LAST_SEQUENCE)
        || headers.says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
      return ApiErrorCode.MESSAGE_INCR_INVALID.with();
    }
    return null;
  }

  private @Nullable ApiError sequences(Incoming message) throws IOException {
    var headers = message.headers();
    if (headers.says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
      var last = lastSequence(expectedSubject(message));
      if (last != headers.number(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
        return ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE.with(last);
      }
    } else if (headers.says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)) {
      return ApiErrorCode.STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID.with();
    }
    if (headers.says(HeaderName.EXPECTED_LAST_SEQUENCE)
        && headers.number(HeaderName.EXPECTED_LAST_SEQUENCE) != store.lastSequence()) {
      return ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE.with(store.lastSequence());
    }
    return null;
  }

  /// The subject that an expected last sequence is about.
  static byte[] expectedSubject(Incoming message) {
    return message.headers().says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)
        ? message.headers().bytes(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)
        : message.subject();
  }

  /// The sequence of the last message of a subject or pattern; 0 when there is none.
  long lastSequence(byte[] subject) throws IOException {
    if (Subjects.isLiteral(subject)) {
      var state = store.subject(subject);
      return state == null ? 0 : state.last();
    }
    var filter = SubjectFilter.of(new String(subject, StandardCharsets.UTF_8));
    return store.loadPrevious(filter, store.lastSequence(), found) ? found.sequence() : 0;
  }

  /// Whether a schedule can be; one that can gets the rollup that it needs.
  @Nullable ApiError schedule(Incoming message) {
    var headers = message.headers();
    if (!headers.says(HeaderName.SCHEDULE) && !headers.has(HeaderName.SCHEDULE_TIME_ZONE)) {
      return null;
    }
    var config = stream.config();
    var parsed = SchedulePattern.of(headers, message.time(), message.time());
    if (parsed.error() == null && parsed.schedule() == null) {
      return null;
    }
    if (!config.allowMsgSchedules()) {
      return ApiErrorCode.MESSAGE_SCHEDULES_DISABLED.with();
    }
    if (parsed.error() != null) {
      return parsed.error().with();
    }
    var ttl = headers.text(HeaderName.SCHEDULE_TTL);
    if (MessageTtl.parse(ttl) == MessageTtl.INVALID) {
      return ApiErrorCode.MESSAGE_SCHEDULES_TTL_INVALID.with();
    }
    if (headers.says(HeaderName.SCHEDULE_ROLLUP)
        && !headers.is(HeaderName.SCHEDULE_ROLLUP, "sub")) {
      return ApiErrorCode.MESSAGE_SCHEDULES_ROLLUP_INVALID.with();
    }
    if (!ttl.isEmpty() && !config.allowMsgTtl()) {
      return ApiErrorCode.MESSAGE_TTL_DISABLED.with();
    }
    var error = scheduleSubjects(message);
    if (error != null) {
      return error;
    }
    var rollup = headers.lowerCase(HeaderName.ROLLUP);
    if (rollup.isEmpty()) {
      message.replaceHeaders(
          new HeaderBlock(message.headerBlock()).add(HeaderName.ROLLUP, "sub").bytes());
      return null;
    }
    return rollup.equals("sub") ? null : ApiErrorCode.MESSAGE_SCHEDULES_ROLLUP_INVALID.with();
  }

  private @Nullable ApiError scheduleSubjects(Incoming message) {
    var subject = message.subjectText();
    var target = message.headers().text(HeaderName.SCHEDULE_TARGET);
    var source = message.headers().text(HeaderName.SCHEDULE_SOURCE);
    if (!Subjects.isValidLiteral(target) || target.equals(subject)) {
      return ApiErrorCode.MESSAGE_SCHEDULES_TARGET_INVALID.with();
    }
    if (!source.isEmpty()
        && (source.equals(target) || source.equals(subject) || !Subjects.isValidLiteral(source))) {
      return ApiErrorCode.MESSAGE_SCHEDULES_SOURCE_INVALID.with();
    }
    if (!isOurs(target)) {
      return ApiErrorCode.MESSAGE_SCHEDULES_TARGET_INVALID.with();
    }
    return source.isEmpty() || isOurs(source)
        ? null
        : ApiErrorCode.MESSAGE_SCHEDULES_SOURCE_INVALID.with();
  }

  private boolean isOurs(String subject) {
    for (var one : stream.config().subjects()) {
      if (Subjects.collide(one, subject)) {
        return true;
      }
    }
    return false;
  }

  /// Whether headers that end a schedule are as they must be.
  ///
  /// @param inBatch whether a batch holds a schedule for a subject, or null when it holds nothing
  @Nullable ApiError scheduler(Incoming message, @Nullable ScheduledInBatch inBatch)
      throws IOException {
    var headers = message.headers();
    if (!headers.says(HeaderName.SCHEDULE_NEXT)) {
      return headers.says(HeaderName.SCHEDULER)
          ? ApiErrorCode.MESSAGE_SCHEDULES_SCHEDULER_INVALID.with()
          : null;
    }
    var scheduler = headers.text(HeaderName.SCHEDULER);
    if (!headers.is(HeaderName.SCHEDULE_NEXT, "purge")
        || !Subjects.isValidLiteral(scheduler)
        || scheduler.equals(message.subjectText())) {
      return ApiErrorCode.MESSAGE_SCHEDULES_SCHEDULER_INVALID.with();
    }
    if (!stream.config().allowMsgSchedules()) {
      return ApiErrorCode.MESSAGE_SCHEDULES_DISABLED.with();
    }
    var known = inBatch == null ? null : inBatch.isSchedule(scheduler);
    var valid = known == null ? isScheduleOrNothing(scheduler) : known;
    return valid ? null : ApiErrorCode.MESSAGE_SCHEDULES_SCHEDULER_INVALID.with();
  }

  /// What a batch knows of its own messages.
  interface ScheduledInBatch {
    /// Null when the batch has no message of this subject.
    @Nullable Boolean isSchedule(String subject);
  }

  private boolean isScheduleOrNothing(String subject) throws IOException {
    return !store.loadLast(subject.getBytes(StandardCharsets.UTF_8), found)
        || foundHeaders
            .read(found.buffer(), found.bodyAt(), found.headerLength())
            .says(HeaderName.SCHEDULE);
  }

  private @Nullable ApiError identity(Incoming message, boolean internal) {
    var headers = message.headers();
    if (headers.says(HeaderName.MSG_ID) && stream.config().mirror() == null) {
      duplicateOf = stream.ids().find(headers.bytes(HeaderName.MSG_ID), message.time());
      if (duplicateOf > 0) {
        return null;
      }
    }
    var error = lastId(headers);
    if (error == null && headers.says(HeaderName.ROLLUP)) {
      return rollup(headers, internal);
    }
    return error;
  }

  /// Whether the newest id is the one that the message expects.
  @Nullable ApiError lastId(MessageHeaders headers) {
    return headers.says(HeaderName.EXPECTED_LAST_MSG_ID)
            && !headers.text(HeaderName.EXPECTED_LAST_MSG_ID).equals(stream.ids().last())
        ? ApiErrorCode.STREAM_WRONG_LAST_MSG_ID.with(stream.ids().last())
        : null;
  }

  @Nullable ApiError rollup(MessageHeaders headers, boolean internal) {
    var config = stream.config();
    if ((!config.allowRollup() || config.denyPurge()) && !internal) {
      return ApiErrorCode.STREAM_ROLLUP_FAILED.with("rollup not permitted");
    }
    var rollup = headers.lowerCase(HeaderName.ROLLUP);
    return rollup.equals("sub") || rollup.equals("all")
        ? null
        : ApiErrorCode.STREAM_ROLLUP_FAILED.with(
            "rollup value invalid: " + ErrorText.quote(rollup));
  }

  private @Nullable ApiError count(Incoming message, @Nullable BigInteger increment)
      throws IOException {
    if (increment == null) {
      return ApiErrorCode.MESSAGE_INCR_MISSING.with();
    }
    var total = counters.load(message.subject());
    if (total == null || Counters.add(message, increment, total) == null) {
      return ApiErrorCode.MESSAGE_COUNTER_BROKEN.with();
    }
    return null;
  }

  @Nullable ApiError size(Incoming message) {
    var max = stream.config().maxMsgSize();
    if (max >= 0 && message.length() > max) {
      return ApiErrorCode.STREAM_MESSAGE_EXCEEDS_MAXIMUM.with();
    }
    return message.headerLength() > HEADERS_MAX
        ? ApiErrorCode.STREAM_HEADER_EXCEEDS_MAXIMUM.with()
        : null;
  }
}

package io.frond.stream;

import io.frond.store.MessageStore;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the messages of a batch must be (ADR-50): each as if those before it were stored already,
/// though nothing is until all have passed. One object for a batch; for a fast batch's messages,
/// which are stored one by one, one for each message. The shard's thread.
final class BatchRules implements PublishRules.ScheduledInBatch {
  private final Stream stream;
  private final MessageStore store;
  private final PublishRules rules;
  private final Counters counters;
  private final Set<String> ids = new HashSet<>();
  private final Map<String, Counters.Total> totals = new HashMap<>();
  private final Map<String, Integer> inBatch = new HashMap<>();
  private final Map<String, Boolean> schedules = new HashMap<>();
  private final Map<String, Long> expected = new HashMap<>();
  private long count;
  private long bytes;
  private long duplicateOf;

  BatchRules(Stream stream, PublishRules rules, Counters counters) {
    this.stream = stream;
    store = stream.store();
    this.rules = rules;
    this.counters = counters;
  }

  /// The sequence of the message that the last one is a copy of, 0 for none.
  long duplicateOf() {
    return duplicateOf;
  }

  @Nullable ApiError check(Incoming message) throws IOException {
    duplicateOf = 0;
    var headers = message.headers();
    var error = rules.size(message);
    if (error == null) {
      error = rules.increment(message, false);
    }
    if (error == null) {
      error = identity(message, headers);
    }
    if (error == null) {
      error = count(message);
    }
    if (error == null && !headers.isEmpty()) {
      error = sequences(message);
      error = error == null ? rules.lastId(headers) : error;
    }
    if (error == null && !headers.isEmpty()) {
      error = rules.schedule(message);
      error = error == null ? rules.scheduler(message, this) : error;
      error = error == null ? rollup(message) : error;
    }
    return error == null ? room(message) : error;
  }

  private @Nullable ApiError identity(Incoming message, MessageHeaders headers) {
    var config = stream.config();
    var wanted = headers.text(HeaderName.EXPECTED_STREAM);
    if (!wanted.isEmpty() && !wanted.equals(config.name())) {
      return ApiErrorCode.STREAM_NOT_MATCH.with();
    }
    var ttl = MessageTtl.parse(headers.text(HeaderName.TTL));
    if (ttl != 0 && !config.allowMsgTtl()) {
      return ApiErrorCode.MESSAGE_TTL_DISABLED.with();
    }
    if (ttl == MessageTtl.INVALID) {
      return ApiErrorCode.MESSAGE_TTL_INVALID.with();
    }
    if (headers.says(HeaderName.MSG_ID)) {
      duplicateOf = stream.ids().find(headers.bytes(HeaderName.MSG_ID), message.time());
      if (duplicateOf > 0 || !ids.add(headers.text(HeaderName.MSG_ID))) {
        return ApiErrorCode.ATOMIC_PUBLISH_CONTAINS_DUPLICATE_MESSAGE.with();
      }
    }
    return null;
  }

  private @Nullable ApiError count(Incoming message) throws IOException {
    if (!stream.config().allowMsgCounter()) {
      return null;
    }
    BigInteger increment = PublishRules.increment(message.headers());
    if (increment == null) {
      return ApiErrorCode.MESSAGE_INCR_MISSING.with();
    }
    var subject = message.subjectText();
    var total = totals.get(subject);
    if (total == null) {
      total = counters.load(message.subject());
    }
    var after = total == null ? null : Counters.add(message, increment, total);
    if (after == null) {
      return ApiErrorCode.MESSAGE_COUNTER_BROKEN.with();
    }
    totals.put(subject, after);
    return rules.size(message);
  }

  private @Nullable ApiError sequences(Incoming message) throws IOException {
    var headers = message.headers();
    if (headers.says(HeaderName.EXPECTED_LAST_SEQUENCE)) {
      var last = store.lastSequence() + count;
      if (headers.number(HeaderName.EXPECTED_LAST_SEQUENCE) != last) {
        return ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE.with(last);
      }
      if (count > 0) {
        return ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE_CONSTANT.with();
      }
    }
    if (!headers.says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
      return headers.says(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)
          ? ApiErrorCode.STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID.with()
          : null;
    }
    var subject = PublishRules.expectedSubject(message);
    var text = new String(subject, StandardCharsets.UTF_8);
    if (inBatch.containsKey(text)) {
      return ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE_CONSTANT.with();
    }
    var last = expected.get(text);
    if (last == null) {
      last = rules.lastSequence(subject);
    }
    if (last != headers.number(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
      return ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE.with(last);
    }
    expected.put(text, last);
    return null;
  }

  private @Nullable ApiError rollup(Incoming message) {
    var headers = message.headers();
    if (!headers.says(HeaderName.ROLLUP)) {
      return null;
    }
    var error = rules.rollup(headers, false);
    if (error != null) {
      return error;
    }
    if (headers.lowerCase(HeaderName.ROLLUP).equals("sub")) {
      return inBatch.containsKey(message.subjectText())
          ? ApiErrorCode.STREAM_ROLLUP_FAILED.with("batch rollup sub invalid")
          : null;
    }
    return count > 0 ? ApiErrorCode.STREAM_ROLLUP_FAILED.with("batch rollup all invalid") : null;
  }

  /// Notes the message as stored, and whether there is room for it in a stream that refuses new
  /// messages when it is full.
  private @Nullable ApiError room(Incoming message) throws IOException {
    var subject = message.subjectText();
    var ofSubject = inBatch.merge(subject, 1, Integer::sum);
    schedules.put(subject, message.headers().says(HeaderName.SCHEDULE));
    count++;
    bytes += stream.sizeOf(message);
    var config = stream.config();
    if (config.discard() != Discard.NEW) {
      return null;
    }
    if (config.maxMsgs() > 0 && store.messages() + count > config.maxMsgs()) {
      return ApiErrorCode.STREAM_STORE_FAILED.with(Limits.MESSAGES);
    }
    if (config.maxBytes() > 0 && store.bytes() + bytes > config.maxBytes()) {
      return ApiErrorCode.STREAM_STORE_FAILED.with(Limits.BYTES);
    }
    if (config.discardNewPerSubject() && !message.headers().says(HeaderName.ROLLUP)) {
      var state = store.subject(message.subject());
      if (ofSubject + (state == null ? 0 : state.messages()) > config.maxMsgsPerSubject()) {
        return ApiErrorCode.STREAM_STORE_FAILED.with(Limits.PER_SUBJECT);
      }
    }
    return null;
  }

  @Override
  public @Nullable Boolean isSchedule(String subject) {
    return schedules.get(subject);
  }
}

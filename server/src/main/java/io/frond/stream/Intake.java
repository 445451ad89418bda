package io.frond.stream;

import io.frond.store.MessageStore;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How a message comes into a stream when its entry is applied: checks, then the store, then what
/// follows from it (limits, rollup, schedules, republishing, consumers), then the answer. The
/// shard's thread.
final class Intake {
  private final Stream stream;
  private final MessageStore store;
  private final PublishRules rules;

  /// Of the message that was put last, when it was refused.
  private @Nullable ApiError refusal;

  /// What else became of the message that came last.
  private boolean taken;

  private boolean unwanted;
  private boolean duplicate;

  Intake(Stream stream, PublishRules rules) {
    this.stream = stream;
    store = stream.store();
    this.rules = rules;
  }

  /// Takes a message of a client's and answers it.
  void publish(Incoming message) throws IOException {
    var error = rules.check(message, false);
    if (error != null) {
      refusal = error;
      stream.answers().refuse(message, error);
      return;
    }
    if (rules.duplicateOf() > 0) {
      duplicate = true;
      stream
          .answers()
          .give(message, stream.answers().ack().begin(rules.duplicateOf()).duplicate().end());
      return;
    }
    var sequence = put(message, true);
    if (sequence == 0) {
      refuse(message);
    } else if (stream.answers().wanted(message)) {
      var ack = stream.answers().ack().begin(sequence);
      if (stream.config().allowMsgCounter()) {
        ack.value(Counters.shown(message));
      }
      stream.answers().give(message, ack.end());
    }
  }

  private void refuse(Incoming message) {
    if (refusal != null) {
      stream.answers().refuse(message, refusal);
    }
  }

  /// Takes a message that a schedule, an expiry or a source made; nobody is answered.
  ///
  /// @return its sequence, 0 when it was refused or is there already
  long internal(Incoming message) throws IOException {
    var error = rules.check(message, true);
    return error != null || rules.duplicateOf() > 0 ? 0 : put(message, true);
  }

  /// As [#internal].
  ///
  /// @return whether it is stored, or was before
  boolean takes(Incoming message) throws IOException {
    if (rules.check(message, true) != null) {
      return false;
    }
    return rules.duplicateOf() > 0 || put(message, true) > 0;
  }

  /// Stores a message that passed its checks.
  ///
  /// @param limited whether a full stream may refuse it; [#refusal] then says why
  /// @return its sequence, 0 when it was refused
  long put(Incoming message, boolean limited) throws IOException {
    refusal = null;
    var config = stream.config();
    var plain = message.headerLength() == 0 || message.headers().isEmpty();
    if (isUnwanted(message.subject())) {
      return skip(message, plain);
    }
    var ttl = plain ? 0 : ttl(message);
    if (ttl == MessageTtl.INVALID) {
      refusal = ApiErrorCode.MESSAGE_TTL_INVALID.with();
      return 0;
    }
    if (limited) {
      refusal = stream.limits().refuses(message);
      if (refusal != null) {
        return 0;
      }
    }
    var before = stream.isRepublishing() ? lastOf(message.subject()) : 0;
    var time = stream.timeOf(message);
    var expiry = MessageTtl.expiry(ttl, time);
    var subject = message.subject();
    var sequence =
        store.append(
            subject,
            message.buffer(),
            message.at(),
            message.headerLength(),
            message.length(),
            time,
            expiry);
    taken = true;
    stream.stored(message, sequence, time);
    if (!stream.consumers().isEmpty()) {
      stream.consumers().appended(sequence, subject);
    }
    try {
      stream.limits().enforce(subject);
    } catch (IOException e) {
      stream.chores().owe(stream.limits()::enforceAll, e);
    }
    if (!plain) {
      rollup(message, sequence, 1);
    }
    if (config.allowMsgSchedules()) {
      stream.schedules().stored(message, sequence, time);
    }
    stream.expiry().stored(time, expiry);
    stream.republish(message, sequence, time, before);
    return sequence;
  }

  /// A message that no consumer is there for is counted and not kept.
  private long skip(Incoming message, boolean plain) throws IOException {
    var time = stream.timeOf(message);
    var sequence = store.skip(time);
    taken = true;
    unwanted = true;
    stream.stored(message, sequence, time);
    if (!plain) {
      rollup(message, sequence, 0);
    }
    return sequence;
  }

  private long lastOf(byte[] subject) throws IOException {
    var state = store.subject(subject);
    return state == null ? 0 : state.last();
  }

  /// The message's TTL in seconds, made as long as a marker's where a shorter one could hide one.
  private long ttl(Incoming message) {
    if (!message.headers().says(HeaderName.TTL)) {
      return 0;
    }
    var ttl = MessageTtl.parse(message.headers().text(HeaderName.TTL));
    if (!stream.config().allowMsgTtl()) {
      return ttl == MessageTtl.INVALID ? ttl : 0;
    }
    var marker = stream.config().subjectDeleteMarkerTtl() / 1_000_000_000;
    if (ttl > 0 && ttl < marker && stream.config().maxMsgsPerSubject() != 1) {
      message.replaceHeaders(
          new HeaderBlock(message.headerBlock())
              .remove(HeaderName.TTL)
              .add(HeaderName.TTL, Long.toString(marker))
              .bytes());
      return marker;
    }
    return ttl;
  }

  private void rollup(Incoming message, long sequence, long keep) {
    var config = stream.config();
    if (!config.allowRollup() || config.denyPurge()) {
      return;
    }
    var headers = message.headers();
    if (!headers.says(HeaderName.ROLLUP) && !headers.says(HeaderName.SCHEDULE_NEXT)) {
      return;
    }
    var rollup = headers.lowerCase(HeaderName.ROLLUP);
    if (rollup.equals("sub")) {
      purge(SubjectFilter.of(message.subjectText()), sequence, keep);
    } else if (rollup.equals("all")) {
      purge(SubjectFilter.ALL, sequence, keep);
    }
    if (headers.is(HeaderName.SCHEDULE_NEXT, "purge") && headers.says(HeaderName.SCHEDULER)) {
      var scheduler = new String(headers.bytes(HeaderName.SCHEDULER), StandardCharsets.UTF_8);
      purge(SubjectFilter.of(scheduler), sequence, 0);
    }
  }

  /// Takes out what was there when a message was stored, but for the newest `keep`, 0 or 1.
  private void purge(SubjectFilter what, long sequence, long keep) {
    try {
      stream.limits().purge(what, 0, keep);
    } catch (IOException e) {
      stream.chores().owe(() -> stream.limits().purge(what, sequence + 1 - keep, 0), e);
    }
  }

  /// A message of a client's comes next: what became of the one before is forgotten.
  void begin() {
    refusal = null;
    taken = false;
    unwanted = false;
    duplicate = false;
  }

  /// Whether the message that came last is stored, or counted and not kept.
  boolean isTaken() {
    return taken;
  }

  /// Whether it was counted only, since no consumer wants it.
  boolean isUnwanted() {
    return unwanted;
  }

  boolean isDuplicate() {
    return duplicate;
  }

  /// Whether the stream keeps what consumers want, and none wants the subject.
  boolean isUnwanted(byte[] subject) {
    return stream.config().retention() == Retention.INTEREST
        && !stream.consumers().hasInterest(subject);
  }

  /// Why [#put] gave 0, or the message that came last was refused before.
  @Nullable ApiError refusal() {
    return refusal;
  }
}

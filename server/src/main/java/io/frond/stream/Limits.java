package io.frond.stream;

import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What leaves a stream, but for what expires: limits, removals, purges, and messages that nobody
/// needs any more; and whom it is told to. The shard's thread, while an entry is applied.
final class Limits {
  static final String MESSAGES = "maximum messages exceeded";
  static final String BYTES = "maximum bytes exceeded";
  static final String PER_SUBJECT = "maximum messages per subject exceeded";

  private final Stream stream;
  private final MessageStore store;
  private final ConsumerIndex consumers;
  private final StoredMessage found = new StoredMessage();
  private final Map<StreamConsumer, Long> settledUpTo = new HashMap<>();

  Limits(Stream stream, ConsumerIndex consumers) {
    this.stream = stream;
    store = stream.store();
    this.consumers = consumers;
  }

  /// Whether a stream that refuses what is too much takes a message.
  @Nullable ApiError refuses(Incoming message) throws IOException {
    var config = stream.config();
    if (config.discard() != Discard.NEW) {
      return null;
    }
    var max = config.maxMsgsPerSubject();
    var state = max > 0 ? store.subject(message.subject()) : null;
    var replaces = state != null && state.messages() >= max;
    if (replaces && config.discardNewPerSubject() && !message.headers().says(HeaderName.ROLLUP)) {
      return ApiErrorCode.STREAM_STORE_FAILED.with(PER_SUBJECT);
    }
    if (config.maxMsgs() > 0 && store.messages() >= config.maxMsgs() && !replaces) {
      return ApiErrorCode.STREAM_STORE_FAILED.with(MESSAGES);
    }
    var size = stream.sizeOf(message);
    if (config.maxBytes() > 0 && store.bytes() + size > config.maxBytes()) {
      if (state == null || !replaces || !store.load(state.first(), found) || sizeOfFound() < size) {
        return ApiErrorCode.STREAM_STORE_FAILED.with(BYTES);
      }
    }
    return null;
  }

  private int sizeOfFound() {
    return store.sizeOf(found.subjectLength(), found.headerLength(), found.bodyLength());
  }

  /// After a message was stored: the oldest go where there are too many.
  void enforce(byte[] subject) throws IOException {
    var config = stream.config();
    if (config.maxMsgsPerSubject() > 0) {
      enforceSubject(subject, config.maxMsgsPerSubject());
    }
    if (config.discard() == Discard.NEW) {
      return; // what is there stays, also when a limit became lower
    }
    if (config.maxMsgs() > 0) {
      while (store.messages() > config.maxMsgs()) {
        removeFirst();
      }
    }
    if (config.maxBytes() > 0) {
      while (store.bytes() > config.maxBytes() && store.messages() > 0) {
        removeFirst();
      }
    }
  }

  private void enforceSubject(byte[] subject, long max) throws IOException {
    var state = store.subject(subject);
    while (state != null && state.messages() > max) {
      remove(state.first(), subject, false);
      state = store.subject(subject);
    }
  }

  private void removeFirst() throws IOException {
    var first = store.firstSequence();
    if (consumers.isEmpty()) {
      store.remove(first, false);
    } else {
      remove(first, false);
    }
  }

  /// After a change of the configuration: enforces all limits on what is there, those of the whole
  /// stream first, as nats-server does.
  void enforceAll() throws IOException {
    enforce(new byte[0]);
    var max = stream.config().maxMsgsPerSubject();
    if (max > 0) {
      var subjects = new ArrayList<byte[]>();
      store.subjects(
          SubjectFilter.ALL,
          (subject, state) -> {
            if (state.messages() > max) {
              subjects.add(subject);
            }
            return true;
          });
      for (var subject : subjects) {
        enforceSubject(subject, max);
      }
    }
  }

  /// Takes a message out and tells the consumers that it was for.
  ///
  /// @return false when it was not there
  boolean remove(long sequence, boolean erase) throws IOException {
    if (!consumers.isEmpty() && store.load(sequence, found)) {
      return remove(sequence, found.subject(), erase);
    }
    return store.remove(sequence, erase);
  }

  /// As [#remove(long,boolean)], of a message whose subject is known.
  boolean remove(long sequence, byte[] subject, boolean erase) throws IOException {
    if (!store.remove(sequence, erase)) {
      return false;
    }
    if (!consumers.isEmpty()) {
      consumers.removed(sequence, subject, null);
    }
    return true;
  }

  /// Purges as an entry says.
  ///
  /// @return how many went
  long purge(ByteBuffer bytes, int at, int length) throws IOException {
    var filter = new byte[length - 16];
    bytes.get(at + 16, filter);
    var what = SubjectFilter.of(new String(filter, StandardCharsets.UTF_8));
    return purge(what, bytes.getLong(at), bytes.getLong(at + 8));
  }

  /// Purges, as a request or a rollup asks for it.
  ///
  /// @param before only messages before this sequence; 0 for no such limit
  /// @param keep so many of the newest stay; 0 for none
  /// @return how many went
  long purge(SubjectFilter what, long before, long keep) throws IOException {
    if (before == 1) {
      return 0;
    }
    if (what.isAll()) {
      return purgeAll(before, keep);
    }
    var limit = before > 0 ? before : Long.MAX_VALUE;
    var left = Long.MAX_VALUE;
    if (keep > 0) {
      left = store.count(what, 0, false) - keep;
    }
    var purged = 0L;
    var at = store.next(what, store.firstSequence());
    while (at > 0 && at < limit && left-- > 0) {
      store.remove(at, false);
      purged++;
      at = store.next(what, at + 1);
    }
    if (purged > 0) {
      consumers.purged(what, at > 0 ? at : store.lastSequence() + 1);
    }
    return purged;
  }

  private long purgeAll(long before, long keep) throws IOException {
    long purged;
    if (before > 1) {
      purged = store.compact(before);
    } else if (keep == 0) {
      purged = store.purge();
    } else if (keep < store.messages()) {
      purged = store.compact(sequenceOf(store.messages() - keep));
    } else {
      return 0;
    }
    if (purged > 0) {
      consumers.purged(SubjectFilter.ALL, store.firstSequence());
    }
    return purged;
  }

  /// The sequence of the message that `skip` messages stand before.
  private long sequenceOf(long skip) throws IOException {
    if (store.messages() == store.lastSequence() - store.firstSequence() + 1) {
      return store.firstSequence() + skip;
    }
    var at = store.firstSequence();
    for (var left = skip; left > 0; left--) {
      at = store.next(SubjectFilter.ALL, at + 1);
    }
    return at;
  }

  /// A consumer is done with a message: unless another one needs it, it goes.
  void settled(StreamConsumer by, long sequence) {
    if (stream.config().retention() != Retention.LIMITS) {
      stream.chores().run(() -> drop(by, sequence));
    }
  }

  private void drop(StreamConsumer by, long sequence) throws IOException {
    if (!store.load(sequence, found)) {
      return;
    }
    var subject = found.subject();
    if (!consumers.needs(sequence, subject) && store.remove(sequence, false)) {
      consumers.removed(sequence, subject, by);
    }
  }

  /// As [#settled], for all messages of the consumer's from one sequence to another.
  void settledUpTo(StreamConsumer by, long first, long last) {
    switch (stream.config().retention()) {
      case LIMITS -> {}
      case INTEREST -> stream.chores().run(() -> dropUpTo(by, last));
      case WORK_QUEUE -> stream.chores().run(() -> drop(by, first, last));
    }
  }

  /// A consumer was reset to behind a sequence.
  void begunAnew(StreamConsumer by, long upTo) {
    settledUpTo.remove(by);
    if (stream.config().retention() == Retention.INTEREST) {
      stream.chores().run(() -> dropUpTo(by, upTo));
    }
  }

  private void dropUpTo(StreamConsumer by, long upTo) throws IOException {
    drop(by, settledUpTo.getOrDefault(by, 0L) + 1, upTo);
    settledUpTo.merge(by, upTo, Math::max);
  }

  private void drop(StreamConsumer by, long first, long last) throws IOException {
    var at = store.next(by.filter(), Math.max(first, store.firstSequence()));
    while (at > 0 && at <= last) {
      drop(by, at);
      at = store.next(by.filter(), at + 1);
    }
  }

  /// The consumer is gone.
  void forget(StreamConsumer consumer) {
    settledUpTo.remove(consumer);
  }
}

package io.frond.consumer;

import io.frond.store.MessageStore;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/// What a consumer must remember: what was delivered, what was settled, and what is pending. It
/// changes only by log entries and by what the stream does while entries are applied, so that the
/// same entries always give the same ledger. (What is sent before its entry is committed stands in
/// [Pending] behind its durable part.)
///
/// One owner: the shard's thread.
final class Ledger {
  /// What follows from an entry outside of the ledger.
  interface Effects {
    /// The message is done.
    void settled(long sequence);

    /// All between the two are done, and those at them.
    void settledUpTo(long first, long last);

    /// What was settled behind a sequence is not any more, and what was not before it counts so.
    void begunAnew(long sequence);

    /// It shall be sent again: at once, or when its time has come.
    void again(int pendingIndex, boolean now);

    /// What was sent does not fit what the log says: what is not in the log must be forgotten.
    void diverged();

    /// A pending message was removed from the stream.
    void lost(long sequence, long consumerSequence, long deliveries);
  }

  private final MessageStore store;
  private final Effects effects;
  private ConsumerConfig config;

  final Pending pending = new Pending();

  /// Sequences that were sent as often as is allowed, and how often that was.
  final TreeMap<Long, Integer> exhausted = new TreeMap<>();

  long deliveredConsumer;
  long deliveredStream;
  long floorConsumer;
  long floorStream;

  /// Nanoseconds since the epoch, 0 for never; as is the next.
  long deliveredAt;

  long settledAt;

  /// The newest message of each subject at the consumer's creation, ascending: with
  /// `last_per_subject` they come first, then what is behind [#resume].
  long[] starts = {};

  long resume;

  /// Between these, messages that were not delivered yet were taken out of the stream.
  private long goneFrom = Long.MAX_VALUE;

  private long goneTo;

  Ledger(MessageStore store, ConsumerConfig config, Effects effects) {
    this.store = store;
    this.config = config;
    this.effects = effects;
  }

  void config(ConsumerConfig now) {
    config = now;
  }

  /// Begins with a sequence.
  void begin(long sequence) {
    pending.clear();
    exhausted.clear();
    deliveredConsumer = 0;
    deliveredStream = sequence - 1;
    floorConsumer = 0;
    floorStream = sequence - 1;
    deliveredAt = 0;
    settledAt = 0;
    goneFrom = Long.MAX_VALUE;
    goneTo = 0;
  }

  /// Begins anew.
  ///
  /// @param asked the sequence; 0 for the one behind the floor
  void reset(long asked) {
    var sequence = Math.max(1, asked == 0 ? floorStream + 1 : asked);
    begin(sequence);
    starts = new long[0];
    effects.diverged();
    effects.begunAnew(sequence - 1);
  }

  /// A message's first delivery.
  void first(long sequence, long consumerSequence, long time) {
    if (consumerSequence > deliveredConsumer + 1 && sequence > deliveredStream + 1) {
      missed(sequence, consumerSequence, time);
    }
    deliveredConsumer = Math.max(deliveredConsumer, consumerSequence);
    deliveredAt = time;
    var gone = sequence <= deliveredStream || isGone(sequence);
    deliveredStream = Math.max(deliveredStream, sequence);
    if (deliveredStream >= goneTo) {
      goneFrom = Long.MAX_VALUE;
      goneTo = 0;
    }
    int i;
    if (pending.isNext(sequence, consumerSequence)) {
      i = pending.advance();
      pending.time(i, time);
    } else {
      if (pending.hasUncommitted()) {
        pending.dropUncommitted();
        effects.diverged();
      }
      if (gone) {
        floorAfter(consumerSequence);
        return;
      }
      i = pending.add(sequence, consumerSequence, time);
      pending.advance();
    }
    if (gone) {
      take(i);
      effects.lost(sequence, consumerSequence, 1);
    }
  }

  /// The log has not what was delivered before a message, because it failed or is damaged: those
  /// messages count as delivered, and wait for an acknowledgement or for being sent again.
  private void missed(long before, long consumerSequence, long time) {
    if (pending.hasUncommitted()) {
      pending.dropUncommitted();
      effects.diverged();
    }
    var filter = config.filter();
    try {
      var at = store.next(filter, deliveredStream + 1);
      while (at > 0 && at < before) {
        deliveredConsumer = Math.min(deliveredConsumer + 1, consumerSequence - 1);
        deliveredStream = at;
        pending.add(at, deliveredConsumer, time);
        pending.advance();
        at = store.next(filter, at + 1);
      }
    } catch (IOException e) {
      // What cannot be read cannot be sent again either.
    }
  }

  private boolean isGone(long sequence) {
    return sequence < store.firstSequence()
        || (sequence >= goneFrom && sequence <= goneTo && !exists(sequence));
  }

  private boolean exists(long sequence) {
    try {
      return store.next(SubjectFilter.ALL, sequence) == sequence;
    } catch (IOException e) {
      return true;
    }
  }

  /// A message's delivery again.
  void again(long sequence, long consumerSequence, int deliveries, long time) {
    deliveredConsumer = Math.max(deliveredConsumer, consumerSequence);
    deliveredAt = time;
    var i = pending.findDurable(sequence);
    if (i >= 0) {
      pending.redeliveries(i, deliveries - 1);
      pending.time(i, time);
      pending.unset(i, Pending.SENT);
    } else {
      floorAfter(consumerSequence);
    }
  }

  /// All up to here was delivered, and counts as settled.
  void position(long consumerSequence, long sequence, long time) {
    if (consumerSequence > deliveredConsumer) {
      var first = floorStream + 1;
      deliveredConsumer = consumerSequence;
      deliveredStream = Math.max(deliveredStream, sequence);
      floorConsumer = deliveredConsumer;
      floorStream = deliveredStream;
      deliveredAt = time;
      effects.settledUpTo(first, floorStream);
    }
  }

  /// One message is settled.
  void settle(long sequence, long time) {
    var i = pending.findDurable(sequence);
    if (i >= 0) {
      take(i);
    } else if (exhausted.remove(sequence) == null) {
      return;
    }
    settledAt = time;
    effects.settled(sequence);
  }

  private void take(int i) {
    var consumerSequence = pending.consumerSequence(i);
    pending.remove(i);
    floorAfter(consumerSequence);
  }

  private void floorAfter(long consumerSequence) {
    var first = pending.firstDurable();
    if (first < 0) {
      floorConsumer = deliveredConsumer;
      floorStream = deliveredStream;
    } else if (consumerSequence == floorConsumer + 1) {
      floorConsumer = pending.consumerSequence(first) - 1;
      floorStream = pending.sequence(first) - 1;
    }
  }

  /// A message and all before it are settled.
  void settleAll(long sequence, long time) {
    var upTo = Math.min(sequence, deliveredStream);
    if (upTo <= floorStream) {
      return;
    }
    var from = floorStream + 1;
    while (true) {
      var first = pending.firstDurable();
      if (first < 0 || pending.sequence(first) > upTo) {
        break;
      }
      pending.remove(first);
    }
    if (!exhausted.isEmpty()) {
      from = Math.min(from, exhausted.firstKey());
      exhausted.headMap(upTo, true).clear();
    }
    var left = pending.firstDurable();
    floorConsumer = left < 0 ? deliveredConsumer : pending.consumerSequence(left) - 1;
    floorStream = left < 0 ? deliveredStream : upTo;
    settledAt = time;
    effects.settledUpTo(from, upTo);
  }

  /// A message shall come again, not before `at`.
  void refuse(long sequence, long at, long time) {
    var i = pending.findDurable(sequence);
    if (i >= 0) {
      pending.time(i, at - wait(pending.redeliveries(i)));
      effects.again(i, at <= time);
    }
  }

  /// A message is being worked on.
  void touch(long sequence, long time) {
    var i = pending.findDurable(sequence);
    if (i >= 0) {
      pending.time(i, time);
    }
  }

  /// A message was sent as often as is allowed.
  void exhaust(long sequence) {
    var i = pending.findDurable(sequence);
    if (i >= 0) {
      exhausted.put(sequence, pending.redeliveries(i) + 1);
      take(i);
    }
  }

  /// How long to wait for an acknowledgement, nanoseconds; 0 for ever.
  long wait(int redeliveries) {
    var backoff = config.backoff();
    return backoff.isEmpty()
        ? config.ackWait()
        : backoff.get(Math.min(redeliveries, backoff.size() - 1));
  }

  /// Whether the message is still to be kept for this consumer; it matches the filter.
  boolean needs(long sequence) {
    if (sequence > floorStream) {
      if (config.ackPolicy() != AckPolicy.EXPLICIT
          || sequence > deliveredStream
          || pending.findDurable(sequence) >= 0) {
        return true;
      }
    }
    return !exhausted.isEmpty() && exhausted.containsKey(sequence);
  }

  /// A message was taken out of the stream.
  void removed(long sequence) {
    var i = pending.findDurable(sequence);
    if (i >= 0) {
      var consumerSequence = pending.consumerSequence(i);
      var deliveries = pending.redeliveries(i) + 1;
      take(i);
      effects.lost(sequence, consumerSequence, deliveries);
    } else if (sequence > deliveredStream) {
      goneFrom = Math.min(goneFrom, sequence);
      goneTo = Math.max(goneTo, sequence);
    } else {
      exhausted.remove(sequence);
    }
  }

  /// Many messages were taken out of the stream.
  ///
  /// @param lost whether what is pending of them is [Effects#lost]
  void purged(boolean lost) {
    var first = store.firstSequence();
    for (var i = pending.firstDurable(); i >= 0 && pending.isDurable(i); ) {
      var sequence = pending.sequence(i);
      var next = pending.after(i);
      if (sequence < first || !exists(sequence)) {
        if (lost) {
          effects.lost(sequence, pending.consumerSequence(i), pending.redeliveries(i) + 1);
        }
        pending.remove(i);
      }
      i = next;
    }
    exhausted.keySet().removeIf(sequence -> sequence < first || !exists(sequence));
    deliveredStream = Math.max(deliveredStream, first - 1);
    var lowest = pending.firstDurable();
    if (lowest < 0) {
      floorConsumer = deliveredConsumer;
      floorStream = deliveredStream;
    } else {
      floorConsumer = pending.consumerSequence(lowest) - 1;
      floorStream = Math.max(floorStream, first - 1);
    }
    if (store.lastSequence() > deliveredStream) {
      goneFrom = deliveredStream + 1;
      goneTo = store.lastSequence();
    }
  }

  /// What a backup needs.
  ConsumerState state() {
    var delivered = new TreeMap<Long, ConsumerState.Delivered>();
    var again = new TreeMap<Long, Long>();
    for (var i = pending.firstDurable(); i >= 0 && pending.isDurable(i); i = pending.after(i)) {
      var sequence = pending.sequence(i);
      delivered.put(
          sequence, new ConsumerState.Delivered(pending.consumerSequence(i), pending.time(i)));
      if (pending.redeliveries(i) > 0) {
        again.put(sequence, (long) pending.redeliveries(i));
      }
    }
    exhausted.forEach((sequence, deliveries) -> again.put(sequence, deliveries - 1L));
    return new ConsumerState(
        floorConsumer, floorStream, deliveredConsumer, deliveredStream, delivered, again);
  }

  /// Takes up what a backup has.
  void take(ConsumerState state) {
    begin(1);
    starts = new long[0];
    deliveredConsumer = state.deliveredConsumer();
    deliveredStream = state.deliveredStream();
    floorConsumer = state.ackFloorConsumer();
    floorStream = state.ackFloorStream();
    var again = new TreeMap<>(state.redelivered());
    state
        .pending()
        .forEach((sequence, one) -> {
          var i = pending.add(sequence, one.consumerSequence(), one.timestamp());
          var times = again.remove(sequence);
          pending.redeliveries(i, times == null ? 0 : times.intValue());
          pending.advance();
        });
    again.forEach((sequence, times) -> exhausted.put(sequence, times.intValue() + 1));
  }

  /// Versioned; [#restore] reads it.
  byte[] save() {
    var to = new Numbers(256);
    to.put(VERSION);
    to.put(deliveredConsumer);
    to.put(deliveredStream);
    to.put(floorConsumer);
    to.put(floorStream);
    to.put(deliveredAt);
    to.put(settledAt);
    to.put(goneTo);
    to.put(goneTo == 0 ? 0 : goneFrom);
    savePending(to);
    to.put(exhausted.size());
    exhausted.forEach((sequence, deliveries) -> {
      to.put(sequence);
      to.put(deliveries);
    });
    to.put(resume);
    var from = 0;
    while (from < starts.length && starts[from] <= deliveredStream) {
      from++;
    }
    to.put(starts.length - from);
    var before = 0L;
    for (var i = from; i < starts.length; i++) {
      to.put(starts[i] - before);
      before = starts[i];
    }
    return to.copy();
  }

  private static final int VERSION = 1;

  private void savePending(Numbers to) {
    var count = 0;
    for (var i = pending.firstDurable(); i >= 0 && pending.isDurable(i); i = pending.after(i)) {
      count++;
    }
    to.put(count);
    var sequence = 0L;
    var consumerSequence = 0L;
    var time = 0L;
    for (var i = pending.firstDurable(); i >= 0 && pending.isDurable(i); i = pending.after(i)) {
      to.put(pending.sequence(i) - sequence);
      to.put(Numbers.zigzag(pending.consumerSequence(i) - consumerSequence));
      to.put(Numbers.zigzag(pending.time(i) - time));
      to.put(pending.redeliveries(i));
      sequence = pending.sequence(i);
      consumerSequence = pending.consumerSequence(i);
      time = pending.time(i);
    }
  }

  /// @throws IllegalStateException when the bytes are damaged or of a later version
  void restore(byte[] bytes) {
    var from = new Numbers.Reader(ByteBuffer.wrap(bytes), 0, bytes.length);
    var version = from.next();
    if (version != VERSION) {
      throw new IllegalStateException("a consumer's state has version " + version);
    }
    pending.clear();
    exhausted.clear();
    deliveredConsumer = from.next();
    deliveredStream = from.next();
    floorConsumer = from.next();
    floorStream = from.next();
    deliveredAt = from.next();
    settledAt = from.next();
    goneTo = from.next();
    goneFrom = from.next();
    if (goneTo == 0) {
      goneFrom = Long.MAX_VALUE;
    }
    var sequence = 0L;
    var consumerSequence = 0L;
    var time = 0L;
    for (var left = from.next(); left > 0; left--) {
      sequence += from.next();
      consumerSequence += Numbers.unzigzag(from.next());
      time += Numbers.unzigzag(from.next());
      var i = pending.add(sequence, consumerSequence, time);
      pending.redeliveries(i, (int) from.next());
      pending.advance();
    }
    for (var left = from.next(); left > 0; left--) {
      exhausted.put(from.next(), (int) from.next());
    }
    resume = from.next();
    starts = new long[(int) from.next()];
    var before = 0L;
    for (var i = 0; i < starts.length; i++) {
      before += from.next();
      starts[i] = before;
    }
  }
}

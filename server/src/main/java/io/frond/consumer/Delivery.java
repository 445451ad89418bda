package io.frond.consumer;

import io.frond.json.JsonTime;
import io.frond.shard.Outlet;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.stream.Retention;
import io.frond.stream.StreamView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Sends messages: those that come again first, then the next of the stream. What was sent is noted
/// in the ledger's pending messages at once and proposed to the log at the end of a turn; it is
/// ahead of the ledger until then. A turn is short, so that no consumer starves others. On the
/// shard's thread.
final class Delivery {
  private static final int TURN_MESSAGES = 512;
  private static final int TURN_BYTES = 1 << 20;
  private static final long CROWDED_NANOS = 2_000_000L;
  private static final long MAX_PAYLOAD = 1 << 20;

  /// Why a turn ended.
  private enum End {
    /// There is nothing (that anybody wants) to send.
    NOTHING,
    /// Too many messages wait for an acknowledgement.
    STALLED,
    /// It is too early.
    LATER,
    /// Others are to have their turn.
    ENOUGH
  }

  private final StreamView stream;
  private final MessageStore store;
  private final Ledger ledger;
  private final Journal journal;
  private final Receivers receivers;
  private final Pin pin;
  private final AckSubject ack;
  private final Redelivery redelivery;
  private final StoredMessage message = new StoredMessage();
  private final Shape shape = new Shape();
  private final SubjectCache subjects = new SubjectCache();
  private final Pacing pacing = new Pacing();
  private final Numbers burst = new Numbers(512);
  private final Alarm alarm;
  private final Alarm position;

  /// When the last message was sent; the log hears of it later.
  long sentAt;

  private ConsumerConfig config;
  private SubjectFilter filter;

  /// The next sequence to look at, and the next consumer sequence.
  private long next;

  private long nextConsumer;

  /// The first of the ledger's starts that was not sent.
  private int startAt;

  private long lastNew;
  private long pendingMessages;
  private boolean started;
  private boolean scheduled;
  private boolean held;
  private long notBefore;
  private long burstFirst;
  private long burstLast;

  Delivery(
      StreamView stream,
      String consumer,
      ConsumerConfig config,
      Ledger ledger,
      Journal journal,
      Receivers receivers,
      Pin pin,
      Redelivery redelivery) {
    this.stream = stream;
    store = stream.store();
    this.config = config;
    this.ledger = ledger;
    this.journal = journal;
    this.receivers = receivers;
    this.pin = pin;
    this.redelivery = redelivery;
    filter = config.filter();
    ack = new AckSubject(stream.config().name(), consumer);
    alarm = new Alarm(stream.shard(), this::wake);
    position = new Alarm(stream.shard(), this::notePosition);
  }

  void start() {
    started = true;
    var now = stream.shard().now();
    if (config.replayPolicy() == ReplayPolicy.ORIGINAL) {
      pacing.replayUntil(store.lastSequence());
    }
    limitRate(now);
    rewind();
  }

  private void limitRate(long now) {
    var largest = stream.config().maxMsgSize();
    pacing.limit(config.rateLimit(), largest > 0 ? largest : MAX_PAYLOAD, now);
  }

  void stop() {
    started = false;
    alarm.cancel();
    position.cancel();
  }

  void configured(ConsumerConfig now) {
    var before = config;
    config = now;
    filter = now.filter();
    if (started) {
      if (before.rateLimit() != now.rateLimit()) {
        limitRate(stream.shard().now());
      }
      if (!before.filters().equals(now.filters())) {
        recount();
      }
      wake();
    }
  }

  /// Goes back to what the ledger says.
  void rewind() {
    ledger.pending.dropUncommitted();
    next = ledger.deliveredStream + 1;
    nextConsumer = ledger.deliveredConsumer + 1;
    lastNew = ledger.deliveredStream;
    startAt = 0;
    skipStarts();
    redelivery.rewind();
    recount();
    wake();
  }

  private void skipStarts() {
    var starts = ledger.starts;
    if (startAt < starts.length) {
      while (startAt < starts.length && starts[startAt] < next) {
        startAt++;
      }
      if (startAt == starts.length) {
        next = Math.max(next, ledger.resume + 1);
      }
    }
  }

  /// Sends nothing until [#release].
  void hold() {
    held = true;
  }

  void release() {
    held = false;
    wake();
  }

  /// Something may have to be sent.
  void wake() {
    if (started && !scheduled) {
      scheduled = true;
      stream.shard().afterBatch(this::turn);
    }
  }

  private void turn() {
    scheduled = false;
    if (!started || held) {
      return;
    }
    var now = stream.shard().now();
    var until = config.pauseUntil();
    if (until != null && JsonTime.nanos(until) > now) {
      receivers.idle(true);
      return;
    }
    if (now < notBefore) {
      alarm.atLatest(notBefore);
      return;
    }
    End end;
    try {
      end = receivers.ready() ? send(now) : End.NOTHING;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      note(now);
    }
    switch (end) {
      case ENOUGH -> wake();
      case LATER -> alarm.atLatest(notBefore);
      case STALLED -> receivers.idle(false);
      case NOTHING -> {
        pacing.reached(next);
        receivers.idle(true);
      }
    }
  }

  private End send(long now) throws IOException {
    var bytes = 0;
    for (var count = 0; count < TURN_MESSAGES && bytes < TURN_BYTES; ) {
      var again = loadAgain();
      if (again < 0) {
        if (isStalled()) {
          return End.STALLED;
        }
        if (!loadNext()) {
          return End.NOTHING;
        }
      }
      var deliveries = again < 0 ? 1 : ledger.pending.redeliveries(again) + 2;
      shape.set(message, config.headersOnly());
      var replyLength =
          ack.write(
              deliveries,
              message.sequence(),
              nextConsumer,
              message.timestamp(),
              Math.max(0, again < 0 ? pendingMessages - 1 : pendingMessages));
      var size = message.subjectLength() + replyLength + shape.length();
      notBefore = pacing.notBefore(message.timestamp(), size, now);
      if (notBefore > now) {
        return End.LATER;
      }
      var to = receivers.choose(size);
      if (to == null) {
        return End.NOTHING;
      }
      switch (give(to, replyLength)) {
        case NOBODY -> {
          receivers.unheard();
          if (!receivers.ready()) {
            return End.NOTHING;
          }
          continue;
        }
        case CROWDED -> notBefore = now + CROWDED_NANOS;
        case YES -> {
          // the usual case
        }
      }
      record(again, deliveries, size, now);
      receivers.sent(size);
      if (notBefore > now) {
        return End.LATER;
      }
      count++;
      bytes += size;
      if (!receivers.ready()) {
        return End.NOTHING;
      }
    }
    return End.ENOUGH;
  }

  private boolean isStalled() {
    return config.maxAckPending() > 0 && ledger.pending.unanswered() >= config.maxAckPending();
  }

  private Outlet.Taken give(byte[] to, int replyLength) {
    if (!pin.id().isEmpty()) {
      shape.header("Nats-Pin-Id: " + pin.id());
    }
    return stream
        .outlet()
        .deliver(
            to,
            subjects.of(message),
            ack.bytes(),
            replyLength,
            shape.headerLength(),
            shape.buffer(),
            shape.at(),
            shape.length());
  }

  /// Loads the first message that is to be sent again.
  ///
  /// @return where it stands among the pending ones, -1 for none
  private int loadAgain() throws IOException {
    while (true) {
      var i = redelivery.next();
      if (i < 0 || store.load(ledger.pending.sequence(i), message)) {
        return i;
      }
      redelivery.missing(i);
    }
  }

  private boolean loadNext() throws IOException {
    while (startAt < ledger.starts.length) {
      var start = ledger.starts[startAt];
      if (start >= next
          && store.load(start, message)
          && (filter.isAll() || filter.matches(message.subject()))) { // it may be another one now
        return true;
      }
      startAt++;
      skipStarts();
    }
    if (next > store.lastSequence()) {
      pendingMessages = 0;
      return false;
    }
    if (store.loadNext(filter, next, message)) {
      return true;
    }
    next = store.lastSequence() + 1;
    pendingMessages = 0;
    return false;
  }

  private void record(int again, int deliveries, int size, long now) {
    var sequence = message.sequence();
    if (burst.isEmpty()) {
      burstFirst = nextConsumer;
      burstLast = 0;
    }
    var distance = Numbers.zigzag(sequence - burstLast) << 1;
    burstLast = sequence;
    if (again >= 0) {
      burst.put(distance | 1);
      burst.put(deliveries);
      ledger.pending.set(again, Pending.SENT);
      redelivery.taken(again);
      redelivery.watch(now + ledger.wait(deliveries - 1));
    } else {
      burst.put(distance);
      if (config.ackPolicy() != AckPolicy.NONE) {
        ledger.pending.add(sequence, nextConsumer, now);
      }
      lastNew = sequence;
      next = sequence + 1;
      if (startAt < ledger.starts.length) {
        startAt++;
        skipStarts();
      }
      pendingMessages--;
    }
    nextConsumer++;
    pacing.sent(message.timestamp(), size, now);
  }

  /// Proposes what was sent in this turn.
  private void note(long now) {
    if (burst.isEmpty()) {
      return;
    }
    sentAt = now;
    if (config.ackPolicy() == AckPolicy.NONE) {
      burst.clear();
      if (journal.isLocal() || stream.config().retention() != Retention.LIMITS) {
        notePosition();
      } else {
        position.atLatest(now + POSITION_NANOS);
      }
      return;
    }
    redelivery.watch(now + ledger.wait(0));
    redelivery.settle();
    journal.begin(Journal.DELIVERED).putLong(burstFirst).put(burst.bytes(), 0, burst.length());
    burst.clear();
    journal.end(this::noted);
  }

  private void noted(@Nullable Object result, @Nullable Throwable failure) {
    if (failure != null && started) {
      rewind();
    }
  }

  /// How far a consumer's position, which nobody acknowledges, may lag in the log.
  private static final long POSITION_NANOS = 250_000_000L;

  private void notePosition() {
    journal.begin(Journal.POSITION).putLong(nextConsumer - 1).putLong(lastSent());
    journal.end(null);
  }

  /// For saving: nothing but the position is ahead of the ledger where nobody acknowledges.
  void settlePosition() {
    if (started
        && config.ackPolicy() == AckPolicy.NONE
        && stream.config().retention() == Retention.LIMITS) {
      ledger.position(nextConsumer - 1, lastSent(), stream.shard().now());
    }
  }

  /// A message was appended that the filter matches. It may be before where delivery begins.
  void appended(long sequence) {
    if (started && sequence >= next) {
      pendingMessages++;
      if (!scheduled && receivers.ready()) {
        wake();
      }
    }
  }

  void removed(long sequence) {
    if (!started || sequence < next) {
      return;
    }
    if (startAt < ledger.starts.length
        && sequence <= ledger.resume
        && Arrays.binarySearch(ledger.starts, startAt, ledger.starts.length, sequence) < 0) {
      return;
    }
    pendingMessages--;
  }

  void purged() {
    if (started) {
      next = Math.max(next, ledger.deliveredStream + 1);
      skipStarts();
      recount();
      wake();
    }
  }

  private void recount() {
    try {
      var count = 0L;
      var from = next;
      if (startAt < ledger.starts.length) {
        for (var i = startAt; i < ledger.starts.length; i++) {
          var start = ledger.starts[i];
          if (store.next(SubjectFilter.ALL, start) == start && store.next(filter, start) == start) {
            count++;
          }
        }
        from = ledger.resume + 1;
      }
      pendingMessages = count + store.count(filter, from, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Messages that the filter matches and that were not sent yet.
  long pendingMessages() {
    return next > store.lastSequence() ? 0 : Math.max(0, pendingMessages);
  }

  /// The last sequence that was looked at.
  long lastStream() {
    return next - 1;
  }

  /// The stream sequence of the last message that was sent for the first time.
  long lastSent() {
    return Math.max(ledger.deliveredStream, lastNew);
  }

  long lastConsumer() {
    return nextConsumer - 1;
  }
}

package io.frond.consumer;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.shard.Shard;
import io.frond.store.SubjectFilter;
import io.frond.stream.Retention;
import io.frond.stream.Storage;
import io.frond.stream.StreamConsumer;
import io.frond.stream.StreamView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A consumer: delivers a stream's messages and keeps what was acknowledged. What it must remember
/// is its [Ledger], which only entries of the log change; everything else lives from [#start] to
/// [#stop]. Everything on the shard's thread.
public final class Consumer implements StreamConsumer {
  final StreamView stream;
  private final int number;
  private final String name;
  private final long created;
  final Ledger ledger;
  private final Journal journal;
  private final Settling settling;
  final ConsumerEvents events;
  final Redelivery redelivery;
  private final Pin pin;
  final @Nullable Pulls pulls;
  final @Nullable Push push;
  private final Receivers receivers;
  final Delivery delivery;
  private final Acks acks;
  final Inactivity inactivity;
  private final Alarm unpause;
  ConsumerConfig config;
  private SubjectFilter filter;
  boolean started;
  boolean diverged;
  boolean ending;

  /// A new consumer, or one whose [#restoreState] is called next. Made while an entry is applied or
  /// a checkpoint read: the place where it begins depends on the store as it is now.
  ///
  /// @param number within the stream, never used again
  /// @param created nanoseconds since the epoch
  public Consumer(StreamView stream, int number, String name, ConsumerConfig config, long created) {
    this.stream = stream;
    this.number = number;
    this.name = name;
    this.config = config;
    this.created = created;
    filter = config.filter();
    var shard = stream.shard();
    var inside = new Inside(this);
    ledger = new Ledger(stream.store(), config, inside);
    journal =
        new Journal(
            shard,
            stream.id(),
            number,
            (index, kind, of, bytes, at, length) -> apply(kind, bytes, at, length));
    journal.local(isLocal());
    settling = new Settling(journal, shard, inside);
    events = new ConsumerEvents(stream, name);
    redelivery = new Redelivery(shard, config, ledger, settling, events, inside::wake);
    pin = new Pin(stream, config, events, inside::wake);
    if (config.isPush()) {
      push = new Push(stream, name, config, inside);
      pulls = null;
      receivers = push;
    } else {
      push = null;
      pulls = new Pulls(stream, config, inside, pin);
      receivers = pulls;
    }
    delivery = new Delivery(stream, name, config, ledger, journal, receivers, pin, redelivery);
    acks = new Acks(stream, name, config, ledger, settling, events, inside);
    inactivity = new Inactivity(shard, name, config, inside);
    unpause = new Alarm(shard, this::unpaused);
    try {
      Start.select(stream, config, ledger);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether its ledger is kept in memory only. An interest stream's messages go when it is done
  /// with them, which the log must know.
  private boolean isLocal() {
    return (config.memoryStorage() || config.direct())
        && stream.config().storage() == Storage.FILE
        && stream.config().retention() == Retention.LIMITS;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int number() {
    return number;
  }

  public ConsumerConfig config() {
    return config;
  }

  /// Nanoseconds since the epoch.
  public long created() {
    return created;
  }

  @Override
  public SubjectFilter filter() {
    return filter;
  }

  /// Takes an acknowledgement (or the like); offsets are absolute in `in`, which is valid during
  /// the call.
  ///
  /// @param bodyAt behind the headers
  public void ack(
      ByteBuffer in,
      int subjectAt,
      int subjectLength,
      int replyAt,
      int replyLength,
      int bodyAt,
      int bodyLength) {
    if (started) {
      acks.take(in, subjectAt, subjectLength, replyAt, replyLength, bodyAt, bodyLength);
    }
  }

  /// As the other, for what stands in arrays of its own.
  public void ack(byte[] subject, byte[] reply, byte[] body) {
    var all = ByteBuffer.allocate(subject.length + reply.length + body.length);
    all.put(subject).put(reply).put(body);
    ack(
        all,
        0,
        subject.length,
        subject.length,
        reply.length,
        subject.length + reply.length,
        body.length);
  }

  /// Takes a request for messages.
  ///
  /// @param headerLength bytes of headers at the beginning of `body`
  public void pull(byte[] reply, int headerLength, byte[] body) {
    if (!started || reply.length == 0) {
      return;
    }
    if (pulls == null) {
      var status = Status.PUSH_BASED;
      stream.outlet().publish(reply, Status.NONE, status.length, status);
      return;
    }
    inactivity.used();
    pulls.add(reply, headerLength, body);
  }

  /// Takes a request for messages that has no headers.
  public void pull(byte[] reply, byte[] body) {
    pull(reply, 0, body);
  }

  /// Takes the answer to a flow-control message.
  ///
  /// @param headerLength bytes of headers at the beginning of `body`
  public void flowControlReply(byte[] subject, int headerLength, byte[] body) {
    if (!started || push == null || !push.answered(subject)) {
      return;
    }
    inactivity.used();
    if (config.ackPolicy() == AckPolicy.FLOW_CONTROL && headerLength > 0) {
      var headers = Headers.text(body, headerLength);
      var sequence = Headers.number(headers, "Nats-Last-Stream");
      if (sequence > 0 && Headers.number(headers, "Nats-Last-Consumer") > ledger.floorConsumer) {
        settling.add(Settling.DONE_ALL, sequence);
      }
    }
  }

  /// As the other, for an answer without headers.
  public void flowControlReply(byte[] subject) {
    flowControlReply(subject, 0, Status.NONE);
  }

  /// Ends the pin of a priority group's client, as an administrator asks.
  public void unpin(String group) {
    if (pin.id().isEmpty()) {
      events.unpinned(group, "admin");
    } else {
      pin.unpin("admin");
    }
  }

  /// Begins anew with a stream sequence, or with 0 behind the acknowledgement floor (ADR-60).
  ///
  /// @param done gets the sequence as a Long after the commit, or a text that says why not, at once
  public void proposeReset(long sequence, Shard.Completion done) {
    var why = Start.refusesReset(stream, config, sequence);
    if (why != null) {
      done.done(why, null);
      return;
    }
    delivery.hold();
    settling.flush();
    // where nobody acknowledges, the log hears later how far the consumer is
    var behind = config.ackPolicy() == AckPolicy.NONE ? floorStream() + 1 : 0;
    journal.begin(Journal.RESET).putLong(sequence == 0 ? behind : sequence);
    journal.end((result, failure) -> {
      if (failure == null) {
        delivery.sentAt = 0;
      }
      delivery.release();
      done.done(failure == null ? (Object) (ledger.floorStream + 1) : null, failure);
    });
  }

  @Override
  public void appended(long sequence, byte[] subject) {
    delivery.appended(sequence);
  }

  @Override
  public void removed(long sequence, byte[] subject) {
    ledger.removed(sequence);
    delivery.removed(sequence);
  }

  @Override
  public void purged(SubjectFilter what, long firstSequence, boolean aged) {
    ledger.purged(aged);
    delivery.purged();
  }

  @Override
  public boolean needs(long sequence, byte[] subject) {
    return filter.matches(subject) && ledger.needs(sequence);
  }

  @Override
  public void apply(byte kind, ByteBuffer bytes, int at, int length) {
    diverged = false;
    var stalled = isStalled();
    Journal.apply(kind, bytes, at, length, ledger);
    if (!started) {
      return;
    }
    if (diverged) {
      delivery.rewind();
    } else if (stalled && !isStalled()) {
      delivery.wake();
    }
  }

  private boolean isStalled() {
    return config.maxAckPending() > 0 && ledger.pending.unanswered() >= config.maxAckPending();
  }

  @Override
  public void start() {
    started = true;
    receivers.start();
    delivery.start();
    inactivity.start();
    watchPause();
  }

  private void watchPause() {
    unpause.cancel();
    var until = config.pauseUntil();
    if (until != null && JsonTime.nanos(until) > stream.shard().now()) {
      unpause.set(JsonTime.nanos(until));
    }
  }

  private void unpaused() {
    events.paused(config.pauseUntil());
    delivery.wake();
  }

  /// Tells by an advisory whether it is paused.
  public void announcePause() {
    events.paused(config.pauseUntil());
  }

  /// Changes its configuration, while an entry is applied; the stream is to be told when the
  /// filters change.
  public void update(ConsumerConfig to) {
    var before = config;
    config = to;
    filter = to.filter();
    ledger.config(to);
    if (started) {
      redelivery.configured(to);
      if (!before.deliverSubject().equals(to.deliverSubject())) {
        redelivery.addAll();
      }
    }
    pin.configured(to);
    receivers.configured(to);
    acks.configured(to);
    delivery.configured(to);
    if (started) {
      if (before.inactiveThreshold() != to.inactiveThreshold()) {
        inactivity.configured(to);
      }
      if (!Objects.equals(before.pauseUntil(), to.pauseUntil())) {
        watchPause();
        events.paused(to.pauseUntil());
      }
    }
  }

  @Override
  public void streamChanged() {
    journal.local(isLocal());
  }

  /// It was deleted: tells those that wait, and stops.
  public void deleted() {
    if (pulls != null && started) {
      pulls.end(request -> true, "");
    }
    stop();
  }

  /// The server ends: tells those that wait, and stops.
  public void shutdown() {
    if (pulls != null && started) {
      pulls.end(request -> true, Status.SHUTDOWN);
    }
    stop();
  }

  @Override
  public void stop() {
    delivery.settlePosition();
    started = false;
    receivers.stop();
    delivery.stop();
    redelivery.stop();
    inactivity.stop();
    unpause.cancel();
  }

  /// What it must remember, for a checkpoint.
  public byte[] saveState() {
    delivery.settlePosition();
    return ledger.save();
  }

  /// Takes up what [#saveState] gave, before [#start].
  public void restoreState(byte[] state) {
    ledger.restore(state);
  }

  /// How far it is, for a backup.
  public ConsumerState state() {
    delivery.settlePosition();
    return ledger.state();
  }

  /// Writes the fields of nats-server's `ConsumerInfo` behind `config` into the object that is
  /// open.
  public void writeInfo(JsonWriter to) {
    if (pulls != null) {
      pulls.check(false);
    }
    ConsumerInfo.write(to, this, stream.shard().now());
  }

  /// The consumer sequence of the last delivery.
  public long deliveredConsumer() {
    return started ? delivery.lastConsumer() : ledger.deliveredConsumer;
  }

  /// The stream sequence of the last message that was delivered.
  public long deliveredStream() {
    return started ? delivery.lastSent() : ledger.deliveredStream;
  }

  public long floorConsumer() {
    return config.ackPolicy() == AckPolicy.NONE ? deliveredConsumer() : ledger.floorConsumer;
  }

  public long floorStream() {
    return config.ackPolicy() == AckPolicy.NONE ? deliveredStream() : ledger.floorStream;
  }

  /// Messages that were delivered and are not settled.
  public long ackPending() {
    return ledger.pending.size();
  }

  /// Messages that were delivered more than once and are not settled.
  public long redelivered() {
    return config.maxDeliver() == 1 ? 0 : ledger.pending.redelivered() + ledger.exhausted.size();
  }

  /// Pull requests.
  public long waiting() {
    return pulls == null ? 0 : pulls.size();
  }

  /// Messages that are still to be delivered.
  public long pending() {
    return delivery.pendingMessages();
  }

  /// Whether it has a deliver subject that someone listens to.
  public boolean isBound() {
    return push != null && push.isActive();
  }

  /// When its last message was delivered, nanoseconds since the epoch; 0 for never.
  long deliveredAt() {
    return Math.max(ledger.deliveredAt, delivery.sentAt);
  }

  /// When a message was last settled, nanoseconds since the epoch; 0 for never.
  long settledAt() {
    return ledger.settledAt;
  }

  /// Who is pinned.
  Pin pin() {
    return pin;
  }
}

package io.frond.consumer;

import io.frond.shard.Shard;

/// Which pending messages are to be sent again, and when: those that were refused, and those whose
/// acknowledgement did not come in time. A message that was sent as often as is allowed is
/// exhausted instead. On the shard's thread.
final class Redelivery {
  /// Deadlines so close together are handled at once.
  private static final long TOGETHER_NANOS = 1_000_000L;

  private static final long RETRY_NANOS = 1_000_000_000L;

  private final Shard shard;
  private final Ledger ledger;
  private final Pending pending;
  private final Settling settling;
  private final ConsumerEvents events;
  private final Runnable wake;
  private final Queue queue = new Queue();
  private final Alarm alarm;
  private long maxDeliver;

  /// @param wake when there is something to send
  Redelivery(
      Shard shard,
      ConsumerConfig config,
      Ledger ledger,
      Settling settling,
      ConsumerEvents events,
      Runnable wake) {
    this.shard = shard;
    this.ledger = ledger;
    pending = ledger.pending;
    this.settling = settling;
    this.events = events;
    this.wake = wake;
    maxDeliver = config.maxDeliver();
    alarm = new Alarm(shard, this::expire);
  }

  void configured(ConsumerConfig now) {
    maxDeliver = now.maxDeliver();
    if (alarm.isSet()) {
      watch(shard.now() + TOGETHER_NANOS);
    }
  }

  void stop() {
    alarm.cancel();
    queue.clear();
  }

  /// Where the first message to send again stands among the pending ones; -1 for none.
  int next() {
    while (!queue.isEmpty()) {
      var i = pending.find(queue.first());
      if (i >= 0) {
        if (pending.is(i, Pending.QUEUED) && !pending.is(i, Pending.SETTLING)) {
          return i;
        }
        pending.unset(i, Pending.QUEUED);
      }
      queue.removeFirst();
    }
    return -1;
  }

  /// Takes out what [#next] gave.
  void taken(int i) {
    pending.unset(i, Pending.QUEUED);
    queue.removeFirst();
  }

  /// What [#next] gave is not in the stream any more.
  void missing(int i) {
    taken(i);
    pending.set(i, Pending.SETTLING);
    settling.add(Settling.DONE, pending.sequence(i));
  }

  /// How many messages wait for being sent again, or a few more.
  int size() {
    return queue.size();
  }

  /// Writes what was said so far: the log must hear that a message was refused before it hears that
  /// it was sent again.
  void settle() {
    settling.flush();
  }

  /// Puts a message into the queue.
  void add(int i) {
    if (pending.is(i, Pending.QUEUED)
        || pending.is(i, Pending.SETTLING)
        || pending.is(i, Pending.SENT)) {
      return;
    }
    var deliveries = pending.redeliveries(i) + 1;
    if (maxDeliver > 0 && deliveries >= maxDeliver) {
      pending.set(i, Pending.SETTLING);
      settling.add(Settling.EXHAUSTED, pending.sequence(i));
      events.maxDeliveries(pending.sequence(i), deliveries);
      wake.run();
      return;
    }
    pending.set(i, Pending.QUEUED);
    queue.add(pending.sequence(i));
  }

  /// Takes a message out of the queue: it is to come later.
  void later(int i) {
    pending.unset(i, Pending.QUEUED);
    watch(pending.time(i) + ledger.wait(pending.redeliveries(i)));
  }

  /// All that are pending come again.
  void addAll() {
    for (var i = pending.first(); i >= 0; i = pending.after(i)) {
      add(i);
    }
    wake.run();
  }

  /// Looks for messages whose time is over at `time`, at the latest.
  void watch(long time) {
    if (ledger.wait(0) > 0) {
      alarm.atLatest(Math.max(time, shard.now()) + TOGETHER_NANOS);
    }
  }

  private void expire() {
    var now = shard.now();
    var next = Long.MAX_VALUE;
    for (var i = pending.first(); i >= 0; i = pending.after(i)) {
      if (pending.is(i, Pending.QUEUED) || pending.is(i, Pending.SETTLING)) {
        continue;
      }
      if (pending.is(i, Pending.SENT)) {
        next = Math.min(next, now + ledger.wait(pending.redeliveries(i) + 1));
        continue;
      }
      var deadline = pending.time(i) + ledger.wait(pending.redeliveries(i));
      if (deadline <= now) {
        add(i);
      } else {
        next = Math.min(next, deadline);
      }
    }
    if (next != Long.MAX_VALUE) {
      watch(next);
    }
    if (!queue.isEmpty()) {
      wake.run();
    }
  }

  /// Forgets what is not in the ledger, and looks at all anew.
  void rewind() {
    queue.clear();
    for (var i = pending.first(); i >= 0; i = pending.after(i)) {
      pending.unset(i, (byte) (Pending.QUEUED | Pending.SENT));
    }
    if (pending.size() > 0) {
      watch(shard.now());
    }
  }

  /// The log did not take what was said about messages.
  void unsettled() {
    for (var i = pending.first(); i >= 0; i = pending.after(i)) {
      pending.unset(i, Pending.SETTLING);
    }
    watch(shard.now() + RETRY_NANOS);
    wake.run();
  }
}

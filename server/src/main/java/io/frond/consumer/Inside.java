package io.frond.consumer;

/// What a consumer's parts need of it and of each other. On the shard's thread.
final class Inside
    implements Ledger.Effects,
        Settling.Failed,
        Pulls.Source,
        Push.Source,
        Acks.Others,
        Inactivity.Use {
  private final Consumer of;

  Inside(Consumer of) {
    this.of = of;
  }

  @Override
  public void settled(long sequence) {
    of.stream.settled(of, sequence);
  }

  @Override
  public void settledUpTo(long first, long last) {
    of.stream.settledUpTo(of, first, last);
  }

  @Override
  public void begunAnew(long sequence) {
    of.stream.begunAnew(of, sequence);
  }

  @Override
  public void again(int pendingIndex, boolean now) {
    if (of.started) {
      if (now) {
        of.redelivery.add(pendingIndex);
        of.delivery.wake();
      } else {
        of.redelivery.later(pendingIndex);
      }
    }
  }

  @Override
  public void diverged() {
    of.diverged = true;
  }

  @Override
  public void lost(long sequence, long consumerSequence, long deliveries) {
    if (of.started) {
      of.events.terminated(
          sequence, consumerSequence, deliveries, "Unacknowledged message was deleted");
      of.delivery.wake();
    }
  }

  @Override
  public void failed() {
    if (of.started) {
      of.redelivery.unsettled();
    }
  }

  @Override
  public long pendingMessages() {
    return of.delivery.pendingMessages();
  }

  @Override
  public long toSendAgain() {
    return of.redelivery.size();
  }

  @Override
  public long waitingForAck() {
    return of.ledger.pending.unanswered();
  }

  @Override
  public long lastStream() {
    return of.delivery.lastStream();
  }

  @Override
  public long lastConsumer() {
    return of.delivery.lastConsumer();
  }

  @Override
  public void wake() {
    if (of.started) {
      of.delivery.wake();
    }
  }

  @Override
  public void used() {
    of.inactivity.used();
  }

  @Override
  public void listened(boolean now) {
    of.inactivity.listened(now);
  }

  @Override
  public boolean wantsFlowControl() {
    return of.config.ackPolicy() == AckPolicy.FLOW_CONTROL && of.ledger.pending.size() > 0;
  }

  @Override
  public long next() {
    return of.delivery.lastStream() + 1;
  }

  @Override
  public void pull(byte[] reply, byte[] body) {
    of.pull(reply, 0, body);
  }

  @Override
  public boolean inUse() {
    if (of.push != null) {
      return of.push.isActive();
    }
    if (of.pulls != null) {
      of.pulls.check(true);
    }
    return of.waiting() > 0;
  }

  @Override
  public long lastDeadline() {
    var last = 0L;
    var pending = of.ledger.pending;
    for (var i = pending.first(); i >= 0; i = pending.after(i)) {
      last = Math.max(last, pending.time(i) + of.ledger.wait(pending.redeliveries(i)));
    }
    return last;
  }

  @Override
  public void end() {
    if (!of.ending) {
      of.ending = true;
      of.stream.deleteConsumer(of);
    }
  }
}

package io.frond.subject;

import java.util.concurrent.atomic.LongAdder;

/// What a sublist counts on the matching path. Any thread, without contention.
final class Counters {
  private final LongAdder hits = new LongAdder();
  private final LongAdder answers = new LongAdder();
  private final LongAdder fanout = new LongAdder();
  private final LongAdder ready = new LongAdder();
  private volatile int fanoutMax;

  /// A match found its answer ready-made.
  <S extends Sublist.Entry> Match<S> hit(Match<S> match) {
    hits.increment();
    return match;
  }

  /// A match made its answer.
  <S extends Sublist.Entry> Match<S> made(Match<S> match) {
    int n = match.fanout();
    answers.increment();
    fanout.add(n);
    if (n > fanoutMax) {
      // Of two at the same time the smaller may win: monitoring can bear that.
      fanoutMax = n;
    }
    return match;
  }

  /// A node has its answer ready from now on.
  void kept() {
    ready.increment();
  }

  /// A node's answer is outdated.
  void dropped() {
    ready.decrement();
  }

  SublistStats stats(long size, long inserts, long removes) {
    long hit = hits.sum();
    long made = answers.sum();
    return new SublistStats(
        size, ready.sum(), inserts, removes, hit + made, hit, fanoutMax, fanout.sum(), made);
  }
}

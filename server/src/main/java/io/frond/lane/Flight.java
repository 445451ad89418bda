package io.frond.lane;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of a lane is on its way: sent in the order of sequences, acknowledged in any. The shard's
/// thread.
///
/// Invariants: `settled` <= every sequence of `sent`, which rise; `ahead` holds sequences over
/// `settled` only, none over `newest`.
final class Flight {
  /// @param at when it was sent, nanoseconds of the shard's clock
  /// @param bytes that count for the window
  /// @param chained whether it said which message must be the last at the stream
  /// @param tagged whether it goes to the hub itself, which takes it by its tag
  record Sent(long sequence, int bytes, long at, boolean chained, boolean tagged) {}

  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private final Set<Long> ahead = new HashSet<>();
  private long settled;
  private long cursor;
  private long newest;
  private long bytes;
  private int untagged;

  /// @param settled everything up to this sequence is done with
  /// @param newest everything up to this one may have been sent before
  Flight(long settled, long newest) {
    this.settled = settled;
    cursor = settled;
    this.newest = Math.max(settled, newest);
  }

  /// Up to where everything is acknowledged, or gone.
  long settled() {
    return settled;
  }

  /// The last sequence that was sent in this run.
  long cursor() {
    return cursor;
  }

  /// The highest sequence that was ever sent: what is over it the hub has never seen.
  long newest() {
    return newest;
  }

  int count() {
    return sent.size();
  }

  long bytes() {
    return bytes;
  }

  @Nullable Sent oldest() {
    return sent.peek();
  }

  /// Whether the hub acknowledged it in an earlier run, behind one that it did not.
  boolean isDone(long sequence) {
    return ahead.contains(sequence);
  }

  void sent(long sequence, int size, long now, boolean chained) {
    sent(new Sent(sequence, size, now, chained, false));
  }

  void sent(Sent one) {
    var sequence = one.sequence();
    sent.add(one);
    bytes += one.bytes();
    untagged += one.tagged() ? 0 : 1;
    cursor = sequence;
    newest = Math.max(newest, sequence);
  }

  /// Whether all that is on its way goes to the hub itself.
  boolean isTagged() {
    return untagged == 0;
  }

  /// What of that is not behind a sequence.
  List<Long> tagged(long upTo) {
    return sent.stream()
        .filter(one -> one.tagged() && one.sequence() <= upTo)
        .map(Sent::sequence)
        .toList();
  }

  /// Whether it is on its way and said which message must be the last at the stream.
  boolean isChained(long sequence) {
    for (var one : sent) {
      if (one.sequence() == sequence) {
        return one.chained();
      }
    }
    return false;
  }

  /// A message is done with.
  ///
  /// @return whether it was not known to be
  boolean done(long sequence) {
    if (sequence <= settled || sequence > newest) {
      return false;
    }
    var fresh = ahead.add(sequence);
    for (var first = sent.peek(); first != null; first = sent.peek()) {
      if (!ahead.remove(first.sequence())) {
        break;
      }
      gone(sent.remove());
      settled = first.sequence();
    }
    return fresh;
  }

  private void gone(Sent one) {
    bytes -= one.bytes();
    untagged -= one.tagged() ? 0 : 1;
  }

  /// Everything up to a sequence is done with or gone.
  void skipTo(long sequence) {
    if (sequence <= settled) {
      return;
    }
    for (var first = sent.peek(); first != null; first = sent.peek()) {
      if (first.sequence() > sequence) {
        break;
      }
      gone(sent.remove());
    }
    settled = sequence;
    cursor = Math.max(cursor, sequence);
    newest = Math.max(newest, sequence);
    ahead.removeIf(one -> one <= sequence);
  }

  /// Begins again behind what is settled.
  void rewind() {
    sent.clear();
    bytes = 0;
    untagged = 0;
    cursor = settled;
  }
}

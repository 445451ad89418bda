package io.frond.consumer;

import java.util.Arrays;

/// Messages that were delivered and are not settled, in the order of their sequences: parallel
/// arrays, a binary search finds a sequence, and nothing is allocated for a message. An entry that
/// was removed leaves a hole until the arrays are compacted.
///
/// The entries before [#durable] are what committed log entries say. Those behind it were sent, and
/// the log entry that says so is on its way.
///
/// One owner: the shard's thread. Indexes are valid until the next [#add].
final class Pending {
  /// Removed.
  private static final byte GONE = 1;

  /// Waits for being sent again.
  static final byte QUEUED = 2;

  /// An acknowledgement (or the end of its deliveries) is on its way through the log.
  static final byte SETTLING = 4;

  /// It was sent again, which is on its way through the log.
  static final byte SENT = 8;

  private static final int START = 16;

  private long[] sequences = new long[START];
  private long[] consumerSequences = new long[START];
  private long[] times = new long[START];
  private int[] redeliveries = new int[START];
  private byte[] flags = new byte[START];
  private int head;
  private int durable;
  private int tail;
  private int live;
  private int settling;
  private int redelivered;

  /// Adds a message with a higher sequence than all; it is not [#durable] yet.
  ///
  /// @param time of its delivery, nanoseconds since the epoch
  int add(long sequence, long consumerSequence, long time) {
    if (tail == sequences.length) {
      makeRoom();
    }
    var i = tail++;
    sequences[i] = sequence;
    consumerSequences[i] = consumerSequence;
    times[i] = time;
    redeliveries[i] = 0;
    flags[i] = 0;
    live++;
    return i;
  }

  private void makeRoom() {
    var size = 2 * live > sequences.length ? 2 * sequences.length : sequences.length;
    var oldSequences = sequences;
    var oldConsumer = consumerSequences;
    var oldTimes = times;
    var oldRedeliveries = redeliveries;
    var oldFlags = flags;
    if (size > oldSequences.length) {
      sequences = new long[size];
      consumerSequences = new long[size];
      times = new long[size];
      redeliveries = new int[size];
      flags = new byte[size];
    }
    var to = 0;
    var newDurable = 0;
    for (var i = head; i < tail; i++) {
      if (i == durable) {
        newDurable = to;
      }
      if ((oldFlags[i] & GONE) == 0) {
        sequences[to] = oldSequences[i];
        consumerSequences[to] = oldConsumer[i];
        times[to] = oldTimes[i];
        redeliveries[to] = oldRedeliveries[i];
        flags[to++] = oldFlags[i];
      }
    }
    durable = durable == tail ? to : newDurable;
    head = 0;
    tail = to;
  }

  /// Where a message stands; -1 when it is not pending.
  int find(long sequence) {
    return find(sequence, tail);
  }

  /// As [#find], among those that the log has.
  int findDurable(long sequence) {
    return find(sequence, durable);
  }

  private int find(long sequence, int end) {
    if (head >= end) {
      return -1;
    }
    var guess = head + (sequence - sequences[head]);
    int i;
    if (guess >= head && guess < end && sequences[(int) guess] == sequence) {
      i = (int) guess;
    } else {
      i = Arrays.binarySearch(sequences, head, end, sequence);
    }
    return i < 0 || (flags[i] & GONE) != 0 ? -1 : i;
  }

  /// Removes an entry that is durable.
  void remove(int i) {
    if ((flags[i] & SETTLING) != 0) {
      settling--;
    }
    if (redeliveries[i] > 0) {
      redelivered--;
    }
    flags[i] = GONE;
    live--;
    while (head < tail && flags[head] == GONE) {
      head++;
    }
    if (head == tail) {
      head = 0;
      tail = 0;
      durable = 0;
    } else if (durable < head) {
      durable = head;
    }
  }

  /// Whether the next entry that is not durable is this one.
  boolean isNext(long sequence, long consumerSequence) {
    return durable < tail
        && sequences[durable] == sequence
        && consumerSequences[durable] == consumerSequence;
  }

  /// Makes the next entry durable; its index.
  int advance() {
    return durable++;
  }

  /// Whether entries wait for the log.
  boolean hasUncommitted() {
    return durable < tail;
  }

  /// Takes out what is not durable: it was sent, and the log does not know of it.
  void dropUncommitted() {
    for (var i = durable; i < tail; i++) {
      if ((flags[i] & GONE) == 0) {
        live--;
        settling -= (flags[i] & SETTLING) != 0 ? 1 : 0;
        redelivered -= redeliveries[i] > 0 ? 1 : 0;
      }
    }
    tail = durable;
  }

  void clear() {
    head = 0;
    durable = 0;
    tail = 0;
    live = 0;
    settling = 0;
    redelivered = 0;
  }

  /// The first durable entry; -1 when there is none.
  int firstDurable() {
    return head < durable ? head : -1;
  }

  /// The first of all entries; go on with [#after] until -1.
  int first() {
    return head < tail ? head : -1;
  }

  int after(int i) {
    for (var next = i + 1; next < tail; next++) {
      if ((flags[next] & GONE) == 0) {
        return next;
      }
    }
    return -1;
  }

  boolean isDurable(int i) {
    return i < durable;
  }

  /// All that were sent and not settled.
  int size() {
    return live;
  }

  /// Those for which nobody has answered yet: what `max_ack_pending` limits.
  int unanswered() {
    return live - settling;
  }

  /// How many were sent more than once.
  int redelivered() {
    return redelivered;
  }

  long sequence(int i) {
    return sequences[i];
  }

  /// Of the first delivery.
  long consumerSequence(int i) {
    return consumerSequences[i];
  }

  /// When it was last sent, or said to be in progress; nanoseconds since the epoch.
  long time(int i) {
    return times[i];
  }

  void time(int i, long time) {
    times[i] = time;
  }

  /// How often it was sent again.
  int redeliveries(int i) {
    return redeliveries[i];
  }

  void redeliveries(int i, int count) {
    redelivered += (count > 0 ? 1 : 0) - (redeliveries[i] > 0 ? 1 : 0);
    redeliveries[i] = count;
  }

  boolean is(int i, byte flag) {
    return (flags[i] & flag) != 0;
  }

  void set(int i, byte flag) {
    if (flag == SETTLING && !is(i, SETTLING)) {
      settling++;
    }
    flags[i] |= flag;
  }

  void unset(int i, byte flag) {
    if (flag == SETTLING && is(i, SETTLING)) {
      settling--;
    }
    flags[i] &= (byte) ~flag;
  }
}

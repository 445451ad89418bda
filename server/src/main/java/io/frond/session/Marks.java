package io.frond.session;

/// What of a feed is under way: some of the sequences that were sent, with how much had been sent
/// by then and when. So an acknowledgement tells how many bytes it covers without a note for each
/// message. The feed's thread.
final class Marks {
  /// A mark for each so many bytes.
  private static final int STEP = 4 << 10;

  private static final int MIN = 8;
  private static final int MAX = 2048;
  private static final long[] NONE = {};

  private long[] sequences = NONE; // until something is sent: most feeds of many leaves are idle
  private long[] totals = NONE;
  private long[] nanos = NONE;

  /// What was acknowledged when each was sent.
  private long[] ackedThen = NONE;

  private int first;
  private int count;
  private long sent;
  private long acked;
  private long rttNanos;
  private long delivered;

  /// Bytes that are not acknowledged, as far as marks tell.
  long inFlight() {
    return sent - acked;
  }

  /// How long the last acknowledged mark was under way.
  long rttNanos() {
    return rttNanos;
  }

  /// Bytes that were acknowledged while that mark was under way.
  long delivered() {
    return delivered;
  }

  void sent(long sequence, int bytes) {
    sent += bytes;
    if (count == 0 || sent - totals[at(count - 1)] >= STEP) {
      if (count == MAX) {
        return;
      }
      if (count == sequences.length) {
        grow();
      }
      var at = at(count++);
      sequences[at] = sequence;
      totals[at] = sent;
      nanos[at] = System.nanoTime();
      ackedThen[at] = acked;
    }
  }

  private int at(int index) {
    return first + index & sequences.length - 1;
  }

  private void grow() {
    var more = Math.max(MIN, 2 * sequences.length);
    var s = new long[more];
    var t = new long[more];
    var n = new long[more];
    var a = new long[more];
    for (var i = 0; i < count; i++) {
      s[i] = sequences[at(i)];
      t[i] = totals[at(i)];
      n[i] = nanos[at(i)];
      a[i] = ackedThen[at(i)];
    }
    sequences = s;
    totals = t;
    nanos = n;
    ackedThen = a;
    first = 0;
  }

  /// @param all whether nothing that was sent lies behind the sequence
  /// @return bytes that this acknowledges
  long settled(long sequence, boolean all) {
    var before = acked;
    while (count > 0 && sequences[first] <= sequence) {
      acked = totals[first];
      rttNanos = Math.max(1, System.nanoTime() - nanos[first]);
      delivered = acked - ackedThen[first];
      first = first + 1 & sequences.length - 1;
      count--;
    }
    if (all) {
      acked = sent;
    }
    return acked - before;
  }

  /// Nothing is under way any more: the carrier is another one.
  void clear() {
    acked = sent;
    first = 0;
    count = 0;
  }
}

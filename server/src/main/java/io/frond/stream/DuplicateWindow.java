package io.frond.stream;

import java.util.Arrays;

/// Message ids (`Nats-Msg-Id`) of the last while, with the sequences that they got. Ids are in the
/// order of their times, so those whose time is over are at the front of a ring. Time comes from
/// outside: the same calls give the same state. The shard's thread.
final class DuplicateWindow {
  private static final int START = 16;

  private byte[][] ids = new byte[START][];
  private long[] sequences = new long[START];
  private long[] times = new long[START];
  private int first;
  private int count;

  /// Slots of the ring plus 1, found by hash, 0 for none; twice as many as the ring has.
  private int[] table = new int[2 * START];

  int size() {
    return count;
  }

  /// The sequence that an id got; 0 for an id that is not known.
  long find(byte[] id) {
    if (count == 0) {
      return 0;
    }
    for (var i = home(id); table[i] != 0; i = (i + 1) & (table.length - 1)) {
      if (Arrays.equals(ids[table[i] - 1], id)) {
        return sequences[table[i] - 1];
      }
    }
    return 0;
  }

  private int home(byte[] id) {
    return (Arrays.hashCode(id) * 0x9e3779b9) >>> Integer.numberOfLeadingZeros(table.length - 1);
  }

  /// @param time not before the last one's
  void add(byte[] id, long sequence, long time) {
    if (count == ids.length) {
      grow();
    }
    var slot = (first + count++) & (ids.length - 1);
    ids[slot] = id;
    sequences[slot] = sequence;
    times[slot] = time;
    enter(slot);
  }

  private void enter(int slot) {
    var i = home(ids[slot]);
    while (table[i] != 0) {
      if (Arrays.equals(ids[table[i] - 1], ids[slot])) {
        break;
      }
      i = (i + 1) & (table.length - 1);
    }
    table[i] = slot + 1;
  }

  private void grow() {
    var size = ids.length;
    var newIds = new byte[2 * size][];
    var newSequences = new long[2 * size];
    var newTimes = new long[2 * size];
    for (var i = 0; i < count; i++) {
      var from = (first + i) & (size - 1);
      newIds[i] = ids[from];
      newSequences[i] = sequences[from];
      newTimes[i] = times[from];
    }
    ids = newIds;
    sequences = newSequences;
    times = newTimes;
    first = 0;
    table = new int[4 * size];
    for (var i = 0; i < count; i++) {
      enter(i);
    }
  }

  /// Forgets ids that came at `time` or before.
  void forgetUpTo(long time) {
    while (count > 0 && times[first] <= time) {
      leave(first);
      ids[first] = new byte[0];
      first = (first + 1) & (ids.length - 1);
      count--;
    }
    if (count == 0 && ids.length > 1024) {
      clear();
    }
  }

  /// Takes a slot out of the table and moves up what comes behind it.
  private void leave(int slot) {
    var mask = table.length - 1;
    var i = home(ids[slot]);
    while (table[i] != slot + 1) {
      if (table[i] == 0) {
        return;
      }
      i = (i + 1) & mask;
    }
    for (var k = (i + 1) & mask; table[k] != 0; k = k + 1 & mask) {
      var wanted = home(ids[table[k] - 1]);
      if (((k - wanted) & mask) >= ((k - i) & mask)) {
        table[i] = table[k];
        i = k;
      }
    }
    table[i] = 0;
  }

  /// When the oldest id came; `Long.MAX_VALUE` for none.
  long oldest() {
    return count == 0 ? Long.MAX_VALUE : times[first];
  }

  void clear() {
    ids = new byte[START][];
    sequences = new long[START];
    times = new long[START];
    table = new int[2 * START];
    first = 0;
    count = 0;
  }

  void save(StateWriter to) {
    to.number(count);
    for (var i = 0; i < count; i++) {
      var slot = (first + i) & (ids.length - 1);
      to.bytes(ids[slot]).number(sequences[slot]).number(times[slot]);
    }
  }

  void restore(StateReader from) {
    clear();
    for (var left = from.number(); left > 0; left--) {
      add(from.bytes(), from.number(), from.number());
    }
  }
}

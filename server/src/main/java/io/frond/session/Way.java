package io.frond.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One way by which a source's messages come, in the order of their sequences: a leaf's own link,
/// or another server of the cluster for as long as the leaf's link there is the same one. What it
/// left out between two messages it does not bring any more. Of the leaf's link all counts as come
/// that lies between its first message and its last; of another server, which sends only what is
/// wanted here, exactly what came is known for the last [#WINDOW] sequences, since that may come
/// again. Owner: as [Seen].
final class Way {
  /// How far behind the last relayed message one is remembered. Feeds have less under way.
  static final int WINDOW = 1 << 16;

  private static final int WORDS_MIN = 16;

  private final boolean direct;
  private long first;
  private long top;

  /// Of the relayed ones: a bit for each, by its sequence modulo the size.
  private long[] bits = {};

  /// Whether its [Seen] looks at it.
  boolean listed;

  /// Its place among the ways of its source, in the order in which they began; 0 before that.
  int order;

  /// Whether all has come that the other ways had before it began.
  boolean alone;

  private @Nullable Way into;

  Way(boolean direct) {
    this.direct = direct;
  }

  /// The one that keeps what comes by it: itself, unless that is another one's since [#merge].
  Way keeper() {
    var to = into;
    if (to == null) {
      return this;
    }
    into = to.keeper();
    return to.keeper();
  }

  boolean isDirect() {
    return direct;
  }

  /// The last sequence that came, 0 for none.
  long top() {
    return top;
  }

  /// All up to here has come by this way, or will not come by it.
  long low() {
    return direct ? top : top - WINDOW;
  }

  /// Whether a message has come by it, or is not to come any more.
  boolean covers(long sequence) {
    if (sequence > top) {
      return false;
    }
    return sequence <= low() ? sequence >= first : isSet(sequence);
  }

  /// A message came.
  void take(long sequence) {
    if (top == 0) {
      first = sequence;
    }
    first = Math.min(first, sequence);
    if (direct) {
      top = Math.max(top, sequence);
    } else {
      set(sequence);
    }
  }

  /// Takes over what came by an older one: both are relayed, and what either may still bring is
  /// less than [#WINDOW] behind.
  void merge(Way older) {
    for (var s = Math.max(older.first, older.top - WINDOW + 1); s <= older.top; s++) {
      if (older.isSet(s)) {
        take(s);
      }
    }
    older.bits = new long[0];
    older.into = this;
    older.listed = false;
  }

  private void set(long sequence) {
    if (top == 0) {
      bits = new long[WORDS_MIN];
      top = sequence;
    } else if (sequence > top) {
      reach(sequence - first + 1);
      raise(sequence);
    } else if (sequence > top - WINDOW) {
      reach(top - sequence + 1);
    } else {
      return;
    }
    bits[word(sequence, bits.length)] |= 1L << sequence;
  }

  private void raise(long sequence) {
    if (sequence - top >= bits.length * 64L) {
      Arrays.fill(bits, 0);
    } else {
      for (var s = top + 1; s <= sequence; s++) {
        bits[word(s, bits.length)] &= ~(1L << s);
      }
    }
    top = sequence;
  }

  /// Makes room for so many up to the last one.
  private void reach(long span) {
    var size = bits.length;
    while (size * 64L < Math.min(span, WINDOW)) {
      size *= 2;
    }
    if (size == bits.length) {
      return;
    }
    var old = bits;
    bits = new long[size];
    for (var s = Math.max(0, top - old.length * 64L) + 1; s <= top; s++) {
      if ((old[word(s, old.length)] & 1L << s) != 0) {
        bits[word(s, size)] |= 1L << s;
      }
    }
  }

  private static int word(long sequence, int words) {
    return (int) (sequence >>> 6) & words - 1;
  }

  private boolean isSet(long sequence) {
    return sequence > top - bits.length * 64L
        && (bits[word(sequence, bits.length)] & 1L << sequence) != 0;
  }
}

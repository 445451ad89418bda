package io.frond.session;

import io.frond.outage.SourceLog;
import java.util.Arrays;
import java.util.function.LongSupplier;

/// How many connections the server had taken when what is in a log was logged. Who published it may
/// be on another event loop since, with a connection that came later: what is logged there, under a
/// greater number, goes behind it.
///
/// Noted is where the number changes. When there are too many notes, those of what nobody needs any
/// more are forgotten, else every second one, and what is between two that are left counts as of
/// one time. Owner: the outlet's thread.
final class Epochs {
  private static final int MIN = 16;
  private static final int MAX = 4096;

  private final SourceLog log;
  private final LongSupplier connections;
  private long[] sequences = new long[MIN];
  private long[] epochs = new long[MIN];
  private int count;
  private long now;

  /// How far apart notes are.
  private long step = 1;

  /// @param connections that the server has taken since its start
  Epochs(SourceLog log, LongSupplier connections) {
    this.log = log;
    this.connections = connections;
  }

  /// A message is to be logged.
  void look() {
    now = connections.getAsLong();
  }

  /// The number for what is logged now.
  long now() {
    return now;
  }

  /// What was logged now has this sequence.
  void note(long sequence) {
    if (count > 0 && now - epochs[count - 1] < step) {
      return;
    }
    if (count == MAX) {
      forget();
    }
    if (count == sequences.length) {
      sequences = Arrays.copyOf(sequences, 2 * count);
      epochs = Arrays.copyOf(epochs, 2 * count);
    }
    sequences[count] = sequence;
    epochs[count++] = now;
  }

  /// The number for what was logged under a sequence.
  long of(long sequence) {
    var at = Arrays.binarySearch(sequences, 0, count, sequence);
    var before = at >= 0 ? at : -at - 2;
    return before < 0 ? 0 : epochs[before];
  }

  /// Makes room for half as many notes at least.
  private void forget() {
    var needed = Long.MAX_VALUE;
    for (var session : log.sessions()) {
      needed = Math.min(needed, log.settled(session));
    }
    var at = Arrays.binarySearch(sequences, 0, count, needed);
    var first = Math.max(0, at >= 0 ? at : -at - 2);
    keep(first);
    if (first >= MAX / 2) {
      step = 1;
    }
    while (count > MAX / 2) {
      step *= 2;
      keep(0);
    }
  }

  /// Keeps those notes from the first on that are a step apart.
  private void keep(int first) {
    var kept = 0;
    for (var i = first; i < count; i++) {
      if (kept == 0 || epochs[i] - epochs[kept - 1] >= step) {
        sequences[kept] = sequences[i];
        epochs[kept++] = epochs[i];
      }
    }
    count = kept;
  }
}

package io.frond.outage;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What one log has for a session with limits of its own, in steps of some kilobytes: bytes and
/// ages are known for a step, and what is given up is given up a step at a time. The loop.
final class SessionLimit {
  /// Entries that follow each other.
  static final class Step {
    private long last;
    private long bytes;
    private int entries;
    private final long begun;

    private Step(long begun) {
      this.begun = begun;
    }

    /// Sequence of the last one.
    long last() {
      return last;
    }

    int entries() {
      return entries;
    }
  }

  private static final long STEP_MILLIS = 200;

  /// A limit has at least so many steps.
  private static final int STEPS_MIN = 64;

  private static final long STEP_BYTES_MAX = 64 << 10;

  private final SessionLimits of;
  private final int index;
  private final long stepBytes;
  private final long ageMax;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private long bytes;

  /// @param index the log's, among all of the server
  SessionLimit(SessionLimits of, int index) {
    this.of = of;
    this.index = index;
    ageMax = of.rules().maxAge().toMillis();
    stepBytes = Math.min(STEP_BYTES_MAX, of.budget().bytesMax / STEPS_MIN);
  }

  /// Whether an entry is refused, since the session has as much as it may.
  boolean refuses(int length) {
    return of.refusing() && of.budget().isOver(bytes, length);
  }

  /// Entries were appended for the session.
  ///
  /// @param steady when, by the log's own clock
  void added(long sequence, long length, int entries, long steady) {
    var step = steps.peekLast();
    if (step == null || step.bytes >= stepBytes || steady - step.begun >= STEP_MILLIS) {
      step = new Step(steady);
      steps.add(step);
    }
    step.last = sequence;
    step.bytes += length;
    step.entries += entries;
    changed(length);
  }

  /// The session has settled all up to a sequence.
  void settled(long upTo) {
    for (var step = steps.peek(); step != null && step.last <= upTo; step = steps.peek()) {
      take(step);
    }
  }

  /// What has to be given up now: the oldest step, when the session has too much, or what is older
  /// than it may be. Call it until there is nothing.
  @Nullable Step excess() {
    return steps.isEmpty() || !of.budget().isOver(bytes, 0) ? null : take(steps.getFirst());
  }

  /// What is older than it may be, a step at a time.
  @Nullable Step expired(long steady) {
    var step = steps.peek();
    return step == null || ageMax <= 0 || steady - step.begun <= ageMax ? null : take(step);
  }

  private Step take(Step step) {
    steps.removeFirst();
    changed(-step.bytes);
    return step;
  }

  private void changed(long by) {
    bytes += by;
    of.budget().tell(index, bytes);
  }

  /// The session is over.
  void end() {
    steps.clear();
    changed(-bytes);
  }
}

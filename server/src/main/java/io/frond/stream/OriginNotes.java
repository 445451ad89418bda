package io.frond.stream;

import io.frond.stream.OriginStatus.State;
import org.jspecify.annotations.Nullable;

/// What an [Origin] remembers of itself for those who ask how it stands. The shard's thread.
final class OriginNotes {
  /// The origin is another stream than the mirror's.
  boolean replaced;

  /// The origin seemed to give less than it has when it was last compared.
  boolean suspect;

  long taken;
  long skipped;
  long restarts;

  private final Stream stream;
  private final StreamSource source;

  /// What is peculiar about the origin; empty for nothing.
  private String peculiar = "";

  @Nullable ApiError error;

  /// Messages behind the last one that came.
  long lag;

  OriginNotes(Stream stream, StreamSource source) {
    this.stream = stream;
    this.source = source;
  }

  /// Something is peculiar: it is told where that is new.
  void peculiar(String what) {
    if (!what.equals(peculiar)) {
      peculiar = what;
      stream.note("origin '" + source.originName() + "': " + what);
    }
  }

  /// What of an origin decides how it stands.
  ///
  /// @param running a consumer of ours is there and was heard lately
  /// @param proven it was heard within two heartbeats
  /// @param reachable somebody listens where the origin is asked
  /// @param received the last sequence that came
  /// @param applied the last sequence that is stored
  record Now(
      boolean running,
      boolean proven,
      boolean reachable,
      long received,
      long applied,
      long heard,
      OriginHead.@Nullable Answer head) {}

  OriginStatus status(boolean mirror, Now now) {
    var head = now.head;
    return new OriginStatus(
        source.originName(),
        mirror,
        state(now),
        lag,
        now.proven,
        now.applied,
        head == null ? 0 : replaced ? head.last() : Math.max(head.last(), now.received),
        now.heard,
        taken,
        skipped,
        restarts,
        reason(now));
  }

  private State state(Now now) {
    if (replaced) {
      return State.ORIGIN_REPLACED;
    }
    if (!now.running) {
      return State.UNREACHABLE;
    }
    if (now.head != null && now.head.last() < now.applied && now.received == now.applied) {
      return State.ORIGIN_BEHIND;
    }
    if (suspect) {
      return State.STALLED;
    }
    return lag > 0 || now.applied < now.received ? State.CATCHING_UP : State.IN_STEP;
  }

  private String reason(Now now) {
    if (error != null) {
      return error.text();
    }
    if (now.running || !peculiar.isEmpty()) {
      return peculiar;
    }
    return now.reachable ? "the origin does not answer" : "the origin's API is out of reach";
  }

  /// Messages of the origin between two that came are not there any more.
  void skipped(long before, long next) {
    if (before > 0 && isWhole(source)) {
      skipped += next - before - 1;
    }
  }

  /// Whether everything of the origin comes.
  static boolean isWhole(StreamSource source) {
    return source.filterSubject().isEmpty()
        && source.subjectTransforms().isEmpty()
        && source.consumer() == null;
  }
}

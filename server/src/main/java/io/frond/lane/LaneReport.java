package io.frond.lane;

import io.frond.leafnode.HubLink;
import io.frond.logging.Log;
import io.frond.options.LaneOptions;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.stream.Stream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a lane counts and tells of itself. The shard's thread.
final class LaneReport {
  private static final long MILLI = 1_000_000L;

  private final String name;
  private final Log log;
  private final StoredMessage oldest = new StoredMessage();
  private LaneState state = LaneState.STARTING;
  private String reason = "starts";
  private @Nullable Stream stream;
  private boolean changed;
  private boolean restored;
  private long exchanged;
  private long forwarded;
  private long duplicates;
  private long dead;
  private long retries;
  private long discarded;
  private long refusedBefore;

  LaneReport(String name, Log log) {
    this.name = name;
    this.log = log;
  }

  /// Changes the state.
  ///
  /// @param hub its name, empty without a link
  void become(LaneState next, String why, String hub) {
    var other = state != next || (next == LaneState.WAITING && !alike(reason, why));
    state = next;
    reason = why;
    if (other) {
      var text = hub.isEmpty() ? why : "to " + hub + ": " + why;
      if (next == LaneState.WAITING || next == LaneState.FAILED) {
        warn(text);
      } else {
        log.debug(line(text));
      }
    }
  }

  /// Whether nothing keeps its messages from going but a link that may come back.
  boolean isGoing() {
    return switch (state) {
      case FORWARDING, YIELDING, IN_STEP, AWAY -> true;
      case STARTING, WAITING, FAILED -> false;
    };
  }

  void warn(String text) {
    log.warn(line(text));
  }

  private String line(String text) {
    return "Forward lane '" + name + "' " + text;
  }

  /// Whether two reasons differ in numbers only: they are logged once.
  private static boolean alike(String one, String other) {
    return one.replaceAll("[0-9]+", "0").equals(other.replaceAll("[0-9]+", "0"));
  }

  /// The hub has messages of the lane that its stream never had: a former life sent them.
  void restored() {
    if (!restored) {
      restored = true;
      warn(
          "goes on with an old state of its stream, restored from a backup perhaps: the hub has"
              + " messages of it that are not known here. What is published now is sent as new");
    }
  }

  void opened(Stream now) {
    changed = stream != now;
    if (changed) {
      refusedBefore = now.refused();
    }
    stream = now;
  }

  /// Whether the stream that was opened last is another one than before.
  boolean isNew(Stream now) {
    return changed && stream == now;
  }

  void acknowledged(boolean duplicate, long now) {
    forwarded++;
    duplicates += duplicate ? 1 : 0;
    exchanged = now;
  }

  /// When the hub last acknowledged anything, 0 for never.
  long exchangedNanos() {
    return exchanged;
  }

  /// A message became a dead letter.
  void buried(StoredMessage message, Verdict.Refused why) {
    dead++;
    warn(
        "has a dead letter: message "
            + message.sequence()
            + " on \""
            + message.subjectText()
            + "\" was refused: "
            + why.why());
  }

  void retried() {
    retries++;
  }

  void discarded(long messages) {
    discarded += Math.max(0, messages);
  }

  LaneStatus status(
      String account,
      LaneOptions options,
      @Nullable HubLink hub,
      @Nullable Stream from,
      Flight flight,
      long rate,
      long now) {
    var messages = 0L;
    var bytes = 0L;
    var stored = 0L;
    var gone = 0L;
    if (from != null) {
      messages = from.store().messages();
      bytes = from.store().bytes();
      stored = from.store().lastSequence();
      var lost = from.store().firstSequence() - 1 - Math.max(flight.cursor(), flight.settled());
      gone = Math.max(0, lost) + from.refused() - refusedBefore;
    }
    return new LaneStatus(
        account,
        options.name(),
        LaneStore.nameOf(options.name()),
        hub == null ? "" : hub.name(),
        state,
        reason,
        options.priority(),
        messages,
        bytes,
        flight.count(),
        from == null || messages == 0 ? 0 : age(from, now),
        rate,
        stored,
        flight.cursor(),
        flight.settled(),
        exchanged / MILLI,
        forwarded,
        duplicates,
        dead,
        retries,
        discarded + gone,
        restored);
  }

  private long age(Stream from, long now) {
    try {
      return from.store().loadNext(SubjectFilter.ALL, 0, oldest)
          ? Math.max(0, now - oldest.timestamp())
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}

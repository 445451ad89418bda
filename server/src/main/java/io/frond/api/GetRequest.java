package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request for stored messages (ADR-31).
///
/// @param sequence where to begin or which message, 0 for unset
/// @param lastFor the newest message of this subject, empty for unset
/// @param nextFor the first message of this subject from `sequence` on, empty for unset
/// @param batch how many messages at most, 0 for one
/// @param maxBytes bytes after which a batch ends, 0 for the server's choice
/// @param startTime nanoseconds since the epoch, null for unset
/// @param multiLast the newest message of each subject that one of these matches
/// @param upToSequence the last one that counts for `multiLast`, 0 for unset
/// @param upToTime like `upToSequence`, nanoseconds since the epoch
/// @param noHeaders whether only payloads are wanted
record GetRequest(
    long sequence,
    String lastFor,
    String nextFor,
    int batch,
    int maxBytes,
    @Nullable Long startTime,
    List<String> multiLast,
    long upToSequence,
    @Nullable Long upToTime,
    boolean noHeaders) {
  static final GetRequest NOTHING =
      new GetRequest(0, "", "", 0, 0, null, List.of(), 0, null, false);

  static GetRequest parse(JsonFields from) throws JsonException {
    return new GetRequest(
        from.sequence("seq"),
        from.text("last_by_subj"),
        from.text("next_by_subj"),
        from.int32("batch"),
        from.int32("max_bytes"),
        nanos(from.time("start_time")),
        from.texts("multi_last"),
        from.sequence("up_to_seq"),
        nanos(from.time("up_to_time")),
        from.flag("no_hdr"));
  }

  private static @Nullable Long nanos(@Nullable Instant time) {
    return time == null ? null : JsonTime.nanos(time);
  }

  /// The newest message of a subject, as a request whose subject names it.
  GetRequest lastFor(String subject) {
    return new GetRequest(0, subject, "", 0, 0, null, List.of(), 0, null, noHeaders);
  }

  /// Whether it asks for nothing.
  boolean isEmpty() {
    return sequence == 0
        && lastFor.isEmpty()
        && nextFor.isEmpty()
        && multiLast.isEmpty()
        && startTime == null;
  }

  /// Whether it has a field that a request whose subject names the message's subject may not have.
  boolean hasChoice() {
    return !isEmpty() || batch != 0 || upToSequence != 0 || upToTime != null;
  }

  /// Whether it asks for one message in one way. What only batches have is passed over.
  boolean isForOne() {
    var ways = (sequence > 0 ? 1 : 0) + (startTime == null ? 0 : 1) + (lastFor.isEmpty() ? 0 : 1);
    return batch <= 0
        && maxBytes <= 0
        && (ways == 1 || (ways == 0 && !nextFor.isEmpty()))
        && (lastFor.isEmpty() || nextFor.isEmpty());
  }

  /// Whether its fields contradict each other.
  boolean isContradictory() {
    return (sequence > 0 && (!lastFor.isEmpty() || startTime != null))
        || (!lastFor.isEmpty()
            && (startTime != null || !nextFor.isEmpty() || batch > 0 || !multiLast.isEmpty()))
        || (!nextFor.isEmpty() && !multiLast.isEmpty())
        || (upToSequence > 0 && upToTime != null);
  }
}

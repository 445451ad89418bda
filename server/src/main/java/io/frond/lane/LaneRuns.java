package io.frond.lane;

import java.util.ArrayList;
import java.util.List;

/// The runs of a lane's stream: each time that it is opened a new one begins, with a number that
/// rises, so that number and sequence together are never used again, also when the stream's last
/// messages were lost or it was restored from an old backup. They are kept with the stream.
/// Immutable.
final class LaneRuns {
  /// Runs that are told apart; beyond that new messages belong to the last one.
  static final int MAX = 256;

  static final LaneRuns NONE = new LaneRuns(List.of(new Run(1, 0)));

  private static final int LOW_BITS = 32;
  private static final long LOW = (1L << LOW_BITS) - 1;

  /// @param first sequence of its first message
  /// @param number rises from run to run, below 2^31
  private record Run(long first, long number) {}

  /// In the order of sequences and of numbers; not empty.
  private final List<Run> runs;

  private LaneRuns(List<Run> runs) {
    this.runs = List.copyOf(runs);
  }

  /// @param text as [#text] gave it; what is none is taken for nothing
  static LaneRuns parse(String text) {
    var runs = new ArrayList<Run>();
    for (var each : text.split(",", -1)) {
      var at = each.indexOf('=');
      var first = at < 0 ? 0 : LaneHeaders.number(each.substring(0, at));
      var number = at < 0 ? 0 : LaneHeaders.number(each.substring(at + 1));
      var before = runs.isEmpty() ? new Run(0, -1) : runs.getLast();
      if (first <= before.first || number <= before.number) {
        return NONE;
      }
      runs.add(new Run(first, number));
    }
    return new LaneRuns(runs);
  }

  String text() {
    var text = new StringBuilder();
    for (var run : runs) {
      text.append(text.isEmpty() ? "" : ",").append(run.first).append('=').append(run.number);
    }
    return text.toString();
  }

  /// These and a new run.
  ///
  /// @param next sequence that the next message gets
  /// @param waiting sequence of the first message that waits
  /// @param least number of the run, unless it has to be higher: the time in seconds
  LaneRuns begin(long next, long waiting, long least) {
    var kept = new ArrayList<>(runs);
    while (kept.size() > 1 && kept.get(1).first < waiting) {
      kept.removeFirst(); // the message before the first one that waits is still spoken of
    }
    if (kept.size() >= MAX) {
      return new LaneRuns(kept);
    }
    var last = kept.getLast();
    if (last.first >= next) {
      kept.removeLast(); // it has no messages
    }
    kept.add(new Run(next, Math.max(least, last.number + 1)));
    return new LaneRuns(kept);
  }

  /// The last run gets another number.
  LaneRuns renumbered(long number) {
    var kept = new ArrayList<>(runs);
    kept.add(new Run(kept.removeLast().first, number));
    return new LaneRuns(kept);
  }

  private Run of(long sequence) {
    for (var i = runs.size() - 1; i > 0; i--) {
      if (runs.get(i).first <= sequence) {
        return runs.get(i);
      }
    }
    return runs.getFirst();
  }

  /// The number of a message's run.
  long number(long sequence) {
    return of(sequence).number;
  }

  /// The number of the oldest run that is known.
  long oldest() {
    return runs.getFirst().number;
  }

  /// The number of the newest run.
  long newest() {
    return runs.getLast().number;
  }

  /// Number and place in the run, which rise with the sequence.
  long tag(long sequence) {
    var run = of(sequence);
    return run.number << LOW_BITS | sequence - run.first + 1;
  }

  static long number(Tag tag) {
    return tag.value >>> LOW_BITS;
  }

  /// What a hub says of the messages that it has, as [#tag] gave it.
  record Tag(long value) {}

  /// The last sequence that a tag covers.
  long covered(Tag tag) {
    var number = number(tag);
    var covered = runs.getFirst().first - 1;
    for (var i = 0; i < runs.size() && runs.get(i).number <= number; i++) {
      var run = runs.get(i);
      var end = i + 1 < runs.size() ? runs.get(i + 1).first - 1 : Long.MAX_VALUE;
      var inRun = run.first - 1 + (tag.value & LOW);
      covered = run.number < number ? end : Math.min(end, inRun);
    }
    return covered;
  }

  /// Whether these runs never had the message that a tag tells of, so that another life of the lane
  /// has sent it.
  ///
  /// @param last sequence of the stream
  boolean isForeign(Tag tag, long last) {
    var number = number(tag);
    if (number < runs.getFirst().number) {
      return false; // a run that is over
    }
    for (var i = 0; i < runs.size(); i++) {
      var run = runs.get(i);
      if (run.number == number) {
        var end = i + 1 < runs.size() ? runs.get(i + 1).first - 1 : last;
        return run.first - 1 + (tag.value & LOW) > end;
      }
    }
    return true;
  }
}

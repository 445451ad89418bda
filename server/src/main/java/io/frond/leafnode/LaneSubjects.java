package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.options.LaneOptions;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The subjects of a remote's lanes: what is published under them here or below goes to the hub by
/// its lane, never by interest as well. Immutable: any thread.
final class LaneSubjects {
  static final LaneSubjects NONE = new LaneSubjects(List.of());

  private final byte[][] subjects;

  private LaneSubjects(List<LaneOptions> lanes) {
    subjects =
        lanes.stream()
            .flatMap(lane -> lane.subjects().stream())
            .map(subject -> subject.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
  }

  static LaneSubjects of(List<LaneOptions> lanes) {
    return lanes.isEmpty() ? NONE : new LaneSubjects(lanes);
  }

  /// How much of what matches an interest belongs to lanes.
  enum Part {
    NOTHING,
    SOME,
    ALL
  }

  Part of(byte[] interest) {
    var part = Part.NOTHING;
    for (var subject : subjects) {
      if (Subjects.isSubset(interest, subject)) {
        return Part.ALL;
      }
      if (Subjects.collide(interest, subject)) {
        part = Part.SOME;
      }
    }
    return part;
  }

  /// Whether a message that matches an interest goes by a lane.
  ///
  /// @param part of the interest
  boolean hold(Delivery message, Part part) {
    if (part == Part.NOTHING || message.side() == Side.HUB) {
      return false;
    }
    return part == Part.ALL || holds(message.frame().subject());
  }

  private boolean holds(byte[] literal) {
    for (var subject : subjects) {
      if (Subjects.matches(literal, subject)) {
        return true;
      }
    }
    return false;
  }
}

package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.options.LaneOptions;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The subjects of a remote's lanes: what a lane has taken of what is published under them here or
/// below goes to the hub by the lane, not by interest as well. What none has taken, since its
/// stream is not there yet or not any more, goes by interest. Immutable: any thread.
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

  /// Whether a message goes by a lane of these.
  boolean hold(Delivery message) {
    return message.isKept() && holds(message.frame().subject());
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

package io.frond.store;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which subjects of a segment a filter matches, kept for the filters and segments that were used
/// last: each subject is compared once. Owner-thread only.
final class Verdicts {
  private static final int KEPT = 8;

  private final @Nullable Matches[] kept = new Matches[KEPT];
  private int next;

  /// What is known of one filter and one segment's index.
  static final class Matches {
    private static final byte YES = 1;
    private static final byte NO = 2;

    private final SubjectFilter filter;
    private final SegmentIndex index;
    private byte[] verdicts;

    private Matches(SubjectFilter filter, SegmentIndex index) {
      this.filter = filter;
      this.index = index;
      verdicts = new byte[index.subjects()];
    }

    boolean has(int id) throws IOException {
      if (id >= verdicts.length) {
        verdicts = Arrays.copyOf(verdicts, Math.max(index.subjects(), id + 16));
      }
      if (verdicts[id] == 0) {
        var subject = index.subject(id);
        verdicts[id] = filter.matches(subject, 0, subject.length) ? YES : NO;
      }
      return verdicts[id] == YES;
    }
  }

  Matches of(SubjectFilter filter, SegmentIndex index) {
    for (var one : kept) {
      if (one != null && one.index == index && one.filter == filter) {
        return one;
      }
    }
    var made = new Matches(filter, index);
    kept[next] = made;
    next = (next + 1) % KEPT;
    return made;
  }
}

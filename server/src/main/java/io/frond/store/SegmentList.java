package io.frond.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A store's segments by sequence, which don't overlap. Owner-thread only.
final class SegmentList {
  private final List<Segment> segments = new ArrayList<>();
  private int near;

  int size() {
    return segments.size();
  }

  Segment get(int i) {
    return segments.get(i);
  }

  @Nullable Segment lastOrNull() {
    return segments.isEmpty() ? null : segments.getLast();
  }

  @Nullable Segment byId(long id) {
    for (var segment : segments) {
      if (segment.id == id) {
        return segment;
      }
    }
    return null;
  }

  /// Place of the first segment whose last sequence is at or behind this; [#size] for none.
  int from(long sequence) {
    if (near < segments.size()
        && segments.get(near).last >= sequence
        && (near == 0 || segments.get(near - 1).last < sequence)) {
      return near;
    }
    int low = 0;
    int high = segments.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (segments.get(middle).last < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    near = low;
    return low;
  }

  void add(Segment segment) {
    segments.add(segment);
  }

  void remove(int i) {
    segments.remove(i);
  }

  void remove(Segment segment) {
    segments.remove(segment);
  }

  void replace(Segment old, Segment by) {
    segments.set(segments.indexOf(old), by);
  }

  void clear() {
    segments.clear();
  }
}

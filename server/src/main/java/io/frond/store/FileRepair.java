package io.frond.store;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds out what is left when a segment or its index is damaged, tells what is lost, and makes a
/// [FileStore] right again. Owner-thread only.
final class FileRepair {
  private final FileStore store;

  FileRepair(FileStore store) {
    this.store = store;
  }

  /// A segment's index is damaged.
  void index(DamagedIndexException why) throws IOException {
    var segment = store.segments.byId(why.segment());
    if (segment == null || segment.growing != null) {
      throw why;
    }
    segment(segment);
  }

  /// A segment's messages are damaged, or its index is.
  void segment(Segment segment) throws IOException {
    var before = Before.of(segment);
    long bytes = segment.liveBytes;
    var outcome = Rescan.run(segment);
    if (outcome.lost() == 0) {
      return;
    }
    store.messages -= outcome.lost();
    store.bytes -= bytes - segment.liveBytes;
    boolean known = false;
    try {
      known = forgetLost(before, segment, outcome);
    } catch (DamagedIndexException e) {
      tell(segment, segment.base, segment.last, outcome);
    }
    if (!known) {
      reload(store);
    }
    store.first = store.last + 1;
    for (int i = store.segments.size() - 1; i >= 0; i--) {
      var one = store.segments.get(i);
      int position = one.nextLive(0);
      if (position >= 0) {
        store.first = one.sequence(position);
      } else if (one != store.segments.lastOrNull()) {
        store.segments.remove(one);
        store.discarded.add(one);
      }
    }
  }

  /// Tells what is lost and takes it from the subjects.
  ///
  /// @return false when the subjects could not be found out
  private boolean forgetLost(Before before, Segment segment, Rescan.Outcome outcome)
      throws IOException {
    long[] lost = before.without(segment);
    tell(segment, lost, outcome);
    var index = before.index;
    if (index == null) {
      return false;
    }
    var window = new int[1];
    try {
      for (long sequence : lost) {
        index.ids(before.position(sequence), 1, window);
        int entry = store.subjects.find(index.subject(window[0]));
        if (entry == 0) {
          return false;
        }
        if (store.subjects.removed(entry, sequence) == 0) {
          store.forget(entry);
        }
      }
      return true;
    } catch (DamagedIndexException e) {
      return false;
    }
  }

  private void tell(Segment segment, long[] lost, Rescan.Outcome outcome) {
    for (int i = 0; i < lost.length; ) {
      int end = i + 1;
      while (end < lost.length && lost[end] == lost[end - 1] + 1) {
        end++;
      }
      tell(segment, lost[i], lost[end - 1], outcome);
      i = end;
    }
  }

  private void tell(Segment segment, long first, long last, Rescan.Outcome outcome) {
    var what =
        outcome.at() < 0
            ? outcome.lost() + " messages are missing"
            : outcome.lost() + " messages are damaged, the first at " + outcome.at();
    store.damage.lost(first, last, segment.toString(), what);
  }

  /// A segment is opened whose index is not there or is damaged. It has `records`, `live` and, when
  /// it is contiguous, the removed messages as they should be.
  ///
  /// @param gone the removed messages, when they could not be taken out yet
  void opening(Segment segment, @Nullable DeletedRuns gone) throws IOException {
    if (gone != null) {
      var outcome = Rescan.run(segment, gone);
      if (outcome.lost() > 0) {
        tell(segment, segment.base, segment.last, outcome);
      }
      return;
    }
    var before = Before.of(segment);
    var outcome = Rescan.run(segment);
    if (outcome.lost() > 0) {
      try {
        tell(segment, before.without(segment), outcome);
      } catch (DamagedIndexException e) {
        tell(segment, segment.base, segment.last, outcome);
      }
    }
  }

  /// Builds all that is known of subjects and times anew.
  static void reload(FileStore store) throws IOException {
    for (boolean again = true; again; ) {
      again = false;
      store.subjects.clear();
      store.ttls.clear();
      var loader = new SubjectLoader(store.subjects, store.ttls);
      for (int i = 0; i < store.segments.size() && !again; i++) {
        var segment = store.segments.get(i);
        var index = segment.growing;
        if (index != null) {
          index.forgetAll();
        }
        try {
          loader.add(segment);
        } catch (DamagedIndexException e) {
          if (index != null) {
            throw e;
          }
          long bytes = segment.liveBytes;
          int live = segment.live;
          new FileRepair(store).opening(segment, null);
          store.messages -= live - segment.live;
          store.bytes -= bytes - segment.liveBytes;
          again = true;
        }
      }
    }
  }

  /// What a segment was before it was read anew.
  ///
  /// @param index null when it is damaged
  private record Before(
      long base,
      boolean contiguous,
      int records,
      int front,
      @Nullable PositionSet deleted,
      @Nullable SegmentIndex index,
      long segment) {
    static Before of(Segment segment) throws IOException {
      SegmentIndex index = null;
      try {
        index = segment.index();
      } catch (DamagedIndexException e) {
        // then subjects are read from all segments
      }
      return new Before(
          segment.base,
          segment.isContiguous(),
          segment.records,
          segment.front,
          segment.deleted,
          index,
          segment.id);
    }

    private long sequence(int position) throws IOException {
      if (contiguous) {
        return base + position;
      }
      if (index == null) {
        throw new DamagedIndexException(segment, "sequences are not known");
      }
      return index.sequence(position);
    }

    int position(long sequence) throws IOException {
      if (contiguous || index == null) {
        return (int) (sequence - base);
      }
      return index.position(sequence);
    }

    /// Sequences that were there and are not in the segment as it is now.
    long[] without(Segment now) throws IOException {
      var lost = new long[16];
      int count = 0;
      int next = now.nextLive(0);
      for (int i = front; i < records; i++) {
        if (deleted != null && deleted.has(i)) {
          continue;
        }
        long sequence = sequence(i);
        while (next >= 0 && now.sequence(next) < sequence) {
          next = now.nextLive(next + 1);
        }
        if (next < 0 || now.sequence(next) != sequence) {
          if (count == lost.length) {
            lost = Arrays.copyOf(lost, count * 2);
          }
          lost[count++] = sequence;
        }
      }
      return Arrays.copyOf(lost, count);
    }
  }
}

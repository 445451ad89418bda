package io.frond.store;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes a segment's index anew from its messages, and finds out which of them are damaged. Used
/// once, owner-thread only.
///
/// Which messages are gone is known by position; where positions change because of damage, they are
/// mapped by sequence, or, when the old sequences are not known any more, by their distance from
/// the segment's beginning and end.
final class Rescan implements SegmentScan.Visitor {
  private final Segment segment;
  private final GrowingIndex index;
  private int[] sizes = new int[64];
  private final PositionSet erased = new PositionSet();
  private int found;

  /// How many messages were found before the first and up to the last damage.
  private int beforeDamage = -1;

  private int atDamage;
  private int damagedAt = -1;
  private long sequence;

  private Rescan(Segment segment) {
    this.segment = segment;
    sequence = segment.base - 1;
    index = new GrowingIndex(segment.base);
  }

  /// What came of it.
  ///
  /// @param lost messages that should be there and are not
  /// @param at where in the file the first damage is; -1 for none
  record Outcome(int lost, int at) {}

  /// Reads a segment that has `records` and `live` as they should be, and sets its index, `records`
  /// and all that counts messages. What is gone is taken from the segment.
  static Outcome run(Segment segment) throws IOException {
    byte[] gone = null;
    try {
      gone = DeletedRuns.encode(segment);
    } catch (DamagedIndexException e) {
      // sequences of the old positions are not known
    }
    return new Rescan(segment).run(gone);
  }

  /// As [#run(Segment)], where what is gone is known from elsewhere.
  static Outcome run(Segment segment, DeletedRuns gone) throws IOException {
    return new Rescan(segment).run(gone.bytes());
  }

  private Outcome run(byte @Nullable [] gone) throws IOException {
    segment.flush();
    new SegmentScan(segment.source(), segment.length, segment.salt, this).run();
    int expected = segment.live;
    int oldRecords = segment.records;
    var old = segment.deleted;
    int oldFront = segment.front;
    segment.dropIndex();
    segment.dropData();
    segment.growing = index;
    segment.indexed = false;
    segment.records = found;
    segment.live = found;
    segment.front = 0;
    segment.deleted = null;
    segment.runs = null;
    if (gone != null) {
      DeletedRuns.apply(gone, segment);
    } else {
      map(oldRecords, oldFront, old);
    }
    for (int i = erased.next(0); i >= 0; i = erased.next(i + 1)) {
      if (segment.isLive(i)) {
        segment.remove(i, 0);
      }
    }
    segment.liveBytes = 0;
    for (int i = segment.nextLive(0); i >= 0; i = segment.nextLive(i + 1)) {
      segment.liveBytes += sizes[i];
    }
    return new Outcome(expected - segment.live, damagedAt);
  }

  private void map(int oldRecords, int oldFront, @Nullable PositionSet old) {
    int shift = oldRecords - found;
    for (int i = 0; i < found; i++) {
      boolean unknown = shift != 0 && beforeDamage >= 0 && i >= beforeDamage && i < atDamage;
      int position = shift == 0 || (beforeDamage >= 0 && i < beforeDamage) ? i : i + shift;
      if (unknown || position < oldFront || (old != null && old.has(position))) {
        segment.remove(i, 0);
      }
    }
  }

  @Override
  public void record(byte[] bytes, int at, int offset) {
    long next = MessageRecord.sequence(bytes, at);
    if (next <= sequence || next > segment.last || !index.reaches(next)) {
      damaged(offset, offset + MessageRecord.length(bytes, at));
      return;
    }
    sequence = next;

    if (found == sizes.length) {
      sizes = Arrays.copyOf(sizes, found * 2);
    }
    if (MessageRecord.isErased(bytes, at)) {
      erased.add(found);
    }
    sizes[found++] = MessageRecord.sizeOf(bytes, at);
    index.add(
        0,
        bytes,
        MessageRecord.subjectAt(bytes, at),
        MessageRecord.subjectLength(bytes, at),
        next,
        offset,
        MessageRecord.expiry(bytes, at));
    segment.lastTime = Math.max(segment.lastTime, MessageRecord.timestamp(bytes, at));
  }

  @Override
  public void damaged(int from, int to) {
    index.gap();
    if (beforeDamage < 0) {
      beforeDamage = found;
      damagedAt = from;
    }
    atDamage = found;
  }
}

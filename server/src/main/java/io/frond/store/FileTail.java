package io.frond.store;

import java.io.IOException;

/// The end of a [FileStore], where segments are begun and ended. Owner-thread only.
final class FileTail {
  private final FileStore store;
  private boolean directoryMade;

  FileTail(FileStore store) {
    this.store = store;
  }

  /// The segment that a message goes to: the last one, or a new one.
  Segment writable(long sequence, int size) throws IOException {
    var segment = store.segments.lastOrNull();
    if (segment != null && segment.buffer != null && mayTake(segment, sequence, size)) {
      return segment;
    }
    if (segment == null) {
      return begin(sequence);
    }
    if (segment.buffer == null
        && segment.frames == null
        && !segment.isCut
        && segment.length + (long) size <= segmentMax()) {
      while (segment.growing == null) {
        try {
          segment.growing = GrowingIndex.of(segment.index(), segment.base, segment.records);
        } catch (DamagedIndexException e) {
          store.repair(e);
        }
      }
      segment.buffer = new WriteBuffer(store.tools.budget, segment.length);
      if (mayTake(segment, sequence, size)) {
        return segment;
      }
    }
    end(segment);
    return begin(sequence);
  }

  private boolean mayTake(Segment segment, long sequence, int size) {
    var index = segment.growing;
    return index != null
        && index.reaches(sequence)
        && (segment.records == 0 || segment.length + (long) size <= segmentMax());
  }

  private int segmentMax() {
    return store.tools.limits.segmentBytes();
  }

  /// Nothing is appended to a segment any more.
  private void end(Segment segment) throws IOException {
    segment.flush();
    segment.writeIndex();
    segment.rest();
    if (segment.live == 0) {
      store.segments.remove(segment);
      store.discarded.add(segment);
    }
  }

  /// A new segment whose first message will have this sequence.
  Segment begin(long sequence) throws IOException {
    if (!directoryMade) {
      store.tools.disk.createDirectories(store.directory);
      directoryMade = true;
    }
    var segment =
        new Segment(
            store.tools, store.directory, store.nextId++, sequence, Segment.COVERS_ALL, false);
    segment.growing = new GrowingIndex(sequence);
    var writes = new WriteBuffer(store.tools.budget, 0);
    segment.buffer = writes;
    int place = writes.room(Segment.HEADER, segment.data);
    System.arraycopy(segment.header(), 0, writes.bytes(), place, Segment.HEADER);
    writes.added(Segment.HEADER);
    store.segments.add(segment);
    return segment;
  }
}

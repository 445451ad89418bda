package io.frond.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Writes batches into segments and makes them safe. What was written since the last [#commit] can
/// be taken back with [#rollBack]. The holder of the writer's lock.
final class Appender {
  /// Entries of a frame, as long as one is not larger by itself.
  static final int FRAME_BYTES_MAX = 1 << 18;

  /// A segment that holds less is not ended because its entries are no longer needed.
  private static final int ROLL_BYTES = 1 << 20;

  private static final byte[] PADDING = new byte[8];

  private final Format format = new Format();
  private final Segments segments;
  private final SyncMode mode;
  private final @Nullable IntervalSync background;
  private final Counters counters;
  private final long segmentBytesMax;

  /// Entries on their way to the segment: nothing until the first one comes.
  private ByteBuffer out = ByteBuffer.allocate(0);

  private @Nullable Segment segment;

  /// The last entry written, and the last one committed.
  private long last;

  private long committed;
  private long marked;
  private long synced;

  /// @param last the last entry there is
  /// @param segmentBytesMax a segment ends before it becomes larger, unless by its only frame
  Appender(
      Segments segments,
      SyncMode mode,
      @Nullable IntervalSync background,
      Counters counters,
      long last,
      long segmentBytesMax) {
    this.segments = segments;
    this.mode = mode;
    this.background = background;
    this.counters = counters;
    this.segmentBytesMax = segmentBytesMax;
    this.last = last;
    committed = last;
    marked = last;
    synced = last;
  }

  /// The disk is full; nothing was written.
  static final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1;

    NoRoomException(IOException why) {
      super(why.getMessage(), why);
    }
  }

  /// Index up to which all is safe.
  private long synced() {
    return background == null ? synced : background.synced();
  }

  // Writing.

  /// Whether a small batch needs no new segment.
  boolean hasRoom(LogBatch batch) {
    var into = segment;
    return into != null
        && batch.size() <= FRAME_BYTES_MAX
        && used(into) + Format.FRAME_HEADER + batch.size() + PADDING.length <= segmentBytesMax;
  }

  /// Writes a batch's entries, as far as the buffer does not hold them.
  void append(LogBatch batch) throws IOException {
    var bytes = batch.bytes();
    var index = batch.firstIndex();
    for (var from = 0; from < batch.size(); ) {
      var to = from;
      var count = 0;
      do {
        to += LogBatch.entrySize(bytes, to);
        count++;
      } while (to < batch.size() && to + LogBatch.entrySize(bytes, to) - from <= FRAME_BYTES_MAX);
      frame(bytes, from, to, index, count);
      index += count;
      from = to;
    }
  }

  private void frame(ByteBuffer bytes, int from, int to, long first, int count) throws IOException {
    var flags = mode instanceof SyncMode.Always ? 0 : Format.RELAXED;
    var frame = new Format.Frame(to - from, count, first, last, synced(), flags);
    if (out.capacity() == 0) {
      out = ByteBuffer.allocateDirect(FRAME_BYTES_MAX + (1 << 16)).order(ByteOrder.LITTLE_ENDIAN);
    }
    var into = room(frame.size());
    sum(bytes, from, to, into.number, first);
    if (out.remaining() < frame.size()) {
      flush(into);
    }
    if (out.remaining() < frame.size()) {
      large(into, frame, bytes, from);
    } else {
      format.putFrame(out, into.number, frame);
      copy(bytes, from, frame.length());
    }
    out.put(PADDING, 0, frame.size() - Format.FRAME_HEADER - frame.length());
    last = frame.last();
  }

  private void copy(ByteBuffer bytes, int from, int length) {
    out.put(out.position(), bytes, from, length);
    out.position(out.position() + length);
  }

  /// Puts each entry's checksum before it.
  private void sum(ByteBuffer bytes, int from, int to, long segment, long first) {
    var index = first;
    for (var at = from; at < to; ) {
      var length = LogBatch.entrySize(bytes, at);
      bytes.putInt(at, format.entrySum(bytes, at, length - LogBatch.HEADER, segment, index++));
      at += length;
    }
  }

  /// Writes a frame that is larger than the buffer.
  private void large(Segment into, Format.Frame frame, ByteBuffer bytes, int from)
      throws IOException {
    format.putFrame(out, into.number, frame);
    for (var done = 0; done < frame.length(); ) {
      var part = Math.min(frame.length() - done, out.remaining());
      copy(bytes, from + done, part);
      done += part;
      flush(into);
    }
  }

  private void flush(Segment into) throws IOException {
    if (out.position() > 0) {
      into.write(out.flip());
      out.clear();
    }
  }

  /// The segment that has room for so many bytes more than are in the buffer.
  private Segment room(int bytes) throws IOException {
    var into = segment;
    if (into == null) {
      into = create();
    } else if (used(into) > Format.SEGMENT_HEADER && used(into) + bytes > segmentBytesMax) {
      into = roll(into);
    }
    reserve(into, bytes);
    return into;
  }

  private void reserve(Segment into, int bytes) throws IOException {
    try {
      into.reserve(out.position() + bytes);
    } catch (IOException e) {
      throw new NoRoomException(e);
    }
  }

  private long used(Segment of) {
    return of.position() + out.position();
  }

  private Segment create() throws IOException {
    try {
      segment = segments.create(format, last, synced());
      return segment;
    } catch (IOException e) {
      throw new NoRoomException(e);
    }
  }

  /// Goes on in a new segment, which is made first: if that fails nothing has changed.
  private Segment roll(Segment full) throws IOException {
    flush(full);
    var next = create();
    full.keep(last);
    try {
      if (mode instanceof SyncMode.Always) {
        full.force(counters);
      }
    } finally {
      retire(full);
    }
    return next;
  }

  private void retire(Segment old) {
    segments.retire(old);
    if (background == null) {
      old.closeQuietly();
    } else {
      background.retire(old);
    }
  }

  // What becomes of what was written.

  /// Hands all that was appended to the system: the end of the process does not lose it.
  void write() throws IOException {
    var into = segment;
    if (into != null) {
      flush(into);
    }
  }

  /// Makes all that was appended as safe as the mode asks for.
  void commit() throws IOException {
    var into = segment;
    if (into != null) {
      flush(into);
      if (mode instanceof SyncMode.Always) {
        into.force(counters);
        synced = last;
      }
      into.keep(last);
      if (background != null) {
        background.written(into, last);
      }
    }
    committed = last;
  }

  /// Takes back what was appended since the last commit. A segment that got some of it is not
  /// written any more: nobody knows what of it is on the disk. The next one says that it does not
  /// count; until then it is spoiled as far as the disk allows.
  void rollBack(IOException why) {
    out.clear();
    last = committed;
    var into = segment;
    if (into != null && (into.isDirty() || !(why instanceof NoRoomException))) {
      abandon(into);
    }
  }

  private void abandon(Segment into) {
    segment = null;
    if (into.isEmpty()) {
      segments.discard(into);
      return;
    }
    try {
      into.spoil();
    } catch (IOException e) {
      // It was worth a try: the next segment's header counts.
    }
    retire(into);
  }

  /// Whether syncing in the background failed since the last call; then the log goes on in a new
  /// segment.
  @Nullable IOException backgroundFailure() {
    var why = background == null ? null : background.takeFailure();
    if (why != null && segment != null) {
      var into = segment;
      segment = null;
      retire(into);
    }
    return why;
  }

  /// Notes in the file up to where all is safe: damage before that is then known for what it is,
  /// while at the end of a log it could as well be what was being written at a crash. To be called
  /// when there is nothing else to do.
  void mark() throws IOException {
    var into = segment;
    var safe = synced();
    if (into != null && safe > marked && into.position() + Format.FRAME_HEADER <= segmentBytesMax) {
      reserve(into, Format.FRAME_HEADER);
      format.putFrame(out, into.number, new Format.Frame(0, 0, last + 1, last, safe, 0));
      flush(into);
      into.keep(last);
    }
    marked = safe;
  }

  /// Deletes segments whose entries are all at or before `index`.
  void cut(long index) throws IOException {
    var into = segment;
    if (into != null && index >= committed && into.position() > ROLL_BYTES) {
      roll(into);
    }
    segments.cut(index);
  }

  int segmentCount() {
    return segments.count() + (segment == null ? 0 : 1);
  }

  /// Makes all safe and closes the files.
  void close() throws IOException {
    if (background != null) {
      background.close();
    }
    var into = segment;
    if (into == null) {
      return;
    }
    try {
      into.force(counters);
      synced = last;
      mark();
      into.force(counters);
    } finally {
      into.closeQuietly();
    }
  }
}

package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a store does not need any more but an older manifest may: files to delete and bytes to
/// overwrite, once a checkpoint is done that knows nothing of them. Owner-thread only.
final class Discarded {
  /// Deleting a large file takes a millisecond or so: what is more waits for the next checkpoint.
  private static final int DELETIONS_MAX = 64;

  private final StoreTools tools;
  private final Path directory;
  private List<Segment> segments = new ArrayList<>();
  private List<Path> files = new ArrayList<>();
  private List<Erasure> erasures = new ArrayList<>();

  Discarded(StoreTools tools, Path directory) {
    this.tools = tools;
    this.directory = directory;
  }

  /// A record to overwrite.
  private record Erasure(Segment segment, int offset, int length) {}

  /// What was discarded before a checkpoint was taken.
  record Batch(List<Segment> segments, List<Path> files, List<Erasure> erasures) {
    boolean isEmpty() {
      return segments.isEmpty() && files.isEmpty() && erasures.isEmpty();
    }
  }

  /// A segment whose messages are all gone.
  void add(Segment segment) {
    segment.rest();
    segment.dropIndex();
    segment.dropData();
    segments.add(segment);
    addRuns(segment);
  }

  /// The file that held a segment's removed messages, if there is one.
  void addRuns(Segment segment) {
    if (segment.runsVersion != 0) {
      files.add(directory.resolve(SegmentNames.deleted(segment.id, segment.runsVersion)));
      segment.runsVersion = 0;
    }
  }

  void erase(Segment segment, int offset, int length) {
    erasures.add(new Erasure(segment, offset, length));
  }

  /// Whether a segment has records that wait to be overwritten.
  boolean isErasing(Segment segment) {
    for (var erasure : erasures) {
      if (erasure.segment == segment) {
        return true;
      }
    }
    return false;
  }

  /// Closes the files that wait to be deleted; the store that holds this is closed, too.
  void close() throws IOException {
    for (var segment : segments) {
      segment.close();
    }
    segments.clear();
  }

  Batch take() {
    var batch = new Batch(segments, files, erasures);
    segments = new ArrayList<>();
    files = new ArrayList<>();
    erasures = new ArrayList<>();
    return batch;
  }

  void giveBack(Batch batch) {
    segments.addAll(batch.segments);
    files.addAll(batch.files);
    erasures.addAll(batch.erasures);
  }

  /// Overwrites and deletes; what fails is tried again after the next checkpoint.
  void carryOut(Batch batch) throws IOException {
    try {
      while (!batch.erasures.isEmpty()) {
        carryOut(batch.erasures.getLast());
        batch.erasures.removeLast();
      }
      for (int left = DELETIONS_MAX; left > 0 && !batch.segments.isEmpty(); left--) {
        batch.segments.getLast().indexFile.delete();
        batch.segments.getLast().data.delete();
        batch.segments.removeLast();
      }
      while (!batch.files.isEmpty()) {
        tools.disk.delete(batch.files.getLast());
        batch.files.removeLast();
      }
    } finally {
      giveBack(batch);
    }
  }

  private void carryOut(Erasure erasure) throws IOException {
    var segment = erasure.segment;
    if (segment.frames != null || !tools.disk.exists(segment.data.path())) {
      return;
    }
    var fixed = new byte[MessageRecord.FIXED];
    var file = segment.data.file();
    file.read(ByteBuffer.wrap(fixed), erasure.offset);
    LittleEndian.putInt(fixed, MessageRecord.LENGTH_AT, erasure.length);
    tools.records.erase(fixed, 0, segment.salt);
    file.write(ByteBuffer.wrap(fixed), erasure.offset);
    file.erase(erasure.offset + MessageRecord.FIXED, erasure.offset + (long) erasure.length);
    segment.touched = true;
    tools.reader.forget(segment.key());
    segment.dropData();
  }
}

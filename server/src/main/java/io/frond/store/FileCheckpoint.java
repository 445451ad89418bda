package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A checkpoint of a [FileStore]: what must be safe before its manifest means anything. Of the
/// owner's thread, but for [#sync].
final class FileCheckpoint implements MessageStore.Checkpoint {
  /// The index of a segment that rests is kept in memory when it takes no more than this.
  private static final long SMALL_INDEX = 4 << 10;

  /// What of a segment is to be made safe.
  ///
  /// @param runs how removed messages were written down
  private record Part(
      Segment segment, int length, boolean data, boolean index, @Nullable DeletedRuns runs) {}

  private final FileStore store;
  private final byte[] manifest;
  private final List<Part> parts;
  private final Discarded.Batch discarded;
  private boolean cancelled;

  private FileCheckpoint(FileStore store, byte[] manifest, List<Part> parts) {
    this.store = store;
    this.manifest = manifest;
    this.parts = parts;
    discarded = store.discarded.take();
  }

  static FileCheckpoint of(FileStore store) throws IOException {
    var segments = store.segments;
    for (int i = 0; i < segments.size(); i++) {
      prepare(segments.get(i), i == segments.size() - 1);
    }
    var parts = new ArrayList<Part>();
    var inManifest = new ArrayList<Manifest.Part>();
    for (int i = 0; i < segments.size(); i++) {
      var segment = segments.get(i);
      var old = segment.runs;
      var runs = old == null ? writtenDown(store, segment) : old;
      segment.runs = runs;
      parts.add(
          new Part(
              segment,
              segment.length,
              segment.length > segment.syncedLength || segment.touched,
              segment.indexed && !segment.indexSynced,
              runs != old && runs.version() != 0 ? runs : null));
      segment.touched = false;
      inManifest.add(
          new Manifest.Part(
              segment.id,
              segment.base,
              segment.coverEnd,
              segment.last,
              segment.lastTime,
              segment.records,
              segment.length,
              segment.live,
              segment.liveBytes,
              segment.indexed,
              segment.frames != null,
              runs));
    }
    var manifest =
        new Manifest(
            store.first,
            store.last,
            store.lastTime,
            store.messages,
            store.bytes,
            store.nextId,
            store.nextVersion,
            inManifest);
    return new FileCheckpoint(store, manifest.encode(), parts);
  }

  /// Writes what is in memory only; what nothing was appended to since the last checkpoint rests.
  private static void prepare(Segment segment, boolean isLast) throws IOException {
    boolean quiet = segment.length == segment.syncedLength;
    segment.flush();
    var index = segment.growing;
    if (index != null && (!isLast || (quiet && index.memory() > SMALL_INDEX))) {
      segment.writeIndex();
    }
    if (quiet || !isLast) {
      segment.rest();
    }
  }

  private static DeletedRuns writtenDown(FileStore store, Segment segment) throws IOException {
    var bytes = DeletedRuns.encode(segment);
    store.discarded.addRuns(segment);
    if (bytes.length <= DeletedRuns.INLINE_MAX) {
      return new DeletedRuns(0, bytes);
    }
    segment.runsVersion = store.nextVersion++;
    return new DeletedRuns(segment.runsVersion, bytes);
  }

  @Override
  public byte[] manifest() {
    return manifest;
  }

  @Override
  public void sync() throws IOException {
    boolean any = false;
    for (var part : parts) {
      var runs = part.runs;
      if (runs != null) {
        var path = DeletedFile.path(store.directory, part.segment.id, runs.version());
        force(path, ByteBuffer.wrap(DeletedFile.encode(part.segment.id, runs.bytes())));
      }
      if (part.data) {
        force(part.segment.data.path(), null);
      }
      if (part.index) {
        force(part.segment.indexFile.path(), null);
      }
      any |= runs != null || part.data || part.index;
    }
    synchronized (this) {
      if (any && !cancelled) {
        store.tools.disk.forceDirectory(store.directory);
      }
    }
  }

  private synchronized void force(Path path, @Nullable ByteBuffer contents) throws IOException {
    if (cancelled) {
      throw new IOException("the store was closed");
    }
    try (var file = store.tools.disk.open(path)) {
      if (contents != null) {
        file.truncate(0);
        file.write(contents, 0);
      }
      file.force();
    }
  }

  /// The store is closed: nothing is done to its files any more, and it has back what was to be
  /// deleted.
  void cancel() {
    synchronized (this) {
      cancelled = true;
    }
    store.discarded.giveBack(discarded);
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void done() throws IOException {
    if (isCancelled()) {
      return;
    }
    store.ended();
    for (var part : parts) {
      var segment = part.segment;
      segment.syncedLength = Math.max(segment.syncedLength, part.length);
      segment.indexSynced |= part.index && segment.indexed;
    }
    store.discarded.carryOut(discarded);
  }

  @Override
  public void failed() {
    if (isCancelled()) {
      return;
    }
    store.ended();
    for (var part : parts) {
      part.segment.touched |= part.data;
      if (part.runs != null) {
        part.segment.runs = null;
      }
    }
    store.discarded.giveBack(discarded);
  }
}

package io.frond.store;

import java.io.IOException;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Makes a [FileStore] what a manifest says. Used once, owner-thread only.
final class FileOpening {
  private final FileStore store;
  private final Manifest manifest;
  private final FileRepair repair;

  FileOpening(FileStore store, Manifest manifest) {
    this.store = store;
    this.manifest = manifest;
    repair = new FileRepair(store);
  }

  void run() throws IOException {
    deleteOthers();
    store.nextId = manifest.nextId();
    store.nextVersion = manifest.nextVersion();
    store.last = manifest.last();
    store.lastTime = manifest.lastTime();
    for (var part : manifest.parts()) {
      open(part);
    }
    for (int i = 0; i < store.segments.size(); i++) {
      store.messages += store.segments.get(i).live;
      store.bytes += store.segments.get(i).liveBytes;
    }
    FileRepair.reload(store);
    long found = store.messages == 0 ? 0 : store.search.next(SubjectFilter.ALL, 0);
    store.first = found == 0 ? store.last + 1 : found;
  }

  /// Deletes what was written after the checkpoint, and what was not needed any more at it.
  private void deleteOthers() throws IOException {
    var needed = new HashSet<String>();
    for (var part : manifest.parts()) {
      needed.add(SegmentNames.data(part.id()));
      needed.add(SegmentNames.index(part.id()));
      if (part.deleted().version() != 0) {
        needed.add(SegmentNames.deleted(part.id(), part.deleted().version()));
      }
    }
    for (var name : store.tools.disk.list(store.directory)) {
      if (SegmentNames.isOurs(name) && !needed.contains(name)) {
        store.tools.disk.delete(store.directory.resolve(name));
      }
    }
  }

  private void open(Manifest.Part part) throws IOException {
    var tools = store.tools;
    var segment =
        new Segment(tools, store.directory, part.id(), part.base(), part.coverEnd(), true);
    segment.last = part.last();
    segment.lastTime = part.lastTime();
    segment.records = part.records();
    segment.length = part.length();
    segment.syncedLength = part.length();
    segment.live = part.records();
    segment.indexed = part.indexed();
    segment.indexSynced = part.indexed();
    segment.runsVersion = part.deleted().version();
    if (!tools.disk.exists(segment.data.path())) {
      missing(part, segment);
      return;
    }
    store.segments.add(segment);
    var gone = gone(part, segment);
    long size = segment.data.file().size();
    if (size > segment.length && part.equals(manifest.parts().getLast())) {
      segment.data.file().truncate(segment.length);
    }
    if (size >= segment.length && hasIndex(segment)) {
      try {
        DeletedRuns.apply(gone.bytes(), segment);
        if (segment.live == part.live()) {
          segment.liveBytes = part.liveBytes();
          segment.runs = gone;
          return;
        }
      } catch (DamagedIndexException e) {
        // it is made anew
      }
      undoRemovals(segment);
    }
    segment.indexed = false;
    if (segment.isContiguous()) {
      DeletedRuns.apply(gone.bytes(), segment);
      repair.opening(segment, null);
    } else {
      segment.live = part.live();
      repair.opening(segment, gone);
    }
  }

  private static void undoRemovals(Segment segment) {
    segment.front = 0;
    segment.deleted = null;
    segment.live = segment.records;
  }

  private static boolean hasIndex(Segment segment) throws IOException {
    try {
      segment.index();
      return true;
    } catch (DamagedIndexException e) {
      return false;
    }
  }

  private DeletedRuns gone(Manifest.Part part, Segment segment) throws IOException {
    long version = part.deleted().version();
    if (version == 0) {
      return part.deleted();
    }
    var path = DeletedFile.path(store.directory, part.id(), version);
    byte @Nullable [] bytes = DeletedFile.read(store.tools.disk, path, part.id());
    if (bytes == null) {
      store.damage.lost(
          part.base(),
          part.last(),
          path.toString(),
          (part.records() - part.live()) + " removed messages are there again");
      segment.runsVersion = 0;
      return DeletedRuns.NONE;
    }
    return new DeletedRuns(version, bytes);
  }

  private void missing(Manifest.Part part, Segment segment) {
    if (part.live() > 0) {
      store.damage.lost(
          part.base(),
          part.last(),
          segment.toString(),
          part.live() + " messages are lost: the file is missing");
    }
  }
}

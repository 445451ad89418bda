package io.frond.store;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Makes a [FileStore] from its segments, when the manifest that said what they are is lost: from
/// their headers, their records, which prove themselves, and what an older manifest and the files
/// of removed messages know. Used once, owner-thread only.
///
/// Segments follow each other, in the order of their numbers; where two have the same sequences the
/// later one counts, since it was begun after a truncation or a purge.
final class FileRebuild {
  private final FileStore store;
  private final Manifest older;
  private final long end;
  private final Map<Long, Manifest.Part> known = new HashMap<>();
  private final Map<Long, Long> deletedFiles = new HashMap<>();

  /// @param older the manifest of an older checkpoint
  /// @param last the sequence behind which nothing is taken
  FileRebuild(FileStore store, Manifest older, long last) {
    this.store = store;
    this.older = older;
    end = last;
    for (var part : older.parts()) {
      known.put(part.id(), part);
    }
  }

  void run() throws IOException {
    store.nextId = older.nextId();
    store.nextVersion = older.nextVersion();
    store.lastTime = older.lastTime();
    var found = new ArrayList<Found>();
    for (long id : list()) {
      // What an older checkpoint did not need any more waits for being deleted.
      if (id >= older.nextId() || known.containsKey(id)) {
        var one = look(id);
        if (one != null) {
          found.add(one);
        }
      }
      store.nextId = Math.max(store.nextId, id + 1);
    }
    long limit = end;
    for (int i = found.size() - 1; i >= 0; i--) {
      found.get(i).limit = limit;
      limit = Math.min(limit, found.get(i).base - 1);
    }
    for (var one : found) {
      take(one);
    }
    var last = store.segments.lastOrNull();
    if (last != null && last.data.file().size() > last.length) {
      last.data.file().truncate(last.length);
    }
    store.last = end;
    FileRepair.reload(store);
    long first = store.messages == 0 ? 0 : store.search.next(SubjectFilter.ALL, 0);
    store.first = first == 0 ? end + 1 : first;
  }

  private SortedSet<Long> list() throws IOException {
    var ids = new TreeSet<Long>();
    for (var name : store.tools.disk.list(store.directory)) {
      var id = SegmentNames.dataId(name);
      if (id != null) {
        ids.add(id);
        continue;
      }
      var deleted = SegmentNames.deletedId(name);
      if (deleted != null) {
        deletedFiles.merge(deleted.segment(), deleted.version(), Math::max);
        store.nextVersion = Math.max(store.nextVersion, deleted.version() + 1);
      }
    }
    return ids;
  }

  /// A segment's file, and where its messages begin.
  private static final class Found {
    final Segment segment;
    final long base;
    long limit;

    Found(Segment segment) {
      this.segment = segment;
      base = segment.base;
    }
  }

  private @Nullable Found look(long id) throws IOException {
    var part = known.get(id);
    long base = part != null ? part.base() : baseOf(id);
    if (base <= 0) {
      return null;
    }
    return new Found(new Segment(store.tools, store.directory, id, base, Segment.COVERS_ALL, true));
  }

  /// What the header says, or the first record where it is damaged; 0 where neither says anything.
  private long baseOf(long id) throws IOException {
    var segment = new Segment(store.tools, store.directory, id, 1, Segment.COVERS_ALL, true);
    var header = new byte[Segment.HEADER];
    if (segment.data.file().read(ByteBuffer.wrap(header), 0) < Segment.HEADER) {
      segment.close();
      return 0;
    }
    var crc = new CRC32C();
    crc.update(header, 0, Segment.HEADER - 8);
    boolean whole =
        LittleEndian.getInt(header, 0) == Segment.MAGIC
            && LittleEndian.getLong(header, 8) == id
            && LittleEndian.getInt(header, Segment.HEADER - 8) == (int) crc.getValue();
    if (whole && LittleEndian.getShort(header, 4) != Segment.VERSION) {
      throw new IOException(
          segment + " has version " + LittleEndian.getShort(header, 4) + ", which is not known");
    }
    long base = whole ? LittleEndian.getLong(header, 16) : firstOf(segment);
    segment.close();
    return base;
  }

  private static long firstOf(Segment segment) throws IOException {
    var records = new Records(1, Long.MAX_VALUE);
    records.read(segment);
    return records.count == 0 ? 0 : records.first;
  }

  private void take(Found one) throws IOException {
    var segment = one.segment;
    var records = new Records(one.base, one.limit);
    records.read(segment);
    if (records.count == 0) {
      segment.close();
      return;
    }
    segment.last = records.last;
    segment.lastTime = records.lastTime;
    segment.records = records.count;
    segment.live = records.count;
    segment.length = records.end;
    segment.isCut = segment.data.file().size() > records.end;
    store.segments.add(segment);
    var outcome = Rescan.run(segment, removed(segment.id));
    for (var gap : records.gaps) {
      store.damage.lost(gap.first, gap.last, segment.toString(), "messages are damaged");
    }
    store.lastTime = Math.max(store.lastTime, segment.lastTime);
    store.messages += segment.live;
    store.bytes += segment.liveBytes;
    if (outcome.lost() == segment.records) {
      store.segments.remove(segment);
      store.discarded.add(segment);
    }
  }

  /// What is known of a segment's removed messages: the newest that is written down.
  private DeletedRuns removed(long id) throws IOException {
    var part = known.get(id);
    var version = deletedFiles.get(id);
    if (version != null && (part == null || version >= older.nextVersion())) {
      var bytes = DeletedFile.read(disk(), DeletedFile.path(store.directory, id, version), id);
      if (bytes != null) {
        return new DeletedRuns(version, bytes);
      }
    }
    if (part == null || part.deleted().version() == 0) {
      return part == null ? DeletedRuns.NONE : part.deleted();
    }
    long written = part.deleted().version();
    var bytes = DeletedFile.read(disk(), DeletedFile.path(store.directory, id, written), id);
    return bytes == null ? DeletedRuns.NONE : new DeletedRuns(written, bytes);
  }

  private Disk disk() {
    return store.tools.disk;
  }

  /// Sequences between two records, where a segment is damaged.
  private record Gap(long first, long last) {}

  /// What a segment's file has between two sequences.
  private static final class Records implements SegmentScan.Visitor {
    private final long base;
    private final long limit;
    final List<Gap> gaps = new ArrayList<>();
    int count;
    long first;
    long last;
    long lastTime;
    int end = Segment.HEADER;
    private boolean over;
    private boolean damaged;

    Records(long base, long limit) {
      this.base = base;
      this.limit = limit;
      last = base - 1;
    }

    void read(Segment segment) throws IOException {
      int size = (int) Math.min(segment.data.file().size(), Integer.MAX_VALUE - 8);
      new SegmentScan(segment.source(), size, segment.salt, this).run();
      if (damaged && limit != Long.MAX_VALUE && last < limit) {
        gaps.add(new Gap(last + 1, limit)); // its end is damaged
      }
    }

    @Override
    public void record(byte[] bytes, int at, int offset) {
      long sequence = MessageRecord.sequence(bytes, at);
      over |= sequence > limit;
      if (over || sequence <= last || sequence < base) {
        damaged &= !over;
        return;
      }
      if (damaged && sequence > last + 1) {
        gaps.add(new Gap(last + 1, sequence - 1));
      }
      damaged = false;
      first = count == 0 ? sequence : first;
      count++;
      last = sequence;
      lastTime = Math.max(lastTime, MessageRecord.timestamp(bytes, at));
      end = offset + MessageRecord.length(bytes, at);
    }

    @Override
    public void damaged(int from, int to) {
      damaged |= !over;
    }
  }
}

package io.frond.log;

import io.frond.disk.Disk;
import io.frond.disk.EncryptedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the log when it is opened, and gives what was committed.
///
/// Each frame says which entry is the one before it, so that a gap shows; and up to which entry all
/// was synced when it was written. A gap before that is damage: it is reported, all that is left is
/// saved, and reading goes on. A gap behind it is the trace of a crash: what was being written was
/// not committed, and the log ends there.
final class LogReplay {
  /// How many entries one after the other may be unreadable before the rest of a frame is given up.
  private static final int SKIP_MAX = 16;

  /// A segment that is there.
  ///
  /// @param previous the last entry that counts before it, -1 when its header cannot be read
  private record Found(long number, Path path, long previous, long synced) {}

  private final Disk disk;
  private final Segments segments;
  private final CommitLog.Machine machine;
  private final CommitLog.DamageListener damage;
  private final LogListener listener;
  private final LiveBytes live;
  private final Format format = new Format();
  private final LogBatch batch = new LogBatch(1 << 12);
  private final List<Found> found = new ArrayList<>();

  /// The last entry that was given, or need not be, or is lost.
  private long seen;

  /// Index of the first valid entry behind damaged ones.
  private long afterGap;

  /// Up to where all is known to have been synced, -1 for not looked yet.
  private long known = -1;

  /// The log ends here: what is behind was never committed.
  private boolean ended;

  LogReplay(
      Disk disk,
      Segments segments,
      CommitLog.Machine machine,
      CommitLog.DamageListener damage,
      LogListener listener,
      LiveBytes live) {
    this.disk = disk;
    this.segments = segments;
    this.machine = machine;
    this.damage = damage;
    this.listener = listener;
    this.live = live;
  }

  /// @return the last index
  long run(long fromIndex) throws IOException {
    seen = fromIndex - 1;
    for (var number : segments.find()) {
      find(number);
    }
    for (var i = 0; i < found.size(); i++) {
      var one = found.get(i);
      var limit = limit(i);
      if (limit > fromIndex - 1 && !ended) {
        read(one, limit);
      }
      segments.add(one.number, Math.min(seen, limit));
    }
    return seen;
  }

  /// Opens a segment, makes safe what may not be yet (the process may have ended without), and
  /// reads its header.
  private void find(long number) throws IOException {
    var path = segments.path(number);
    try (var file = disk.open(path)) {
      file.force();
      var reader = new SegmentReader(format, number, file);
      if (reader.holds(0, Format.SEGMENT_HEADER) && format.isSegment(reader.window())) {
        var version = reader.window().getInt(8);
        if (version != Format.VERSION) {
          throw new IOException(
              path + ": format " + version + " of the log is not known; this server reads 1");
        }
        if (reader.window().getLong(16) == number) {
          found.add(
              new Found(number, path, reader.window().getLong(24), reader.window().getLong(32)));
          return;
        }
      }
      findWithoutHeader(number, path, reader);
    }
  }

  private void findWithoutHeader(long number, Path path, SegmentReader reader) throws IOException {
    if (reader.holds(0, Format.SEGMENT_HEADER) && EncryptedDisk.isEncrypted(reader.window())) {
      throw new IOException(path + ": is encrypted, and no key is configured");
    }
    var at = reader.findFrame(Format.SEGMENT_HEADER);
    if (at >= 0) {
      var first = format.frame(reader.window(), reader.at(at));
      damage.damaged(path.toString(), 0, Format.SEGMENT_HEADER, "a header; no entry is missing");
      found.add(new Found(number, path, first.previous(), 0));
    } else {
      damage.damaged(path.toString(), 0, reader.size(), "nothing in it can be read");
      segments.add(number, 0);
    }
  }

  /// The last entry of a segment that counts, as later ones say.
  private long limit(int of) {
    var limit = Long.MAX_VALUE;
    for (var i = of + 1; i < found.size(); i++) {
      limit = Math.min(limit, found.get(i).previous);
    }
    return limit;
  }

  // A segment.

  private void read(Found one, long limit) throws IOException {
    try (var file = disk.open(one.path)) {
      var reader = new SegmentReader(format, one.number, file);
      gap(one.path, 0, 0, Math.min(one.previous, limit), 0);
      var at = (long) Format.SEGMENT_HEADER;
      while (!ended && seen < limit) {
        var frame = reader.frame(at);
        if (frame != null) {
          gap(one.path, at, 0, Math.min(frame.previous(), limit), frame.flags());
          frame(one, reader, at, frame, limit);
          at += frame.size();
        } else {
          var next = reader.findFrame(at + 8);
          if (next < 0) {
            end(one, reader, at, limit);
            break;
          }
          lost(one, reader, at, next, limit);
          at = next;
        }
      }
      if (reader.unreadable() > 0) {
        damage.damaged(
            one.path.toString(), 0, reader.unreadable(), "the disk cannot read a part of the file");
      }
    }
  }

  /// No more frames can be found in a segment.
  private void end(Found one, SegmentReader reader, long at, long limit) throws IOException {
    if (limit < Long.MAX_VALUE) {
      save(one, reader, at, limit);
    } else if (reader.endsEarly(at)) {
      damage.damaged(
          one.path.toString(),
          at,
          0,
          "the file ends early; entries behind " + seen + " are missing, if there were any");
    }
  }

  /// There is something between frames that cannot be read.
  private void lost(Found one, SegmentReader reader, long at, long next, long limit)
      throws IOException {
    var frame = format.frame(reader.window(), reader.at(next));
    var to = Math.min(frame.previous(), limit);
    if (to > seen) {
      save(one, reader, at, limit);
      gap(one.path, at, next - at, to, frame.flags());
    } else {
      damage.damaged(one.path.toString(), at, next - at, "a mark; no entry is missing");
    }
  }

  /// Saves the entries of a frame whose header cannot be read.
  private void save(Found one, SegmentReader reader, long at, long limit) throws IOException {
    var before = seen;
    var place = at + Format.FRAME_HEADER;
    while (seen < limit && isKnown(seen + 1)) {
      var size = reader.entry(place, reader.size(), seen + 1);
      if (size == 0) {
        break;
      }
      give(reader, place, size, seen + 1, 1);
      place += size;
    }
    if (seen > before) {
      damage.damaged(
          one.path.toString(),
          at,
          Format.FRAME_HEADER,
          "a frame's header; entries " + (before + 1) + " to " + seen + " were saved");
    }
  }

  /// Entries up to `to` should have been seen. Those that were committed are lost; at the first
  /// that was not the log ends.
  private void gap(Path path, long at, long bytes, long to, int flags) throws IOException {
    if (to <= seen || ended) {
      return;
    }
    var committed = Math.min(to, known());
    if (committed > seen) {
      lost(path, at, bytes, committed);
    }
    if (to > seen) {
      ended = true;
      if ((flags & Format.RELAXED) == 0) {
        listener.tornTail(path.toString(), at, bytes);
      } else {
        damage.damaged(
            path.toString(), at, bytes, "entries behind " + seen + " were not synced and are lost");
      }
    }
  }

  private void lost(Path path, long at, long bytes, long to) {
    damage.damaged(path.toString(), at, bytes, "entries " + (seen + 1) + " to " + to + " are lost");
    damage.lost(seen + 1, to);
    seen = to;
  }

  // Entries.

  /// Gives a frame's entries, all at once when they are all well.
  private void frame(Found one, SegmentReader reader, long at, Format.Frame frame, long limit)
      throws IOException {
    if (!ended) {
      // Indexes that no frame has are those of batches that failed.
      seen = Math.max(seen, Math.min(frame.first() - 1, limit));
    }
    var last = Math.min(frame.last(), limit);
    var end = at + Format.FRAME_HEADER + frame.length();
    var place = at + Format.FRAME_HEADER;
    var from = place;
    var index = frame.first();
    while (!ended && index <= last) {
      var size = reader.entry(place, end, index);
      if (size > 0) {
        place += size;
        if (index++ <= seen) {
          from = place;
        }
        continue;
      }
      give(reader, from, place - from, index);
      place = skip(one.path, reader, place, end, index, last);
      from = place;
      index = afterGap;
    }
    if (!ended) {
      give(reader, from, place - from, index);
    }
  }

  /// Gives entries from `seen + 1` up to before `next`, if there are any.
  private void give(SegmentReader reader, long from, long length, long next) {
    if (next > seen + 1 && length > 0) {
      give(reader, from, (int) length, seen + 1, (int) (next - seen - 1));
    }
  }

  private void give(SegmentReader reader, long from, int length, long first, int count) {
    batch.load(reader.window(), reader.at(from), length, first, count);
    seen = first + count - 1;
    live.add(seen, length);
    machine.committed(batch);
  }

  /// Finds the next valid entry of a frame, whose index is then in [#afterGap].
  ///
  /// @return its place, the frame's end when there is none
  private long skip(Path path, SegmentReader reader, long at, long end, long index, long last)
      throws IOException {
    if (index > seen && !isKnown(index)) {
      return afterGap(path, at, end, last + 1);
    }
    for (var place = at + 1; place < end; place++) {
      for (var next = index + 1; next <= Math.min(last, index + SKIP_MAX); next++) {
        if (reader.entry(place, end, next) > 0) {
          return afterGap(path, at, place, next);
        }
      }
    }
    return afterGap(path, at, end, last + 1);
  }

  private long afterGap(Path path, long at, long place, long next) throws IOException {
    if (next > seen + 1 && !isKnown(seen + 1)) {
      ended = true;
      listener.tornTail(path.toString(), at, place - at);
    } else if (next > seen + 1) {
      lost(path, at, place - at, next - 1);
    }
    afterGap = next;
    return place;
  }

  // What was committed.

  private boolean isKnown(long index) throws IOException {
    return index <= known();
  }

  /// The last entry that is known to have been synced. Reads the whole log, once.
  private long known() throws IOException {
    if (known < 0) {
      known = 0;
      for (var one : found) {
        known = Math.max(known, one.synced);
        try (var file = disk.open(one.path)) {
          known(new SegmentReader(format, one.number, file));
        }
      }
    }
    return known;
  }

  private void known(SegmentReader reader) {
    var at = reader.findFrame(Format.SEGMENT_HEADER);
    while (at >= 0) {
      var frame = format.frame(reader.window(), reader.at(at));
      known = Math.max(known, frame.synced());
      at = reader.findFrame(at + frame.size());
    }
  }
}

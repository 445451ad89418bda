package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import java.io.IOException;

/// Reads what a session needs from a segment. The reader's thread.
///
/// @param from where to begin: the place of the record with this ordinal
/// @param after entries up to this sequence are passed
/// @param to the last sequence that is only on the disk
/// @param last the segment's last sequence
/// @param records that the segment should have
/// @param end bytes that the segment should have
record ReadJob(
    Disk disk,
    DiskSegment segment,
    long from,
    int ordinal,
    long after,
    long to,
    long last,
    int records,
    long end,
    int session,
    int group) {
  /// After so many bytes of entries a block ends.
  private static final int BLOCK_BYTES = 1 << 16;

  Block read() {
    try (var file = disk.open(segment.path)) {
      return read(file);
    } catch (IOException e) {
      return new Block(Format.buffer(0), after, 0, 0, true);
    }
  }

  private Block read(DiskFile file) throws IOException {
    var scan = new SegmentScan(file, segment.number, from, ordinal, end);
    var into = Format.buffer(1 << 12);
    var upTo = after;
    var ended = true;
    while (scan.next()) {
      if (scan.kind() != Format.ENTRY) {
        continue;
      }
      if (scan.sequence() > to || into.position() >= BLOCK_BYTES) {
        ended = false;
        upTo = scan.sequence() > to ? Math.max(upTo, to) : upTo;
        break;
      }
      if (scan.sequence() > upTo) {
        upTo = scan.sequence();
        if (scan.isFor(session, group)) {
          if (into.remaining() < scan.length()) {
            into =
                Format.buffer(Math.max(2 * into.capacity(), into.position() + scan.length()))
                    .put(into.flip());
          }
          into.put(scan.bytes().slice(scan.at(), scan.length()));
        }
      }
    }
    var lost = scan.lost();
    if (ended) {
      lost += Math.max(0, records - scan.ordinal());
      upTo = Math.max(upTo, Math.min(last, to));
    }
    return new Block(into.flip(), upTo, lost, lost == 0 ? 0 : lostIn(file), false);
  }

  private int lostIn(DiskFile file) throws IOException {
    var scan = new SegmentScan(file, segment.number, Format.SEGMENT_HEADER, 0, end);
    while (scan.next()) {
      // to its end
    }
    return scan.lost() + Math.max(0, records - scan.ordinal());
  }
}

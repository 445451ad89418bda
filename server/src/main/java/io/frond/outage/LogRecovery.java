package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what an earlier life left in a log's directory. At the start, on the starting thread.
final class LogRecovery {
  static final String SUFFIX = ".seg";

  /// Wall clocks outside of 2020 to 2100 show nothing but that they were never set.
  private static final long WALL_MIN = 1_577_836_800_000L;

  private static final long WALL_MAX = 4_102_444_800_000L;

  /// @param group the session's
  record Position(int group, long settled) {}

  /// @param segments ascending
  /// @param positions of sessions, by handle
  /// @param last the last sequence of all
  record Found(
      List<DiskSegment> segments, Map<Integer, Position> positions, long nextNumber, long last) {}

  private final Disk disk;
  private final Path directory;
  private final Log log;
  private final List<DiskSegment> segments = new ArrayList<>();
  private final Map<Integer, Position> positions = new HashMap<>();

  /// Sessions that entries list.
  private final Map<Integer, Boolean> listed = new HashMap<>();

  private long last;
  private boolean positionsLost;

  /// Of the segment that is read: the clocks of its newest entry.
  private long newestSteady;

  private long newestWall;

  private LogRecovery(Disk disk, Path directory, Log log) {
    this.disk = disk;
    this.directory = directory;
    this.log = log;
  }

  /// @param steady, wall this life's clocks now
  /// @throws IOException when the directory cannot be read, or is of a later version
  static Found read(Disk disk, Path directory, long steady, long wall, Log log) throws IOException {
    return new LogRecovery(disk, directory, log).read(steady, wall);
  }

  private Found read(long steady, long wall) throws IOException {
    var nextNumber = 1L;
    for (var name : disk.list(directory)) {
      var number = number(name);
      if (number > 0) {
        nextNumber = number + 1;
        read(new DiskSegment(number, directory.resolve(name)), steady, wall);
      }
    }
    if (positionsLost) {
      // Somebody may be missing who needs something: better twice than never.
      listed.forEach((handle, any) -> positions.putIfAbsent(handle, new Position(0, 0)));
    }
    var younger = Long.MIN_VALUE;
    for (var segment : segments.reversed()) { // what came before is not younger
      var oldest = segment.oldestMillis;
      if (oldest != Long.MAX_VALUE) {
        younger = younger == Long.MIN_VALUE ? segment.newestMillis : younger;
        var shift = Math.min(0, younger - segment.newestMillis);
        segment.steadyShift += shift;
        segment.newestMillis += shift;
        segment.oldestMillis += shift;
        younger = segment.oldestMillis;
      }
    }
    return new Found(segments, positions, nextNumber, last);
  }

  private static long number(String name) {
    try {
      return name.length() == 16 + SUFFIX.length() && name.endsWith(SUFFIX)
          ? Long.parseLong(name, 0, 16, 16)
          : -1;
    } catch (NumberFormatException e) {
      return -1; // not ours
    }
  }

  private void read(DiskSegment segment, long steady, long wall) throws IOException {
    newestSteady = Long.MIN_VALUE;
    try (var file = disk.open(segment.path)) {
      checkHeader(segment, file);
      var scan = new SegmentScan(file, segment.number, Format.SEGMENT_HEADER, 0, Long.MAX_VALUE);
      var lost = 0;
      while (scan.next()) {
        if (scan.lost() > lost) {
          lost = scan.lost();
          positionsLost = true;
        }
        segment.size = scan.end();
        take(segment, scan);
      }
      segment.records = scan.ordinal();
      segment.damaged += lost;
    }
    if (newestSteady != Long.MIN_VALUE) {
      var away = isSane(wall) && isSane(newestWall) ? Math.max(0, wall - newestWall) : 0;
      segment.steadyShift = steady - away - newestSteady;
      segment.oldestMillis += segment.steadyShift;
      segment.newestMillis += segment.steadyShift;
    }
    if (segment.damaged > 0) {
      log.warn(
          "Leaf node outage log: "
              + segment.damaged
              + " records of "
              + segment.path
              + " are damaged");
    }
    segments.add(segment);
  }

  private static boolean isSane(long wall) {
    return wall > WALL_MIN && wall < WALL_MAX;
  }

  /// Looks at the version, and at what the header says of the segment before.
  private void checkHeader(DiskSegment segment, io.frond.disk.DiskFile file) throws IOException {
    var header = Format.buffer(Format.SEGMENT_HEADER);
    try {
      file.read(header, 0);
    } catch (IOException e) {
      header.clear().put(new byte[Format.SEGMENT_HEADER]);
    }
    var format = new Format();
    if (header.hasRemaining() || !format.isSegment(header, segment.number)) {
      return; // the records prove themselves
    }
    var version = header.getInt(8);
    if (version != Format.VERSION) {
      throw new IOException(
          segment.path
              + " has version "
              + version
              + ", this program reads version "
              + Format.VERSION);
    }
    var previous = segments.isEmpty() ? null : segments.getLast();
    if (previous != null && header.getLong(24) == previous.number) {
      var missing = (int) (header.getLong(32) - previous.records);
      if (missing > 0) {
        previous.damaged += missing;
        positionsLost = true;
        log.warn("Leaf node outage log: " + missing + " records are missing in " + previous.path);
      }
    }
  }

  private void take(DiskSegment segment, SegmentScan scan) {
    var bytes = scan.bytes();
    var at = scan.at();
    if (scan.kind() != Format.ENTRY) {
      takePositions(scan);
      return;
    }
    var sequence = scan.sequence();
    if (sequence <= last) {
      return; // written twice, because the first time seemed to fail
    }
    last = sequence;
    newestSteady = bytes.getLong(at + Layout.STEADY);
    newestWall = bytes.getLong(at + Layout.TIME);
    var place = scan.end() - scan.length();
    segment.add(sequence, newestSteady, place, bytes.getInt(at + Layout.ORDINAL));
    var group = bytes.getInt(at + Layout.GROUP);
    if (group != 0) {
      segment.addGroup(group, sequence);
      return;
    }
    var count = bytes.getInt(at + Layout.PAIRS);
    for (var i = 0; i < count; i++) {
      var session = bytes.getInt(at + Layout.HEADER + Format.SESSION * i);
      segment.addSession(session, sequence);
      listed.put(session, true);
    }
  }

  private void takePositions(SegmentScan scan) {
    if (scan.kind() == Format.SNAPSHOT) {
      positions.clear();
    }
    var bytes = scan.bytes();
    var end = scan.at() + scan.length();
    for (var at = scan.at() + Layout.HEADER; at + Format.POSITION <= end; at += Format.POSITION) {
      positions.put(bytes.getInt(at), new Position(bytes.getInt(at + 4), bytes.getLong(at + 8)));
    }
  }
}

package io.frond.outage;

import io.frond.disk.Disk;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Counts what sessions lose with a segment that is given up, and deletes it. The reader's thread.
final class CountJob {
  /// What a session had settled when the segment was given up.
  private record Member(int session, int group, long settled) {}

  private final Disk disk;
  private final DiskSegment segment;

  /// Entries up to here are only on the disk: those behind were counted in memory.
  private final long to;

  /// Bytes that the segment should have.
  private final long end;

  private final long expiredTo;
  private final Map<Integer, Member> members = new HashMap<>();
  private final Map<Integer, Integer> lost = new HashMap<>();
  private int entries;

  CountJob(Disk disk, DiskSegment segment, long to, LogState state) {
    this.disk = disk;
    this.segment = segment;
    this.to = to;
    end = segment.size;
    expiredTo = state.expiredTo;
    state.sessions.forEach(session -> {
      var settled = Math.max(session.acked, session.expiredTo);
      if (segment.concerns(session.handle, session.group.handle, settled)) {
        members.put(session.handle, new Member(session.handle, session.group.handle, settled));
      }
    });
  }

  void run() {
    if (!members.isEmpty()) {
      try (var file = disk.open(segment.path)) {
        var scan = new SegmentScan(file, segment.number, Format.SEGMENT_HEADER, 0, end);
        var passed = 0L;
        while (scan.next()) {
          if (scan.kind() == Format.ENTRY && scan.sequence() > passed && scan.sequence() <= to) {
            passed = scan.sequence();
            count(scan);
          }
        }
      } catch (IOException e) {
        entries = Math.max(entries, segment.evicted); // nobody can know any more
      }
    }
    try {
      disk.delete(segment.path);
    } catch (IOException e) {
      // It stays, and is looked at again at the next start.
    }
  }

  private void count(SegmentScan scan) {
    var any = false;
    for (var member : members.values()) {
      if (scan.sequence() > member.settled && scan.isFor(member.session, member.group)) {
        lost.merge(member.session, 1, Integer::sum);
        any = true;
      }
    }
    if (any && scan.sequence() > expiredTo) {
      entries++;
    }
  }

  /// On the loop, after [#run].
  void tell(LogState state, Discard why) {
    state.discarded[why.ordinal()] += entries;
    lost.forEach((handle, count) -> {
      var session = state.sessions.get(handle);
      if (session != null) {
        session.discarded[why.ordinal()] += count;
      }
    });
  }
}

package io.frond.outage;

import java.nio.file.Path;
import java.util.Arrays;

/// What a log knows of a file of its: which entries are in it and for whom. The loop; the writer
/// and the reader only use the final fields.
final class DiskSegment {
  /// Between two places that are remembered.
  private static final int STEP_BYTES = 1 << 16;

  /// The last entry of a session or a group.
  private static final class Last {
    final int handle;
    long sequence;

    Last(int handle) {
      this.handle = handle;
    }
  }

  final long number;
  final Path path;

  /// What is added to the steady times in it, which are of an earlier life, to have this life's.
  long steadyShift;

  long first = Long.MAX_VALUE;
  long last;
  int entries;

  /// Bytes that are written, or being written.
  long size = Format.SEGMENT_HEADER;

  /// Records in it.
  int records;

  /// Of its entries, by this life's steady clock.
  long oldestMillis = Long.MAX_VALUE;

  long newestMillis = Long.MIN_VALUE;

  /// Whether a sync failed: nobody knows what is in it after a power failure.
  boolean isUnsafe;

  /// Records that were found to be damaged.
  int damaged;

  /// Entries that are only here and not in memory.
  int evicted;

  private final IntTable<Last> sessions = new IntTable<>();
  private final IntTable<Last> groups = new IntTable<>();
  private long[] places = new long[12];
  private int placeCount;

  DiskSegment(long number, Path path) {
    this.number = number;
    this.path = path;
  }

  /// Notes an entry at a place.
  void add(long sequence, long steadyMillis, long at, int ordinal) {
    entries++;
    first = Math.min(first, sequence);
    last = Math.max(last, sequence);
    oldestMillis = Math.min(oldestMillis, steadyMillis);
    newestMillis = Math.max(newestMillis, steadyMillis);
    if (placeCount == 0 || at - places[placeCount - 2] >= STEP_BYTES) {
      if (placeCount == places.length) {
        places = Arrays.copyOf(places, 2 * placeCount);
      }
      places[placeCount++] = sequence;
      places[placeCount++] = at;
      places[placeCount++] = ordinal;
    }
  }

  void addSession(int handle, long sequence) {
    note(sessions, handle, sequence);
  }

  void addGroup(int handle, long sequence) {
    note(groups, handle, sequence);
  }

  private static void note(IntTable<Last> table, int handle, long sequence) {
    var known = table.get(handle);
    if (known == null) {
      known = new Last(handle);
      table.put(handle, known);
    }
    known.sequence = Math.max(known.sequence, sequence);
  }

  /// A place from which on the first entry behind a sequence is found, for [#offset] and
  /// [#ordinal].
  int placeBefore(long after) {
    var place = -1;
    for (var i = 0; i < placeCount && places[i] <= after; i += 3) {
      place = i;
    }
    return place;
  }

  long offset(int place) {
    return place < 0 ? Format.SEGMENT_HEADER : places[place + 1];
  }

  int ordinal(int place) {
    return place < 0 ? 0 : (int) places[place + 2];
  }

  /// Whether it has an entry behind a sequence for a session or its group.
  boolean concerns(int session, int group, long after) {
    return lastOf(sessions, session) > after || lastOf(groups, group) > after;
  }

  private static long lastOf(IntTable<Last> table, int handle) {
    var known = table.get(handle);
    return known == null ? 0 : known.sequence;
  }

  /// Whether somebody has not settled all that it has in it.
  boolean isNeeded(IntTable<Session> known, IntTable<Group> knownGroups) {
    return sessions.any(each -> {
      var session = known.get(each.handle);
      return session != null && session.acked < each.sequence;
    })
        || groups.any(each -> {
          var group = knownGroups.get(each.handle);
          return group != null && group.settled() < each.sequence;
        });
  }

  /// The least that anybody who has something in it has settled.
  long settled(IntTable<Session> known, IntTable<Group> knownGroups) {
    var least = new long[] {Long.MAX_VALUE};
    sessions.forEach(each -> {
      var session = known.get(each.handle);
      if (session != null && session.acked < each.sequence) {
        least[0] = Math.min(least[0], session.acked);
      }
    });
    groups.forEach(each -> {
      var group = knownGroups.get(each.handle);
      if (group != null && group.settled() < each.sequence) {
        least[0] = Math.min(least[0], group.settled());
      }
    });
    return least[0];
  }
}

package io.frond.outage;

import org.jspecify.annotations.Nullable;

/// Copies entries and positions from memory into batches. The loop.
final class Spill {
  private static final int BATCH_BYTES = 1 << 20;

  private final LogState state;

  Spill(LogState state) {
    this.state = state;
  }

  /// Whether there is something to write.
  ///
  /// @param onDisk there are segments
  boolean hasWork(long upToMillis, boolean onDisk) {
    return hasEntries(upToMillis) || hasPositions(onDisk);
  }

  private boolean hasEntries(long upToMillis) {
    for (var chunk = state.memory.first(); chunk != null; chunk = chunk.next) {
      if (chunk.spilled < chunk.filled && chunk.live > 0) {
        skipDead(chunk);
        if (chunk.spilled < chunk.filled) {
          return chunk.bytes.getLong(chunk.spilled + Layout.STEADY) <= upToMillis;
        }
      }
    }
    return false;
  }

  private static void skipDead(Chunk chunk) {
    while (chunk.spilled < chunk.filled && chunk.bytes.getInt(chunk.spilled + Layout.LIVE) == 0) {
      chunk.spilled += chunk.bytes.getInt(chunk.spilled + Layout.LENGTH);
    }
  }

  /// Whether sessions have settled what the disk still says they need.
  boolean hasPositions(boolean onDisk) {
    return onDisk && state.sessions.any(Spill::isChanged);
  }

  private static boolean isChanged(Session session) {
    return session.written != Session.NEVER
        && session.written < session.acked
        && session.written < Math.max(session.onDisk, session.group.onDisk);
  }

  /// Puts a segment's header and all positions.
  ///
  /// @param previous the segment before it
  void begin(Batch batch, @Nullable DiskSegment previous) {
    batch.need(Format.SEGMENT_HEADER);
    new Format()
        .putSegment(
            batch.bytes,
            batch.segment.number,
            previous == null ? 0 : previous.number,
            previous == null || previous.isUnsafe ? 0 : previous.records);
    state.sessions.forEach(session -> session.written = Session.NEVER);
    positions(batch, Format.SNAPSHOT);
  }

  /// Puts positions that changed, and entries up to an age or what a batch may have.
  void fill(Batch batch, long upToMillis) {
    if (state.sessions.any(session -> isNew(session) || isChanged(session))) {
      positions(batch, Format.POSITIONS);
    }
    for (var chunk = state.memory.first(); chunk != null; chunk = chunk.next) {
      while (chunk.spilled < chunk.filled) {
        skipDead(chunk);
        if (chunk.spilled == chunk.filled) {
          break;
        }
        if (chunk.bytes.getLong(chunk.spilled + Layout.STEADY) > upToMillis
            || batch.bytes.position() >= BATCH_BYTES) {
          batch.isFull = batch.bytes.position() >= BATCH_BYTES;
          return;
        }
        entry(batch, chunk, chunk.spilled);
        var length = chunk.bytes.getInt(chunk.spilled + Layout.LENGTH);
        chunk.spilled += length;
        state.memory.spilled(length);
      }
    }
  }

  private static boolean isNew(Session session) {
    return session.written == Session.NEVER;
  }

  private void positions(Batch batch, short kind) {
    var count = new int[1];
    state.sessions.forEach(session -> {
      if (isNew(session) || isChanged(session)) {
        count[0]++;
      }
    });
    var place = batch.begin(Layout.HEADER + Format.POSITION * count[0], kind);
    var into = batch.bytes;
    into.putInt(place + Layout.PAIRS, 0);
    into.putInt(place + Layout.BODY_LENGTH, Format.POSITION * count[0]);
    var at = new int[] {place + Layout.HEADER};
    state.sessions.forEach(session -> {
      if (isNew(session) || isChanged(session)) {
        into.putInt(at[0], session.handle);
        into.putInt(at[0] + 4, session.group.handle);
        into.putLong(at[0] + 8, session.acked);
        session.written = session.acked;
        at[0] += Format.POSITION;
      }
    });
  }

  private void entry(Batch batch, Chunk chunk, int from) {
    var bytes = chunk.bytes;
    var pairs = bytes.getInt(from + Layout.PAIRS);
    var groupHandle = bytes.getInt(from + Layout.GROUP);
    var listed = groupHandle == 0 ? pairs : 0;
    var data = bytes.getInt(from + Layout.LENGTH) - Layout.HEADER - Layout.PAIR * pairs;
    var length = Layout.HEADER + Format.SESSION * listed + data;
    var segment = batch.segment;
    var offset = segment.size;
    var ordinal = segment.records;
    var place = batch.begin(length, Format.ENTRY);
    batch.entries++;
    var into = batch.bytes;
    into.put(place + Layout.SEQUENCE, bytes, from + Layout.SEQUENCE, Layout.KIND - Layout.SEQUENCE);
    into.putInt(place + Layout.PAIRS, listed);
    var sequence = bytes.getLong(from + Layout.SEQUENCE);
    segment.add(sequence, bytes.getLong(from + Layout.STEADY), offset, ordinal);
    for (var i = 0; i < listed; i++) {
      var handle = bytes.getInt(from + Layout.HEADER + Layout.PAIR * i);
      into.putInt(place + Layout.HEADER + Format.SESSION * i, handle);
      segment.addSession(handle, sequence);
      var session = state.sessions.get(handle);
      if (session != null) {
        session.onDisk = sequence;
      }
    }
    if (groupHandle != 0) {
      segment.addGroup(groupHandle, sequence);
      var group = state.groups.get(groupHandle);
      if (group != null) {
        group.onDisk = sequence;
      }
    }
    into.put(
        place + Layout.HEADER + Format.SESSION * listed,
        bytes,
        from + Layout.HEADER + Layout.PAIR * pairs,
        data);
  }
}

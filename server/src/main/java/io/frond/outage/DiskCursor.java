package io.frond.outage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The part of a cursor that reads what is only on the disk: one block is being served while the
/// next one is read. The loop.
final class DiskCursor {
  private static final int RETRIES_MAX = 30;

  private final LogFiles files;
  private final Cursor cursor;
  private final long ageMaxMillis;

  /// What is served, and how far.
  private @Nullable Block block;

  private int at;
  private long shift;

  /// A block that was read ahead.
  private @Nullable Block next;

  private long nextShift;
  private boolean reading;
  private boolean failed;
  private int retries;

  /// Changes with [#reset]: a block that was asked for before is not taken.
  private int generation;

  DiskCursor(LogFiles files, Cursor cursor) {
    this.files = files;
    this.cursor = cursor;
    ageMaxMillis = files.shared().options().maxAge().toMillis();
  }

  void reset() {
    block = null;
    next = null;
    reading = false;
    failed = false;
    retries = 0;
    generation++;
  }

  /// Whether the disk has been asked and what it gave was not looked at, so that nobody knows yet
  /// what is next.
  boolean isWaiting() {
    return reading || failed || next != null;
  }

  /// The next entry that is only on the disk; null when it is being read, or there is none.
  @Nullable Entry next(long steady) {
    while (true) {
      var entry = fromBlock(steady);
      if (entry != null) {
        return entry;
      }
      if (block != null) {
        cursor.after = Math.max(cursor.after, block.upTo());
      }
      block = next;
      shift = nextShift;
      at = 0;
      next = null;
      if (block == null) {
        if (!isWaiting() && !request(passed())) {
          cursor.after = Math.max(cursor.after, files.evictedTo());
          return null;
        }
        return null;
      }
      if (!isWaiting()) {
        request(Math.max(block.upTo(), passed()));
      }
    }
  }

  private long passed() {
    return Math.max(cursor.after, cursor.session.acked);
  }

  private @Nullable Entry fromBlock(long steady) {
    var from = block;
    if (from == null) {
      return null;
    }
    var bytes = from.records();
    while (at < bytes.limit()) {
      var place = at;
      at += bytes.getInt(place + Layout.LENGTH);
      var sequence = bytes.getLong(place + Layout.SEQUENCE);
      if (sequence <= passed()) {
        continue;
      }
      cursor.after = sequence;
      var age = steady - bytes.getLong(place + Layout.STEADY) - shift;
      if (ageMaxMillis > 0 && age > ageMaxMillis) {
        expired(sequence);
        continue;
      }
      return cursor.entry.place(bytes, place, Format.SESSION);
    }
    return null;
  }

  private void expired(long sequence) {
    var session = cursor.session;
    var state = files.state();
    if (sequence > session.expiredTo) {
      session.expiredTo = sequence;
      session.discarded[Discard.AGE.ordinal()]++;
    }
    if (sequence > state.expiredTo) {
      state.expiredTo = sequence;
      state.discarded[Discard.AGE.ordinal()]++;
    }
  }

  /// Has the next block read.
  ///
  /// @return false when there is nothing more
  private boolean request(long after) {
    if (after >= files.evictedTo()) {
      return false;
    }
    var session = cursor.session;
    var segment = files.find(session, after);
    if (segment == null) {
      return false;
    }
    var place = segment.placeBefore(after);
    var job =
        new ReadJob(
            files.shared().disk(),
            segment,
            segment.offset(place),
            segment.ordinal(place),
            after,
            files.evictedTo(),
            segment.last,
            segment.records,
            segment.size,
            session.handle,
            session.group.handle);
    reading = true;
    var asked = generation;
    files
        .shared()
        .reader()
        .execute(() -> {
          var read = job.read();
          files.onLoop(() -> arrived(read, segment, asked));
        });
    return true;
  }

  private void arrived(Block read, DiskSegment segment, int asked) {
    if (asked != generation || cursor.session.cursor != cursor) {
      return;
    }
    reading = false;
    if (read.failed() && retries++ < RETRIES_MAX) {
      failed = true;
      return;
    }
    failed = false;
    retries = 0;
    if (read.failed()) {
      read = new Block(ByteBuffer.allocate(0), segment.last, 1, segment.evicted, false);
    }
    if (read.lost() > 0) {
      var session = cursor.session;
      files.damaged(segment, read.lostInSegment());
      if (read.upTo() > session.damagedTo) {
        session.damagedTo = read.upTo();
        session.discarded[Discard.DAMAGE.ordinal()] += read.lost();
      }
    }
    next = read;
    nextShift = segment.steadyShift;
    cursor.ready.run();
  }

  /// Tries again what failed.
  void tick() {
    if (failed) {
      failed = false;
      if (!request(block == null ? passed() : Math.max(block.upTo(), passed()))) {
        cursor.ready.run();
      }
    }
  }
}

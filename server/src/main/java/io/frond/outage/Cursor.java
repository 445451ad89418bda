package io.frond.outage;

import org.jspecify.annotations.Nullable;

/// Reads what one session needs, in order. A session has at most one. The loop.
public final class Cursor {
  private final LogState state;
  private final @Nullable LogFiles files;
  final Session session;
  final Runnable ready;
  final Entry entry = new Entry();
  private final ListPosition own = new ListPosition();
  private final ListPosition shared = new ListPosition();

  /// Null until something has to be read from the disk.
  private @Nullable DiskCursor disk;

  /// Entries up to here were passed.
  long after;

  Cursor(LogState state, @Nullable LogFiles files, Session session, long after, Runnable ready) {
    this.state = state;
    this.files = files;
    this.session = session;
    this.after = after;
    this.ready = ready;
  }

  /// The next entry that the session has not settled, or null when none is at hand: then either
  /// there is none, or it is being read from the disk and `ready` will run on the loop.
  ///
  /// @return valid until the next call to the log or this
  public @Nullable Entry next() {
    if (session.cursor != this) {
      throw new IllegalStateException("the cursor is closed");
    }
    if (files != null && passed() < files.evictedTo()) {
      var reading = disk == null ? new DiskCursor(files, this) : disk;
      disk = reading;
      var read = reading.next(state.times.steadyMillis());
      if (read != null || reading.isWaiting()) {
        return read;
      }
    }
    var memory = state.memory;
    var mine = own.peek(memory, session.own, passed());
    var ours = shared.peek(memory, session.group.list, passed());
    if (mine == 0 && ours == 0) {
      return null;
    }
    var isMine = ours == 0 || (mine != 0 && memory.sequence(mine) < memory.sequence(ours));
    var pair = isMine ? mine : ours;
    (isMine ? own : shared).take(pair);
    after = memory.sequence(pair);
    return entry.place(memory.bytes(pair), memory.entry(pair), Layout.PAIR);
  }

  /// Whether all that was appended for the session so far was passed: [#next] gives null because
  /// there is nothing, not because it is still being read.
  public boolean isAtEnd() {
    return (files == null || passed() >= files.evictedTo() || files.find(session, passed()) == null)
        && own.peek(state.memory, session.own, passed()) == 0
        && shared.peek(state.memory, session.group.list, passed()) == 0;
  }

  private long passed() {
    return Math.max(after, session.acked);
  }

  /// Tries again what could not be read.
  void tick() {
    if (disk != null) {
      disk.tick();
    }
  }

  /// The sequence of the last entry that was passed, or what the cursor was made or rewound with.
  public long after() {
    return after;
  }

  /// Goes back, or forward: the next entry is the first one behind `after`.
  public void rewind(long after) {
    this.after = after;
    own.reset();
    shared.reset();
    if (disk != null) {
      disk.reset();
    }
  }

  /// Ends it; `ready` does not run any more.
  public void close() {
    if (session.cursor == this) {
      session.cursor = null;
    }
  }
}

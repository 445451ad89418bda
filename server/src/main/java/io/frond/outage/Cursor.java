package io.frond.outage;

import org.jspecify.annotations.Nullable;

/// Reads what one session needs, in order. A session has at most one. The loop.
public final class Cursor {
  private final SourceLog log;
  final Session session;
  final Runnable ready;
  final Entry entry = new Entry();
  final ListPosition own = new ListPosition();
  final ListPosition shared = new ListPosition();

  /// Entries up to here were passed.
  long after;

  Cursor(SourceLog log, Session session, long after, Runnable ready) {
    this.log = log;
    this.session = session;
    this.after = after;
    this.ready = ready;
  }

  /// The next entry that the session has not settled, or null when none is at hand: then either
  /// there is none, or it is being read from the disk and `ready` will run on the loop.
  ///
  /// @return valid until the next call to the log or this
  public @Nullable Entry next() {
    return log.next(this);
  }

  /// Whether all that was appended for the session so far was passed: [#next] gives null because
  /// there is nothing, not because it is still being read.
  public boolean isAtEnd() {
    return log.isAtEnd(this);
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
  }

  /// Ends it; `ready` does not run any more.
  public void close() {
    log.close(this);
  }
}

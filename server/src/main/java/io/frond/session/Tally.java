package io.frond.session;

import io.frond.outage.LogStats;

/// What a feed counts. Its thread; others read it for monitoring, a moment old.
final class Tally {
  private final long high;
  private long sent;
  private long resent;
  private long unwanted;
  private long expired;
  private long late;
  private long restored;

  // of this process: what was logged for the session, and what of it was sent or dropped
  private long loggedMessages;
  private long loggedBytes;
  private long handledMessages;
  private long handledBytes;

  /// What the log gave up, when it was looked at last.
  private long discarded;

  private long top;

  /// @param settled what the far end had settled before
  /// @param high the high half of the sequences with which this process began
  Tally(long settled, long high) {
    this.high = high;
    top = settled;
  }

  Feed.Counts counts() {
    return new Feed.Counts(sent, resent, unwanted, expired, late, restored);
  }

  /// What waits, where all that the log had before is handled.
  Feed.Backlog backlog(LogStats log) {
    return new Feed.Backlog( // at most what the log has: of the rest it gave some up
        Math.clamp(loggedMessages - handledMessages, 0, log.entries()),
        Math.clamp(loggedBytes - handledBytes, 0, log.bytes()),
        log.oldestMillis(),
        discarded);
  }

  /// Whether something that was logged was neither sent nor dropped, nor perhaps given up.
  boolean isBehind() {
    return handledMessages < loggedMessages;
  }

  long discarded() {
    return discarded;
  }

  void discarded(long now) {
    discarded = now;
  }

  /// @return messages that were logged until now
  long logged(int size) {
    loggedBytes += size;
    return ++loggedMessages;
  }

  void sent(long sequence, long size) {
    sent++;
    if (!handled(sequence, size)) {
      resent++;
    }
  }

  void unwanted(long sequence, long size) {
    unwanted++;
    var _ = handled(sequence, size);
  }

  void expired(long sequence, long size) {
    expired++;
    var _ = handled(sequence, size);
  }

  void late() {
    late++;
  }

  void restored() {
    restored++;
  }

  /// @return whether it was for the first time
  private boolean handled(long sequence, long size) {
    if (sequence <= top) {
      return false;
    }
    top = sequence;
    if (sequence >>> 32 >= high) {
      handledMessages++;
      handledBytes += size;
    }
    return true;
  }

  /// All is handled: what the log gave up is not waited for.
  void caughtUp() {
    handledMessages = loggedMessages;
    handledBytes = loggedBytes;
  }
}

package io.frond.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/// Lets a session's feeds send what was logged earlier before anything newer, process by process
/// and connection by connection: a publisher may be on another loop since each. One for each
/// carrier. Any thread.
final class Turns {
  private static final long DONE = Long.MAX_VALUE;

  private final List<Feed> feeds;

  /// What each feed is to send next: a [Place]'s key, greater for what was logged later.
  private final AtomicLongArray keys;

  /// Whether a feed waits for others.
  private final AtomicBoolean wanted = new AtomicBoolean();

  Turns(List<Feed> feeds) {
    this.feeds = feeds;
    keys = new AtomicLongArray(feeds.size());
  }

  /// A feed has come to this: what it had before that is sent, or something waits again.
  void comeTo(int feed, long key) {
    var before = keys.getAndSet(feed, key);
    if (before < key && wanted.getAndSet(false)) {
      for (var i = 0; i < feeds.size(); i++) {
        if (i != feed) {
          var other = feeds.get(i);
          other.outlet().ground().execute(other::pump);
        }
      }
    }
  }

  /// A feed has nothing to send.
  void done(int feed) {
    comeTo(feed, DONE);
  }

  /// Whether all others have come to this, too; when not, the feed is told to look again when one
  /// has come further.
  boolean haveAllComeTo(int feed, long key) {
    if (!isBehind(feed, key)) {
      return true;
    }
    wanted.set(true); // before it looks again: who goes on now looks whether somebody waits
    return !isBehind(feed, key);
  }

  private boolean isBehind(int feed, long key) {
    for (var i = 0; i < keys.length(); i++) {
      if (i != feed && keys.get(i) < key) {
        return true;
      }
    }
    return false;
  }
}

package io.frond.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// Lets a session's feeds send what earlier processes logged before anything newer, process by
/// process: a publisher may be on another loop since each restart. One for each carrier. Any
/// thread.
final class Turns {
  private final List<Feed> feeds;

  /// The process to whose messages each feed has come, by the high half of its sequences.
  private final AtomicLongArray processes;

  Turns(List<Feed> feeds) {
    this.feeds = feeds;
    processes = new AtomicLongArray(feeds.size());
  }

  /// A feed has come to what a process logged: all before that is sent.
  ///
  /// @return whether the others have, too; when not, the feed is told to look again when one has
  boolean mayGo(int feed, long process) {
    if (processes.get(feed) < process) {
      processes.set(feed, process);
      for (var i = 0; i < feeds.size(); i++) {
        if (i != feed) {
          var other = feeds.get(i);
          other.outlet().ground().execute(other::pump);
        }
      }
    }
    for (var i = 0; i < processes.length(); i++) {
      if (processes.get(i) < process) {
        return false;
      }
    }
    return true;
  }
}

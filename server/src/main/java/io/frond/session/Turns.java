package io.frond.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Lets a session's feeds send what earlier processes logged before anything newer: a publisher may
/// be on another loop since the restart. One for each carrier. Any thread.
final class Turns {
  private final List<Feed> feeds;
  private final AtomicInteger left;

  Turns(List<Feed> feeds) {
    this.feeds = feeds;
    left = new AtomicInteger(feeds.size());
  }

  boolean open() {
    return left.get() <= 0;
  }

  /// A feed has sent what is old, once.
  void done() {
    if (left.decrementAndGet() == 0) {
      for (var feed : feeds) {
        feed.outlet().ground().execute(feed::pump);
      }
    }
  }
}

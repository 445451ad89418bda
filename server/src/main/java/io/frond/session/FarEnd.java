package io.frond.session;

import io.frond.outage.SessionLimits;
import io.frond.sync.SyncSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A session's feeds, one out of each source log. Any thread, but [#feed]; the monitor guards
/// `waiting`. From the beginning what is published is kept for the session.
public final class FarEnd {
  private static final Feed.Counts NOTHING = new Feed.Counts(0, 0, 0, 0, 0, 0);

  private static final Map<String, Long> NO_COUNTS =
      Map.of("sent", 0L, "resent", 0L, "unwanted", 0L, "expired", 0L, "late", 0L, "restored", 0L);

  private final int session;
  private final int group;
  private final @Nullable SessionLimits limits;
  private final List<Outlet> outlets;
  private final @Nullable Feed[] feeds;
  private final List<Runnable> waiting = new ArrayList<>();
  private volatile @Nullable List<Feed> all;

  /// @param name of the session, remembered with what is logged for it
  /// @param groupName of those that may all need the same
  public FarEnd(Resuming resuming, String name, String groupName) {
    this(resuming, name, groupName, null);
  }

  /// @param limits what may be kept for the session alone, null for no such limits
  public FarEnd(Resuming resuming, String name, String groupName, @Nullable SessionLimits limits) {
    this.limits = limits;
    session = resuming.handle(name);
    group = resuming.handle(groupName);
    outlets = resuming.outlets();
    feeds = new Feed[outlets.size()];
    begin();
  }

  /// The session's handle in the logs.
  int session() {
    return session;
  }

  /// The feed of an outlet, on its thread.
  public Feed feed(int outlet) {
    var known = feeds[outlet];
    if (known == null) {
      known = outlets.get(outlet).feed(session, group);
      if (limits != null) {
        outlets.get(outlet).log().limit(session, limits);
      }
      feeds[outlet] = known;
    }
    return known;
  }

  private void begin() {
    var left = new AtomicInteger(outlets.size());
    for (var i = 0; i < outlets.size(); i++) {
      var index = i;
      outlets
          .get(i)
          .ground()
          .execute(() -> {
            var _ = feed(index);
            if (left.decrementAndGet() == 0) {
              made();
            }
          });
    }
  }

  private void made() {
    List<Runnable> asked;
    synchronized (this) {
      var made = new ArrayList<Feed>();
      for (var each : feeds) {
        if (each != null) {
          made.add(each);
        }
      }
      all = List.copyOf(made);
      asked = List.copyOf(waiting);
      waiting.clear();
    }
    asked.forEach(Runnable::run);
  }

  /// Runs a task when every feed is there, in the order of the calls.
  private void prepared(Runnable task) {
    synchronized (this) {
      if (all == null) {
        waiting.add(task);
        return;
      }
    }
    task.run();
  }

  /// The far end is there: sends what it has not settled, then live.
  public void attach(Carrier to) {
    prepared(() -> {
      var these = feeds();
      var turns = new Turns(these);
      for (var i = 0; i < these.size(); i++) {
        var feed = these.get(i);
        var number = i;
        feed.outlet().ground().execute(() -> feed.attach(to, number, turns));
      }
    });
  }

  /// The carrier is gone, if it still was this one.
  public void detach(Carrier from) {
    prepared(() -> each(feed -> feed.detach(from)));
  }

  /// Whether something waits to be sent; a moment old.
  public boolean isBehind() {
    return feeds().stream().anyMatch(Feed::isWaiting);
  }

  /// Looks at the backlog again: what the far end wants has changed.
  public void wake() {
    each(Feed::pump);
  }

  private void each(Consumer<Feed> task) {
    for (var feed : feeds()) {
      feed.outlet().ground().execute(() -> task.accept(feed));
    }
  }

  /// The far end has settled all of a source, by its [Feed#name], up to a sequence.
  public void settled(String source, long sequence) {
    on(source, feed -> feed.settled(sequence));
  }

  /// The same, and it has taken all up to another one, which it may ask for again.
  public void settled(String source, long sequence, long taken) {
    on(
        source,
        feed -> {
          feed.settled(sequence);
          if (taken > sequence) {
            feed.taken(taken);
          }
        });
  }

  /// The far end wants all of a source again that lies behind a sequence.
  public void again(String source, long after) {
    on(source, feed -> feed.again(after));
  }

  private void on(String source, Consumer<Feed> task) {
    for (var feed : feeds()) {
      if (feed.name().equals(source)) {
        feed.outlet().ground().execute(() -> task.accept(feed));
        return;
      }
    }
  }

  /// All that was kept is of no more use: the far end has had it elsewhere.
  void forget() {
    prepared(() -> each(feed -> feed.settled(feed.outlet().log().last())));
  }

  /// The session is over: nothing is kept for it any more.
  public void close() {
    prepared(() -> each(feed -> feed.outlet().log().remove(session)));
  }

  /// How it stands, for monitoring.
  ///
  /// @param connected whether the far end can be reached now
  /// @param reason why not, empty when there is nothing to say
  /// @param more counts besides its own
  public SyncSample sample(
      String kind,
      String name,
      boolean connected,
      String reason,
      long lastExchangeMillis,
      Map<String, Long> more) {
    long messages = 0;
    long bytes = 0;
    long oldest = 0;
    long discarded = 0;
    long sent = 0;
    long settled = 0;
    var counts = NOTHING;
    for (var feed : feeds()) {
      var waiting = feed.backlog();
      if (feed.isBehind() && feed.state() == Feed.State.AWAY) {
        feed.outlet().ground().execute(feed::lookAtDiscards); // for the next sample
      }
      messages += waiting.messages();
      bytes += waiting.bytes();
      oldest = Math.max(oldest, waiting.messages() == 0 ? 0 : waiting.oldestMillis());
      discarded += waiting.discarded();
      sent = Math.max(sent, feed.lastSent());
      settled = Math.max(settled, feed.lastSettled());
      counts = Feed.sum(counts, feed.counts());
    }
    return new SyncSample(
        kind,
        name,
        connected,
        reason,
        messages,
        bytes,
        TimeUnit.MILLISECONDS.toNanos(oldest),
        sent,
        settled,
        lastExchangeMillis,
        counts.sent() - counts.resent(),
        discarded,
        counts(counts, more));
  }

  private static Map<String, Long> counts(Feed.Counts own, Map<String, Long> more) {
    if (more.isEmpty() && own.equals(NOTHING)) {
      return NO_COUNTS; // as of most leaves of many, twice a second
    }
    var all = new HashMap<>(more);
    all.put("sent", own.sent());
    all.put("resent", own.resent());
    all.put("unwanted", own.unwanted());
    all.put("expired", own.expired());
    all.put("late", own.late());
    all.put("restored", own.restored());
    return Map.copyOf(all);
  }

  /// The feeds, as soon as all are made.
  public List<Feed> feeds() {
    var made = all;
    return made == null ? List.of() : made;
  }
}

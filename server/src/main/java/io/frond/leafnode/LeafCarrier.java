package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Subscription;
import io.frond.link.Link;
import io.frond.outage.Entry;
import io.frond.session.Buffering;
import io.frond.session.Carrier;
import io.frond.session.Feed;
import io.frond.subject.Match;
import io.frond.wire.MessageFrame;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A leaf link as what carries a hub session's messages. To a Frond they go with tags, and it says
/// what is settled; with any other server the PONG to a PING behind them confirms them.
///
/// Messages come from any loop; the rest belongs to the link's.
final class LeafCarrier implements Carrier.Repeating {
  /// What may be under way, to a Frond and, where it may come twice, to others.
  private static final int WINDOW_TAGGED = 3 << 20;

  private static final int WINDOW = 1 << 20;
  private static final long GATHER_MILLIS = 3;

  private final HubSession session;
  private final Leaf leaf;
  private final Link link;
  private final boolean tagged;
  private volatile boolean firm;
  private volatile boolean asked;
  private volatile boolean ended;
  private long[] asking = {};
  private boolean waiting;

  LeafCarrier(HubSession session, Leaf leaf) {
    this.session = session;
    this.leaf = leaf;
    link = leaf.link();
    tagged = leaf.resumes();
  }

  Leaf leaf() {
    return leaf;
  }

  // ---- interest that may come back ----

  /// The hub has shown all its interest; what it has not shown again ends after a while.
  void begin() {
    session.kept().removePassed(link.id());
    firm = !session.kept().hasOther(link.id());
    if (!firm) {
      var grace = session.rules().interestGrace().toMillis();
      var _ = link.loop().executor().schedule(this::settleInterest, grace, TimeUnit.MILLISECONDS);
    }
  }

  private void settleInterest() {
    if (!ended && !firm) {
      session.kept().removeOther(link.id());
      becomeFirm();
    }
  }

  /// The hub wants something no more. While messages wait for it that is remembered for the time
  /// that a client needs to connect again.
  ///
  /// @return whether it is remembered
  boolean lost(byte[] subject, byte @Nullable [] queue) {
    var kept = session.kept();
    var its = session.far().isBehind() ? kept.lose(subject, queue) : null;
    if (its == null) {
      return false;
    }
    firm = false;
    var grace = session.rules().interestGrace().toMillis();
    var _ =
        link.loop()
            .executor()
            .schedule(
                () -> {
                  if (!ended && its.shownBy() != link.id()) {
                    kept.remove(its);
                    session.far().wake();
                  }
                },
                grace,
                TimeUnit.MILLISECONDS);
    return true;
  }

  private void becomeFirm() {
    firm = true;
    session.far().wake();
  }

  /// Some times a second: all that was remembered may have been shown again.
  void tick() {
    if (!firm && !ended && !session.kept().hasOther(link.id())) {
      becomeFirm();
    }
  }

  @Override
  public boolean isFirm() {
    return firm;
  }

  @Override
  public Verdict verdict(Entry entry) {
    var frame = entry.frame(MessageFrame.blank());
    if (Buffering.isOver(frame, System.currentTimeMillis() - entry.timeMillis())) {
      return Verdict.EXPIRED;
    }
    var match = session.account().sublist().match(frame.subject());
    var remembered = false;
    for (var i = 0; i < match.plainCount(); i++) {
      var ours = ours(match.plain(i));
      if (ours != null && ours.shownBy() == link.id()) {
        return Verdict.SEND;
      }
      remembered |= ours != null;
    }
    if (entry.queueCount() > 0) {
      var queues = entry.queues();
      for (var q = 0; q < match.queueCount(); q++) {
        var name = match.queueName(q);
        if (Arrays.stream(queues).anyMatch(it -> Arrays.equals(it, name))) {
          var ours = member(match, q);
          if (ours != null && ours.shownBy() == link.id()) {
            return Verdict.SEND;
          }
          remembered |= ours != null;
        }
      }
    }
    return remembered && !firm ? Verdict.WAIT : Verdict.UNWANTED;
  }

  private @Nullable LeafSubscription member(Match<Subscription> match, int q) {
    for (var i = 0; i < match.queueSize(q); i++) {
      var ours = ours(match.queueMember(q, i));
      if (ours != null) {
        return ours;
      }
    }
    return null;
  }

  private @Nullable LeafSubscription ours(Subscription subscription) {
    return subscription instanceof LeafSubscription leafs && leafs.holder() == session
        ? leafs
        : null;
  }

  // ---- messages ----

  @Override
  public boolean tagged() {
    return tagged;
  }

  @Override
  public int windowMax() {
    return tagged ? WINDOW_TAGGED : WINDOW;
  }

  @Override
  public long catchUpRate() {
    var rate = session.rules().catchUpRate();
    return rate <= 0 ? 0 : Math.max(1, rate / Math.max(1, session.feeds().size()));
  }

  @Override
  public void announce(Feed feed, int high) {
    leaf.sender().announce(feed.number(), feed.name(), high, true);
  }

  @Override
  public void again(Feed feed, long after) {
    leaf.sender().again(feed.name(), after);
  }

  @Override
  public void allAgain(Feed feed) {
    leaf.sender().allAgain(feed.name());
  }

  @Override
  public void send(Feed feed, Delivery message, byte[][] queues, int count, long sequence) {
    if (tagged && sequence > 0) {
      leaf.sender().sendTagged(feed.number(), sequence, message, queues, count);
    } else {
      leaf.sender().send(message, queues, count);
    }
  }

  // ---- confirmation by PONG ----

  @Override
  public void sent() {
    if (!tagged && !asked) {
      asked = true;
      askSoon();
    }
  }

  private void askSoon() {
    var executor = link.loop().executor();
    if (!executor.isShuttingDown()) {
      var _ =
          executor.schedule(
              () -> link.loop().batch(this::ask), GATHER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void ask() {
    if (ended || waiting) {
      return;
    }
    var feeds = session.feeds();
    asking = new long[feeds.size()];
    for (var i = 0; i < asking.length; i++) {
      asking[i] = feeds.get(i).lastSent(); // it is queued, so the PING comes behind it
    }
    if (link.ask()) {
      waiting = true;
    } else {
      askSoon(); // a PING of the link's own is under way
    }
  }

  /// The PING was answered: the hub has handled what was sent before it.
  void answered() {
    if (!waiting) {
      return;
    }
    waiting = false;
    asked = false;
    var feeds = session.feeds();
    var more = false;
    for (var i = 0; i < asking.length; i++) {
      var feed = feeds.get(i);
      var upTo = asking[i];
      if (upTo > feed.lastSettled()) {
        feed.outlet().ground().execute(() -> feed.settled(upTo));
      }
      more |= feed.lastSent() > upTo;
    }
    if (more) {
      sent();
    }
  }

  void end() {
    ended = true;
  }
}

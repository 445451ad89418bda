package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.outage.Entry;
import io.frond.session.Carrier;
import io.frond.session.Feed;
import io.frond.session.SpokeClaim;
import io.frond.session.SpokeLink;
import io.frond.session.SpokeSession;
import io.frond.session.SpokeSessions;
import io.frond.trace.TraceEnd;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A leaf that joined this server, as its session's link: it carries what is kept here for the
/// leaf, and what other servers of the cluster send it. Messages come from any loop; the rest
/// belongs to the link's.
final class LeafServing implements SpokeLink, Carrier {
  private static final int WINDOW = 3 << 20;

  /// By these numbers the leaf knows sources of this server; by those behind, of others.
  private static final int OWN_MAX = 256;

  /// A source of another server, and the part of its sequences that its number stands for.
  private record Foreign(int number, long high) {}

  private final Leaf leaf;
  private final Link link;
  private final SpokeSessions sessions;
  private final SpokeClaim claim;
  private volatile @Nullable SpokeSession session;

  /// Guarded by itself.
  private final Map<String, Foreign> foreign = new HashMap<>(4);

  LeafServing(Leaf leaf, SpokeSessions sessions, SpokeClaim claim) {
    this.leaf = leaf;
    this.sessions = sessions;
    this.claim = claim;
    link = leaf.link();
  }

  // ---- the link's life; on its loop ----

  /// The leaf joined.
  void begin() {
    var attached = sessions.attach(leaf.account(), claim, this);
    session = attached;
    if (attached == null) {
      superseded();
    }
  }

  /// The leaf told of interest.
  ///
  /// @param weight members of the queue group, 0 when the interest ended
  void learn(byte[] subject, byte @Nullable [] queue, int weight) {
    var to = session;
    if (to != null) {
      sessions.learn(to, this, subject, queue, weight);
    }
  }

  /// The leaf told of all interest that it had when it joined.
  void shown() {
    var to = session;
    if (to != null) {
      sessions.complete(to, this);
    }
  }

  /// The leaf has settled what this server or another one sent.
  void settled(String source, long sequence) {
    var to = session;
    if (to != null) {
      sessions.settled(to, source, sequence);
    }
  }

  void end() {
    var to = session;
    if (to != null) {
      sessions.detach(to, this);
    }
  }

  int interestCount() {
    var of = session;
    return of == null ? 0 : of.interestCount();
  }

  List<String> interestList() {
    var of = session;
    return of == null ? List.of() : of.interestList();
  }

  // ---- what the session asks ----

  @Override
  public Carrier carrier(SpokeSession of) {
    return this;
  }

  @Override
  public boolean straight(Delivery message, byte @Nullable [] queue) {
    if (!leaf.maySend(message)) {
      return false;
    }
    message.addTarget(leaf.sender(), queue);
    return queue != null;
  }

  @Override
  public boolean maySend(Delivery message) {
    var rights = leaf.rights();
    return rights == null || rights.maySend(message.frame().subject());
  }

  @Override
  public TraceEnd traceEnd() {
    return leaf.traceEnd();
  }

  @Override
  public long number() {
    return claim.link();
  }

  @Override
  public void superseded() {
    link.close(CloseReason.DUPLICATE_LEAF, CloseReason.DUPLICATE_LEAF.toString());
  }

  // ---- messages ----

  @Override
  public void announce(Feed feed, int high) {
    leaf.sender().announce(feed.number(), feed.name(), high, false);
  }

  @Override
  public void send(Feed feed, Delivery message, byte[][] queues, int count, long sequence) {
    if (sequence == 0) {
      leaf.sender().send(message, queues, count);
    } else {
      leaf.sender().sendTagged(feed.number(), sequence, message, queues, count);
    }
  }

  @Override
  public void pass(Delivery message, String source, long sequence, byte[][] queues) {
    synchronized (foreign) { // the number must not change its meaning before the message is queued
      var high = sequence >>> 32;
      var known = foreign.get(source);
      if (known == null || known.high != high) {
        known = new Foreign(known == null ? OWN_MAX + foreign.size() : known.number, high);
        foreign.put(source, known);
        leaf.sender().announce(known.number, source, (int) high, false);
      }
      if (maySend(message)) {
        leaf.sender().sendTagged(known.number, sequence, message, queues, queues.length);
      } else {
        leaf.sender().sendNothing(known.number, sequence);
      }
    }
  }

  @Override
  public Verdict verdict(Entry entry) {
    var rights = leaf.rights();
    return rights == null || rights.maySend(entry.subject())
        ? claimed().verdict(entry)
        : Verdict.UNWANTED;
  }

  private SpokeSession claimed() {
    return java.util.Objects.requireNonNull(session);
  }

  @Override
  public boolean isFirm() {
    return claimed().firm();
  }

  @Override
  public boolean tagged() {
    return true;
  }

  @Override
  public int windowMax() {
    return WINDOW;
  }

  @Override
  public void sent() {}

  @Override
  public long catchUpRate() {
    return sessions.catchUpRate();
  }
}

package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.options.LaneOptions;
import io.frond.subject.Match;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A joined link to a hub as the way of messages that go to it whatever interest says, such as
/// those of lanes. One thread that publishes, besides event loops.
public final class HubLink {
  /// Whether a message can go.
  public enum Fit {
    YES,
    /// Nobody at the hub is interested in the subject (yet).
    NO_INTEREST,
    /// The hub, or our own configuration, does not let it pass.
    DENIED,
    /// The hub takes no message of this size.
    TOO_LARGE,
    /// The link has ended.
    DOWN
  }

  private final Leaf leaf;
  private final LeafHost host;
  private byte[][] queues = new byte[8][];
  private int queueCount;
  private final Map<String, Source> sources = new HashMap<>();

  /// A source that the hub was told of.
  private static final class Source {
    final int number;
    long high = -1;

    Source(int number) {
      this.number = number;
    }
  }

  HubLink(Leaf leaf, LeafHost host) {
    this.leaf = leaf;
    this.host = host;
  }

  /// The hub settled what a source sent; on the link's loop.
  void settled(String source, long sequence) {
    var watch = host.hubWatch();
    if (watch != null) {
      watch.settled(this, source, sequence);
    }
  }

  /// The hub's name.
  public String name() {
    return leaf.name();
  }

  /// The account's name.
  public String account() {
    return leaf.account().name();
  }

  /// What is the same for all servers of the hub, whichever is joined.
  public String hub() {
    var way = leaf.laneWay();
    return way == null ? "" : way.hub();
  }

  /// Whether the link has not ended.
  public boolean isUp() {
    return leaf.link().reason() == null;
  }

  /// The lanes that go over this link. They may change: [HubWatch#joined] tells.
  public List<LaneOptions> lanes() {
    var way = leaf.laneWay();
    return way == null ? List.of() : way.lanes();
  }

  /// Whether the hub is a Frond, which knows what lanes ask of it.
  public boolean isFrond() {
    return leaf.peer().frond() && leaf.resumes();
  }

  /// Whether the hub is one of a cluster's servers.
  public boolean isClustered() {
    return leaf.cluster() != null;
  }

  /// The hub's JetStream domain, null for none.
  public @Nullable String domain() {
    return leaf.domain();
  }

  /// Bytes that wait for the link to take them.
  public long queuedBytes() {
    return leaf.stats().pendingBytes();
  }

  /// Whether a message of this subject and size can go, and somebody there wants it.
  public Fit fit(byte[] subject, int size) {
    var able = able(subject, size);
    return able == Fit.YES && !wanted(subject) ? Fit.NO_INTEREST : able;
  }

  /// As [#fit], whether or not somebody wants it.
  public Fit able(byte[] subject, int size) {
    if (!isUp()) {
      return Fit.DOWN;
    }
    var rights = leaf.rights();
    if (rights != null && !rights.maySend(subject)) {
      return Fit.DENIED;
    }
    return size > leaf.peer().maxPayload() ? Fit.TOO_LARGE : Fit.YES;
  }

  /// Whether anyone at the hub is interested.
  private boolean wanted(byte[] subject) {
    var match = leaf.account().sublist().match(subject);
    for (var i = 0; i < match.plainCount(); i++) {
      if (isHubs(match.plain(i))) {
        return true;
      }
    }
    chooseQueues(match, true);
    return queueCount > 0;
  }

  private boolean isHubs(Subscription subscription) {
    return subscription instanceof LeafSubscription theirs && theirs.shownBy() == leaf.link().id();
  }

  /// Queue groups of the hub's. Of a group that has members here too the one that heard the message
  /// when it was published is among those.
  private void chooseQueues(Match<Subscription> match, boolean evenIfHere) {
    queueCount = 0;
    for (var q = 0; q < match.queueCount(); q++) {
      var there = false;
      var here = false;
      for (var i = 0; i < match.queueSize(q); i++) {
        var member = match.queueMember(q, i);
        there |= isHubs(member);
        here |= member.side() == Side.LOCAL || member.side() == Side.ROUTE;
      }
      if (there && (evenIfHere || !here)) {
        if (queueCount == queues.length) {
          queues = Arrays.copyOf(queues, 2 * queueCount);
        }
        queues[queueCount++] = match.queueName(q);
      }
    }
  }

  /// Sends a request, for all of the hub's queue groups: one that members here share (the API of
  /// JetStream) is asked there.
  ///
  /// @return false when the link has ended
  public boolean ask(Delivery message) {
    return sendTo(message, true);
  }

  /// Sends a message for the hub's queue groups of a subject that have no members here.
  ///
  /// @return false when the link has ended
  public boolean send(Delivery message) {
    return sendTo(message, false);
  }

  /// Sends a message that the hub, which is a Frond, takes once in its whole cluster, however often
  /// and to whichever server it is sent; that it has is told to [HubWatch#settled].
  ///
  /// @param source whose tags these are, and rise
  /// @return false when the link has ended
  public boolean sendTagged(Delivery message, String source, long tag) {
    if (!isUp()) {
      return false;
    }
    var known = sources.get(source);
    if (known == null) { // the first numbers are those of the session's feeds
      known = new Source(host.resume().outlets().size() + sources.size());
      sources.put(source, known);
    }
    if (known.high != tag >>> 32) {
      known.high = tag >>> 32;
      leaf.sender().announce(known.number, source, (int) known.high, false);
    }
    chooseQueues(leaf.account().sublist().match(message.frame().subject()), false);
    leaf.sender().sendTagged(known.number, tag, message, queues, queueCount);
    return true;
  }

  /// Whether the hub takes headers.
  public boolean takesHeaders() {
    return leaf.sender().takesHeaders();
  }

  private boolean sendTo(Delivery message, boolean evenIfHere) {
    if (!isUp()) {
      return false;
    }
    chooseQueues(leaf.account().sublist().match(message.frame().subject()), evenIfHere);
    leaf.sender().send(message, queues, queueCount);
    return true;
  }
}

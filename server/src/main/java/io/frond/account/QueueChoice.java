package io.frond.account;

import io.frond.subject.Match;
import org.jspecify.annotations.Nullable;

/// Which member of a queue group gets a message (nats-server's rules): one of the members in the
/// cluster by even chance, a remote server counting for as many as it has; a leaf, below this
/// server or another one of the cluster, only when the cluster has none; for a message that came
/// over a route or from a leaf, only groups that the sender named, and members of this server
/// before all others, those of third servers last. A message of a leaf never goes to leaves of the
/// same cluster.
final class QueueChoice {
  private QueueChoice() {}

  static void deliver(Delivery message, Match<Subscription> match) {
    var named = message.side() != Side.LOCAL;
    if (named && message.frame().queueCount() == 0) {
      return;
    }
    for (var q = 0; q < match.queueCount(); q++) {
      if (!named || message.frame().namesQueue(match.queueName(q))) {
        toOne(message, match, q);
      }
    }
  }

  private static void toOne(Delivery message, Match<Subscription> match, int q) {
    var size = match.queueSize(q);
    var near = message.side() == Side.ROUTE;
    if (toMember(message, match, q, size, near) || toLeaf(message, match, q, size) || !near) {
      return;
    }
    if (!toOtherServer(message, match, q, false)) {
      var _ = toOtherServer(message, match, q, true);
    }
  }

  /// The member for which another server sent the message is gone: it left while the message was on
  /// its way. A third server's member gets it, of those that do not get it by their plain interest,
  /// too, if there is one.
  private static boolean toOtherServer(
      Delivery message, Match<Subscription> match, int q, boolean alsoPlain) {
    var size = match.queueSize(q);
    var first = message.random(size);
    for (var i = 0; i < size; i++) {
      var member = match.queueMember(q, (first + i) % size);
      if (member.side() == Side.ROUTE
          && !isOfLeaf(member)
          && !message.cameBy(member.owner())
          && (alsoPlain || !wantsAll(match, member))
          && offer(member, message)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a member's server wants the message without a queue group, too.
  private static boolean wantsAll(Match<Subscription> match, Subscription member) {
    for (var i = 0; i < match.plainCount(); i++) {
      if (match.plain(i).owner() == member.owner()) {
        return true;
      }
    }
    return false;
  }

  /// A leaf by chance, or any other that takes the message. Another server of a leaf cluster sends
  /// what a leaf below this one is to have; our hub has it from that server's own link, and gets it
  /// from us, too, only when nobody else can take it.
  private static boolean toLeaf(Delivery message, Match<Subscription> match, int q, int size) {
    if (message.side() != Side.ROUTE) {
      return toLeaf(message, match, q, size, (_, _) -> true);
    }
    return toLeaf(message, match, q, size, (_, it) -> it.side() != Side.HUB)
        || toLeaf(message, match, q, size, (in, it) -> !wantsAll(in, it))
        || toLeaf(message, match, q, size, (_, _) -> true);
  }

  private static boolean toLeaf(
      Delivery message, Match<Subscription> match, int q, int size, Among among) {
    var likely = leaf(message, match, q, size, among);
    return likely != null
        && (offer(likely, message)
            || toOther(message, match, q, likely, among, true)
            || toOther(message, match, q, likely, among, false));
  }

  /// Which members may be chosen.
  private interface Among {
    boolean is(Match<Subscription> match, Subscription member);
  }

  private static boolean toOther(
      Delivery message,
      Match<Subscription> match,
      int q,
      Subscription but,
      Among among,
      boolean present) {
    var size = match.queueSize(q);
    for (var i = 0; i < size; i++) {
      var member = match.queueMember(q, i);
      if (member != but
          && member.present() == present
          && isReached(member, message)
          && among.is(match, member)
          && offer(member, message)) {
        return true;
      }
    }
    return false;
  }

  /// A member of another server counts when its server is sent the message, once for all groups.
  private static boolean offer(Subscription member, Delivery message) {
    var trace = message.trace();
    if (!(trace == null ? member.deliver(message) : member.deliverTraced(message, trace))) {
      return false;
    }
    if (member.side() == Side.LOCAL) {
      message.took();
    }
    return true;
  }

  /// Tries the members of the cluster, or of this server only, from a random one on.
  private static boolean toMember(
      Delivery message, Match<Subscription> match, int q, int size, boolean nearOnly) {
    var likely = match.queuePick(q, message.random(match.queueWeight(q)));
    if (chance(likely, message, nearOnly) > 0 && offer(likely, message)) {
      return true; // the common case: every member may be chosen
    }
    var total = 0;
    for (var i = 0; i < size; i++) {
      total += chance(match.queueMember(q, i), message, nearOnly);
    }
    if (total == 0) {
      return false;
    }
    var drawn = message.random(total);
    var first = 0;
    while (drawn >= chance(match.queueMember(q, first), message, nearOnly)) {
      drawn -= chance(match.queueMember(q, first), message, nearOnly);
      first++;
    }
    for (var i = 0; i < size; i++) {
      var member = match.queueMember(q, (first + i) % size);
      if (chance(member, message, nearOnly) > 0 && offer(member, message)) {
        return true;
      }
    }
    return false;
  }

  private static int chance(Subscription member, Delivery message, boolean nearOnly) {
    var side = member.side();
    if (side == Side.LOCAL) {
      return 1;
    }
    return nearOnly || isOfLeaf(member) || !message.side().mayReach(side) ? 0 : member.weight();
  }

  /// Whether it is a leaf's, here or at the other end of a route.
  private static boolean isOfLeaf(Subscription member) {
    return member.owner() instanceof Origin;
  }

  /// Whether a member is a leaf's, and the message may go there.
  private static boolean isReached(Subscription member, Delivery message) {
    return isOfLeaf(member)
        && (member.side().isLeaf() || message.side().mayReach(member.side()))
        && !message.excludes(member.owner());
  }

  /// A leaf by even chance; one that is away, for which the message is kept, only when none is
  /// connected.
  private static @Nullable Subscription leaf(
      Delivery message, Match<Subscription> match, int q, int size, Among among) {
    Subscription chosen = null;
    var seen = 0;
    var present = false;
    for (var i = 0; i < size; i++) {
      var member = match.queueMember(q, i);
      if (isReached(member, message) && among.is(match, member)) {
        var here = member.present();
        if (present && !here) {
          continue;
        }
        if (here && !present) { // those that are away count no more
          present = true;
          seen = 0;
        }
        seen += Math.max(1, member.weight());
        if (message.random(seen) < member.weight()) {
          chosen = member;
        }
      }
    }
    return chosen;
  }
}

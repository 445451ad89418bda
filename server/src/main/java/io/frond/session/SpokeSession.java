package io.frond.session;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Origin;
import io.frond.account.RemoteTarget;
import io.frond.account.Side;
import io.frond.outage.Entry;
import io.frond.session.SpokeNews.State;
import io.frond.sync.SyncSample;
import io.frond.trace.TraceEnd;
import io.frond.wire.MessageFrame;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A leaf below this cluster, remembered while it is away: what it is interested in, where it is
/// connected, and what is kept for it here. One for each leaf and account.
///
/// The lock of [SpokeSessions] guards everything that is not final, volatile or said to be for any
/// thread.
public final class SpokeSession implements RemoteTarget {
  private final SpokeSessions sessions;
  private final Account account;
  private final String id;
  private final Origin origin;
  private final @Nullable String cluster;
  private final int[] slots;
  private final SpokeMail mail;
  private final SpokeInterests interests;

  private volatile String name;

  /// Name and account, for monitoring.
  private String label;

  private long linkNumber;
  private volatile @Nullable SpokeLink link;
  private volatile @Nullable SpokePeer home;

  /// Who told of the session while it was away; its interest is added to what we remember.
  private @Nullable SpokePeer keeper;

  /// Whether it is, or was last, connected to this server.
  private boolean ours;

  private boolean complete;
  private long sinceMillis;
  private boolean ended;

  SpokeSession(
      SpokeSessions sessions,
      Account account,
      String id,
      String name,
      @Nullable String cluster,
      int publishers,
      Function<SpokeSession, SpokeMail> mail) {
    this.sessions = sessions;
    this.account = account;
    this.id = id;
    this.name = name;
    label = name + ' ' + account.name();
    this.cluster = cluster;
    origin = account.origins().enter(cluster);
    slots = new int[publishers];
    interests = new SpokeInterests(sessions, this);
    this.mail = mail.apply(this);
  }

  // ---- any thread ----

  /// The id that the leaf gave.
  public String id() {
    return id;
  }

  public Account account() {
    return account;
  }

  Origin origin() {
    return origin;
  }

  /// The link to the leaf, null when it is not connected to this server.
  public @Nullable SpokeLink link() {
    return link;
  }

  /// Whether the leaf is connected, to this server or another one.
  boolean present() {
    return link != null || home != null;
  }

  boolean keeps(Delivery message) {
    return sessions.keeps(message);
  }

  boolean mayHave(Delivery message) {
    var here = link;
    return here == null || here.maySend(message);
  }

  /// Sends a message that is not kept, when the leaf is connected.
  boolean straight(Delivery message, byte @Nullable [] queue) {
    var here = link;
    if (here != null) {
      return here.straight(message, queue);
    }
    var there = home;
    if (there == null) {
      return false;
    }
    message.addTarget(there.straight(), queue);
    return queue != null;
  }

  @Override
  public void send(Delivery message, byte[][] queues, int count) {
    mail.note(message, queues, count);
  }

  @Override
  public TraceEnd traceEnd() {
    var here = link;
    var there = home;
    if (here != null) {
      return here.traceEnd();
    }
    return there != null
        ? there.straight().traceEnd()
        : new TraceEnd(TraceEnd.Kind.LEAF, 0, name, true, false);
  }

  /// What goes to leaves by way of one server goes there once.
  @Override
  public boolean sharesWayWith(RemoteTarget other) {
    var there = home;
    return there != null && other instanceof SpokeSession its && its.home == there;
  }

  /// The leaf's server, where the leaf is connected to another one.
  @Override
  public boolean isRoute() {
    return home != null;
  }

  @Override
  public int[] slots() {
    return slots;
  }

  /// The leaf, or the server that it is connected to, has settled what this server sent.
  public void settled(String source, long sequence) {
    mail.settled(source, sequence);
  }

  /// Whether the leaf wants everything that its remembered interest matches; when not, each message
  /// is to be asked for with [#verdict].
  public boolean firm() {
    return interests.firm();
  }

  /// What becomes of a message that was kept for the leaf.
  public Carrier.Verdict verdict(Entry entry) {
    if (entry.replyLength() > 0
        && Buffering.isOver(
            entry.frame(MessageFrame.blank()), System.currentTimeMillis() - entry.timeMillis())) {
      return Carrier.Verdict.EXPIRED;
    }
    return interests.verdict(entry.subject(), entry.queues());
  }

  /// How many subjects and queue groups the leaf is interested in.
  public int interestCount() {
    return sessions.locked(interests::shownCount);
  }

  /// Subjects and, after a blank, queue groups that the leaf told of on its present connection.
  public List<String> interestList() {
    return sessions.locked(interests::shownList);
  }

  // ---- with the lock: interest ----

  SpokeInterests interests() {
    return interests;
  }

  /// The leaf told of interest, here or elsewhere.
  ///
  /// @return whether something changed that others should know
  boolean learn(byte[] subject, byte @Nullable [] queue, int weight) {
    var firmBefore = interests.firm();
    var changed = interests.learn(subject, queue, weight, side());
    if (!firmBefore) {
      mail.wake();
    }
    return changed;
  }

  /// Remembered interest, of which the leaf itself has not spoken yet.
  void remember(byte[] subject, byte @Nullable [] queue, int weight) {
    interests.remember(subject, queue, weight, side());
  }

  private Side side() {
    return ours ? Side.SPOKE : Side.ROUTE;
  }

  /// The leaf wants something no more. While messages wait here for the leaf that is remembered for
  /// the time that a client needs to connect again.
  ///
  /// @return whether there was such interest
  boolean unlearn(byte[] subject, byte @Nullable [] queue) {
    if (mail.isBehind()) {
      var lost = interests.lose(subject, queue);
      if (lost > 0) {
        sessions.afterGrace(() -> {
          if (!ended && interests.dropLost(lost)) {
            mail.wake();
          }
        });
      }
      return lost > 0;
    }
    var gone = interests.unlearn(subject, queue);
    if (gone) {
      mail.wake();
    }
    return gone;
  }

  /// The leaf had the time to tell of its interest: what it did not is no more.
  ///
  /// @return how much that was
  int dropDoubtful() {
    var gone = interests.dropDoubtful();
    mail.wake();
    return gone;
  }

  /// Whether it is this server that stands for the session where only one may.
  void ours(boolean now) {
    if (ours == now) {
      return;
    }
    ours = now;
    interests.moveTo(side());
  }

  boolean isOurs() {
    return ours;
  }

  // ---- with the lock: where the leaf is ----

  long linkNumber() {
    return linkNumber;
  }

  @Nullable SpokePeer home() {
    return home;
  }

  @Nullable SpokePeer keeper() {
    return keeper;
  }

  boolean isComplete() {
    return complete;
  }

  boolean isEnded() {
    return ended;
  }

  /// The leaf connected to this server.
  void attach(SpokeLink here, long number, String leafName) {
    var former = link;
    moved(number, leafName);
    link = here;
    ours(true);
    if (former != null && former != here) {
      former.superseded();
    }
  }

  /// The leaf connected to another server.
  void attach(SpokePeer there, long number, String leafName) {
    var former = link;
    moved(number, leafName);
    home = there;
    ours(false);
    if (former != null) {
      former.superseded();
    }
  }

  private void moved(long number, String leafName) {
    mail.carrier(null);
    link = null;
    home = null;
    keeper = null;
    complete = false;
    linkNumber = number;
    if (!name.equals(leafName)) {
      name = leafName;
      label = leafName + ' ' + account.name();
    }
    sinceMillis = sessions.nowMillis();
    interests.doubtAll();
  }

  /// All interest of the leaf is known: what is kept may go.
  void complete() {
    complete = true;
    var here = link;
    var there = home;
    if (here != null) {
      mail.carrier(here.carrier(this));
    } else if (there != null) {
      mail.carrier(there.carrier(this, linkNumber, mail.handle()));
    }
  }

  /// The leaf is away.
  void away() {
    mail.carrier(null);
    link = null;
    home = null;
    complete = false;
    sinceMillis = sessions.nowMillis();
  }

  /// Another server remembers the session, too.
  void kept(SpokePeer by, long number, long awayMillis) {
    keeper = by;
    if (number > linkNumber) {
      linkNumber = number;
      ours(false);
      sinceMillis = sessions.nowMillis() - awayMillis;
    }
  }

  void forgetKeeper(SpokePeer peer) {
    if (keeper == peer) {
      keeper = null;
    }
  }

  /// As it was stored.
  void restore(SessionRecord record) {
    linkNumber = record.link();
    ours = record.ours();
    sinceMillis = record.awaySinceMillis() > 0 ? record.awaySinceMillis() : sessions.nowMillis();
    for (var each : record.interests()) {
      remember(each.subject(), each.queue(), each.weight());
    }
  }

  SessionRecord record() {
    return new SessionRecord(
        account.name(),
        id,
        name,
        cluster,
        linkNumber,
        ours,
        present() ? 0 : sinceMillis,
        interests.all().stream()
            .map(it -> new SessionRecord.Kept(it.subject(), it.queue(), it.weight()))
            .toList());
  }

  long awayMillis() {
    return present() ? 0 : Math.max(1, sessions.nowMillis() - sinceMillis);
  }

  /// What was kept is of no more use: the leaf had it elsewhere.
  void startAnew() {
    mail.forget();
  }

  void end() {
    ended = true;
    interests.end();
    mail.close();
    account.origins().leave(origin);
  }

  SpokeNews news(State state) {
    return new SpokeNews(id, linkNumber, state, name, cluster, false, awayMillis());
  }

  /// How far it is in step, for monitoring.
  SyncSample sample() {
    var reason =
        !present() ? "the leaf is away" : complete ? "" : "its interest has not been told yet";
    return mail.sample(label, present(), reason, present() ? sessions.nowMillis() : sinceMillis);
  }

  /// How it stands, for monitoring.
  SpokeStatus status() {
    var there = home;
    return new SpokeStatus(
        account.name(),
        id,
        name,
        link != null ? "" : there == null ? null : there.serverName(),
        complete,
        sinceMillis,
        interests.size(),
        interests.size() - interests.shownCount(),
        ours);
  }

  boolean isOf(String leafName, @Nullable String leafCluster) {
    return name.equals(leafName) && Objects.equals(cluster, leafCluster);
  }

  @Override
  public String toString() {
    return Objects.requireNonNullElse(name, id) + " (account " + account.name() + ")";
  }
}

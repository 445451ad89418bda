package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Origin;
import io.frond.account.RemoteTarget;
import io.frond.account.Side;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.outage.SessionLimits;
import io.frond.session.Buffering;
import io.frond.session.FarEnd;
import io.frond.session.Feed;
import io.frond.session.SessionRecord;
import io.frond.sync.SyncSample;
import io.frond.trace.TraceEnd;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a leaf remembers of its hub, whichever server of the hub's cluster it is joined to, while
/// it is joined to none: what the hub is interested in, and what was published for it. Interest and
/// messages come here from any loop; a link tells of itself on its own.
final class HubSession implements Holder, RemoteTarget {
  private final String name;
  private volatile @Nullable String cluster;
  private final Account account;
  private final Runnable changed;
  private final LeafHost host;
  private final LinkRules rules;
  private final Buffering buffering;
  private final JetStreamBorder border;
  private final Origin origin;
  private final KeptInterest kept;
  private final FarEnd far;
  private final int[] slots;
  private volatile @Nullable Leaf leaf;
  private volatile @Nullable LeafCarrier carrier;
  private volatile @Nullable LeafRights rights;
  private volatile LaneSubjects lanes = LaneSubjects.NONE;
  private volatile long awayNanos = System.nanoTime();
  private volatile long awayMillis = System.currentTimeMillis();
  private volatile long heardMillis;
  private volatile boolean joinedWithout;
  private volatile boolean meeting;
  private volatile long newUntil = System.nanoTime();

  /// @param cluster of the hub, null for none
  /// @param changed called when what is to be stored has changed
  HubSession(
      LeafHost host,
      String name,
      Account account,
      @Nullable String cluster,
      LinkRules rules,
      Runnable changed) {
    this.changed = changed;
    this.host = host;
    this.name = name;
    this.cluster = cluster;
    this.account = account;
    this.rules = rules;
    border =
        JetStreamBorder.of(
            host.isSystem(account), host.domain(), host.defaultDomain(account.name()));
    buffering = new Buffering(rules.subjects());
    origin = account.origins().enter(cluster);
    kept = new KeptInterest(account, this, changed);
    far = new FarEnd(host.resume(), name, "account " + account.name(), limits(host, rules));
    slots = new int[host.loops().publishers()];
  }

  private static @Nullable SessionLimits limits(LeafHost host, LinkRules rules) {
    var own = rules.session();
    return own.limits()
        ? new SessionLimits(own, host.options().outage().discard(), host.resume().outlets().size())
        : null;
  }

  String name() {
    return name;
  }

  @Nullable String cluster() {
    return cluster;
  }

  /// The hub's cluster goes by another name from now on.
  void renamed(String to) {
    cluster = to;
    changed.run();
  }

  /// Whether it has only just been begun, with a hub that was not known.
  boolean isNew() {
    return System.nanoTime() - newUntil < 0;
  }

  void begun(long newNanos) {
    newUntil = System.nanoTime() + newNanos;
  }

  /// A remote has met the hub and is about to join it.
  void met() {
    meeting = true;
  }

  /// Whether a remote has joined the hub, or is about to.
  boolean isJoined() {
    return meeting || leaf != null;
  }

  KeptInterest kept() {
    return kept;
  }

  FarEnd far() {
    return far;
  }

  LinkRules rules() {
    return rules;
  }

  Account account() {
    return account;
  }

  List<Feed> feeds() {
    return far.feeds();
  }

  // ---- what outlives the process ----

  SessionRecord record() {
    var since = awayMillis;
    return new SessionRecord(account.name(), name, "", cluster, 0, true, since, kept.records());
  }

  /// Takes up what was stored: the hub's interest as it last was.
  void restore(SessionRecord from) {
    for (var each : from.interests()) {
      kept.add(each.subject(), each.queue(), each.weight(), 0);
    }
    awayMillis = from.awaySinceMillis() > 0 ? from.awaySinceMillis() : awayMillis;
  }

  /// How long there has been no link, by the wall clock.
  long awayForMillis(long nowMillis) {
    var since = awayMillis;
    return since == 0 ? 0 : nowMillis - since;
  }

  /// Nothing is kept any more.
  void forget() {
    kept.end();
    far.close();
    account.origins().leave(origin);
  }

  // ---- monitoring ----

  /// How it stands: what waits is counted in the logs, which the sessions of a server share.
  SyncSample sample() {
    var by = leaf;
    var up = isUp(by);
    return far.sample(
        "link",
        hubName() + " " + account.name(),
        up,
        up ? "" : "no link to the hub",
        by == null ? heardMillis : by.stats().lastActivityMillis(),
        Map.of("duplicates", host.resume().intake().duplicates()));
  }

  // ---- links come and go; on their loops ----

  /// A link has joined; the hub's interest is on its way.
  void joined(Leaf by) {
    rights = by.rights();
    leaf = by;
    meeting = false;
    awayMillis = 0;
    changed.run();
    joinedWithout = !by.resumes();
  }

  /// The hub has shown its interest: what waits for it is sent.
  ///
  /// @return what carries it, which is told of the link's end
  LeafCarrier ready(Leaf by) {
    var to = new LeafCarrier(this, by);
    carrier = to;
    to.begin();
    far.attach(to);
    return to;
  }

  /// The link has ended; whatever came of it.
  void left(Leaf by) {
    var from = carrier;
    if (from != null && from.leaf() == by) {
      far.detach(from);
      from.end();
      carrier = null;
    }
    if (leaf == by) {
      awayNanos = System.nanoTime();
      awayMillis = System.currentTimeMillis();
      heardMillis = by.stats().lastActivityMillis();
      leaf = null;
      changed.run();
    }
  }

  /// Whether a link was joined meanwhile that had no session at the other end.
  boolean joinedWithout() {
    return joinedWithout;
  }

  // ---- messages ----

  @Override
  public Side side() {
    return Side.HUB;
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public boolean present(long shownBy) {
    var to = leaf;
    return isUp(to) && to != null && to.id() == shownBy;
  }

  @Override
  public LaneSubjects lanes() {
    return lanes;
  }

  /// The remote's lanes are others now.
  void lanes(LaneSubjects next) {
    lanes = next;
  }

  @Override
  public RemoteTarget target() {
    return this;
  }

  @Override
  public boolean maySend(Delivery message) {
    var frame = message.frame();
    if (border.keeps(frame.buffer(), frame.subjectAt(), frame.subjectLength())) {
      return false;
    }
    var limits = rights;
    if (limits != null && !limits.maySend(frame.subject())) {
      return false;
    }
    return buffering.keeps(frame) || isUp(leaf) || Buffering.mayWait(frame, sinceAwayMillis());
  }

  private static boolean isUp(@Nullable Leaf by) {
    return by != null && by.link().reason() == null;
  }

  private long sinceAwayMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - awayNanos);
  }

  @Override
  public void send(Delivery message, byte[][] queues, int count) {
    var to = leaf;
    if (isUp(to) && to != null && !buffering.keeps(message.frame())) {
      to.sender().send(message, queues, count);
      return;
    }
    var feed = far.feed(message.loop());
    feed.outlet().note(feed, message, queues, count);
  }

  @Override
  public boolean leavesToLane(Delivery message) {
    return lanes.hold(message);
  }

  @Override
  public TraceEnd traceEnd() {
    var to = leaf;
    return isUp(to) && to != null
        ? to.traceEnd()
        : new TraceEnd(TraceEnd.Kind.LEAF, 0, hubName(), true, false);
  }

  /// The hub's cluster, or where it is reached.
  private String hubName() {
    var hub = cluster;
    return hub == null ? name.substring(name.indexOf(" at ") + 4) : hub;
  }

  @Override
  public boolean isRoute() {
    return false;
  }

  @Override
  public int[] slots() {
    return slots;
  }
}

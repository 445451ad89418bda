package io.frond.lane;

import io.frond.leafnode.HubLink;
import io.frond.options.LaneOptions;
import io.frond.shard.AccountOutlet;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.stream.Stream;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One lane: sends what its stream holds to the hub, in order, a window of messages at a time, and
/// takes it from the stream when the hub acknowledged it. Whatever goes wrong on the way, it begins
/// again behind the last message up to which all is acknowledged; the hub recognizes by the message
/// id what it has. The shard's thread.
final class Lane implements LaneOrder.Owner, LaneInbox.Handler {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  /// Bytes on their way at most, one message excepted.
  private static final long WINDOW_BYTES = 1 << 20;

  /// Messages that are sent in one go before others have their turn.
  private static final int TURN = 128;

  /// A link that has just come up is still being told of interest.
  private static final long SETTLING = 2 * SECOND;

  private final LaneSiblings group;
  private final Shard shard;
  private final AccountOutlet outlet;
  private final LaneStore store;
  private final Pace pace;
  private final LaneReport report;
  private final LaneInbox inbox;
  private final Patience patience;
  private final StoredMessage message = new StoredMessage();
  private final LaneOptions options;
  private Flight flight = new Flight(0, 0);
  private final LaneOrder order;
  private @Nullable HubLink link;
  private long joinedAt;
  private boolean probing = true;
  private boolean opening;
  private boolean closed;

  /// What the hub has settled of messages that it took itself.
  private LaneRuns.Tag heard = new LaneRuns.Tag(0);

  private Shard.@Nullable Timer wake;

  Lane(
      LaneSiblings group,
      Shard shard,
      AccountOutlet outlet,
      LaneStore store,
      LaneReport report,
      LaneOptions options,
      String inboxId,
      RandomGenerator random) {
    this.group = group;
    this.shard = shard;
    this.outlet = outlet;
    this.store = store;
    this.report = report;
    this.options = options;
    pace = new Pace(options.rate(), random);
    inbox = new LaneInbox(outlet, inboxId, this);
    order = new LaneOrder(this, group, shard, outlet, inboxId);
    patience =
        new Patience(
            shard, () -> flight.oldest(), report::exchangedNanos, this::isLeaving, this::late);
  }

  LaneOptions options() {
    return options;
  }

  int priority() {
    return options.priority();
  }

  /// Makes or opens its stream.
  ///
  /// @param tried runs when that is done, or has failed and is to be tried again
  void open(Runnable tried) {
    if (opening || closed) {
      tried.run();
      return;
    }
    opening = true;
    store.open(problem -> {
      opening = false;
      tried.run();
      var opened = store.stream();
      if (problem != null || opened == null) {
        become(LaneState.FAILED, String.valueOf(problem));
        wakeAt(shard.now() + 2 * SECOND, () -> open(() -> {}));
        return;
      }
      report.opened(opened);
      if (report.isNew(opened)) {
        var first = opened.store().firstSequence();
        var last = opened.store().lastSequence();
        flight = new Flight(first - 1, last);
        order.opened(first, last, options.window());
        restart();
      }
      group.pump();
    });
  }

  void joined(HubLink hub) {
    link = hub;
    joinedAt = shard.now();
    restart();
    probing = true;
    pace.hurry();
    group.pump();
  }

  void lost() {
    link = null;
    restart();
    become(LaneState.AWAY, group.away());
  }

  /// Whether it holds messages that may have gone soon.
  boolean drains() {
    var from = store.stream();
    return from != null && report.isGoing() && from.store().messages() > 0;
  }

  /// Ends its work; the stream stays.
  void close() {
    link = null;
    restart();
    if (wake != null) {
      wake.cancel();
    }
    inbox.close();
    order.close();
    store.release();
    closed = true;
  }

  private void wakeAt(long at, Runnable task) {
    if (wake != null) {
      wake.cancel();
    }
    wake = shard.schedule(Math.max(at, shard.now() + MILLI), task);
  }

  /// Begins again behind the last message up to which all is acknowledged.
  @Override
  public void restart() {
    if (flight.count() > 0) {
      report.retried();
    }
    order.restarts();
    inbox.restart();
    flight.rewind();
    patience.stop();
  }

  private void become(LaneState next, String reason) {
    report.become(next, reason, link == null ? "" : link.name());
  }

  // ---- what goes out ----

  /// Sends what may go now.
  ///
  /// @return whether more is there that only waits for what is on its way: lanes of a lower
  ///   priority then wait too
  boolean pump() {
    var from = store.stream();
    if (from == null || opening) {
      return false;
    }
    if (store.isLost()) {
      store.forget();
      report.warn("lost its stream, which somebody deleted; it is made anew");
      open(() -> {});
      return false;
    }
    try {
      skipWhatIsGone(from);
      return pump(from);
    } catch (IOException e) {
      restart();
      waitFor(LaneState.FAILED, "its stream cannot be read: " + e.getMessage());
      return false;
    }
  }

  /// Messages that the stream's limits took before the hub had them.
  private void skipWhatIsGone(Stream from) {
    var gone = from.store().firstSequence() - 1;
    if (gone > flight.settled()) {
      report.discarded(gone - Math.max(flight.cursor(), flight.settled()));
      flight.skipTo(gone);
    }
  }

  private boolean pump(Stream from) throws IOException {
    for (var n = 0; n < TURN; n++) {
      if (!from.store().loadNext(SubjectFilter.ALL, flight.cursor() + 1, message)) {
        idle();
        return false;
      }
      var hub = link;
      if (hub == null) {
        become(LaneState.AWAY, group.away());
        return false;
      }
      var now = shard.now();
      if (pace.pauses(now) || pace.throttles(now)) {
        wakeAt(pace.at(), group::pump);
        return false;
      }
      if (isFull() || order.asks()) {
        return true;
      }
      if (!forward(hub, now)) {
        return false;
      }
    }
    group.pump();
    return true;
  }

  private boolean isFull() {
    return flight.count() >= (probing ? 1 : options.window())
        || (flight.count() > 0 && flight.bytes() >= WINDOW_BYTES);
  }

  private void idle() {
    settle();
    if (flight.count() == 0 && link != null) {
      become(LaneState.IN_STEP, "in step");
    }
  }

  /// A lane of a higher priority has much to send.
  void yieldTurn() {
    var from = store.stream();
    if (from != null && link != null && from.store().lastSequence() > flight.cursor()) {
      become(LaneState.YIELDING, "a lane of a higher priority goes first");
    }
  }

  /// Sends the message that was loaded.
  ///
  /// @return whether the next one may follow
  private boolean forward(HubLink hub, long now) {
    var sequence = message.sequence();
    if (flight.isDone(sequence)) {
      flight.sent(sequence, 0, now, false);
      flight.done(sequence);
      return true;
    }
    var subject = message.subject();
    var streams = group.streams(hub);
    if (streams != null && !streams.isKnown()) {
      become(LaneState.FORWARDING, "asks which streams the hub has");
      return false;
    }
    var toStream = streams == null || streams.take(subject);
    if (!toStream && streams != null && streams.mayBeAway(subject)) {
      become(LaneState.WAITING, "a stream of the hub's is out of reach");
      wakeAt(now + SECOND, streams::ask);
      return false;
    }
    if (!toStream && sequence <= ids().runs().covered(heard)) {
      flight.sent(sequence, 0, now, false);
      settled(sequence, true);
      return true;
    }
    if (!toStream && !flight.isTagged()) {
      return true; // were it taken, the hub would take none before it any more
    }
    var id = ids().of(sequence);
    var last = toStream ? order.expected(sequence, subject) : "";
    var out = Outgoing.of(message, id, last);
    var fit = toStream ? hub.fit(subject, out.size()) : hub.able(subject, out.size());
    switch (fit) {
      case YES -> {}
      case DOWN -> {
        return false;
      }
      case DENIED, TOO_LARGE -> {
        refused(sequence, Verdict.misfit(fit));
        return true;
      }
      case NO_INTEREST -> {
        unwanted(hub, message.subjectText());
        return false;
      }
    }
    var taken = toStream ? send(hub, out, sequence) : sendTagged(hub, out, sequence);
    if (streams != null) {
      streams.refresh();
    }
    flight.sent(new Flight.Sent(sequence, out.size(), now, !last.isEmpty(), !toStream));
    order.sent(sequence, toStream ? id : "", last);
    pace.sent(out.size(), now);
    become(LaneState.FORWARDING, toStream ? "forwards" : "forwards to plain subscribers");
    patience.watch();
    if (taken == Outlet.Taken.CROWDED) {
      pace.hold(now + 5 * MILLI);
    }
    return true;
  }

  private Outlet.Taken send(HubLink hub, Outgoing out, long sequence) {
    var reply = inbox.reply(sequence);
    return outlet.send(hub::send, out.subject(), reply, out.headerLength(), out.body());
  }

  private Outlet.Taken sendTagged(HubLink hub, Outgoing all, long sequence) {
    var ids = ids();
    var tag = ids.runs().tag(sequence);
    var out = hub.takesHeaders() ? all : all.withoutHeaders();
    return outlet.send(
        delivery -> hub.sendTagged(delivery, ids.source(), tag),
        out.subject(),
        new byte[0],
        out.headerLength(),
        out.body());
  }

  private void waitFor(LaneState state, String what) {
    pace.failed(shard.now());
    become(state, what);
    wakeAt(pace.at(), group::pump);
  }

  private void unwanted(HubLink hub, String subject) {
    var now = shard.now();
    var streams = group.streams(hub);
    if (streams != null) {
      streams.ask();
    }
    if (now - joinedAt < SETTLING) {
      pace.hold(now + 50 * MILLI);
      wakeAt(pace.at(), group::pump);
    } else {
      waitFor(LaneState.WAITING, "no stream and nobody at the hub takes \"" + subject + '"');
    }
  }

  // ---- what comes back ----

  @Override
  public void outOfLine(long sequence, Verdict.OutOfLine told) {
    if (!order.outOfLine(sequence, told.stream(), told.last())) {
      var why = "wrong last msg ID: " + told.last();
      refused(sequence, new Verdict.Refused(400, Verdict.WRONG_LAST_ID, why));
    }
  }

  @Override
  public LaneIds ids() {
    return store.ids();
  }

  /// The hub has settled what it took itself.
  void settled(LaneRuns.Tag upTo) {
    var runs = ids().runs();
    var from = store.stream();
    if (from == null || opening) {
      return;
    }
    if (runs.isForeign(upTo, from.store().lastSequence())) {
      restored();
    }
    if (LaneRuns.number(upTo) > runs.newest()) { // and the clock was set back: none would be new
      opening = true;
      store.renumber(
          LaneRuns.number(upTo) + 1,
          () -> {
            opening = false;
            restart();
            group.pump();
          });
      return;
    }
    heard = upTo.value() > heard.value() ? upTo : heard;
    flight.tagged(runs.covered(heard)).forEach(sequence -> settled(sequence, false));
  }

  @Override
  public void restored() {
    report.restored();
  }

  @Override
  public void taken(long sequence, Verdict.Taken taken) {
    order.taken(sequence, taken);
    settled(sequence, taken.duplicate());
  }

  private void settled(long sequence, boolean duplicate) {
    probing = false;
    patience.rewarded();
    pace.worked();
    if (flight.done(sequence)) {
      report.acknowledged(duplicate, shard.now());
      settle();
      patience.watch();
      group.pump();
    }
  }

  /// The hub will never take it: it goes to the dead letters and does not hold the others up.
  @Override
  public void refused(long sequence, Verdict.Refused why) {
    var from = store.stream();
    try {
      if (from != null && from.store().load(sequence, message)) {
        store.bury(message, why);
        report.buried(message, why);
      }
    } catch (IOException e) {
      later("its stream cannot be read: " + e.getMessage());
      return;
    }
    if (sequence > flight.cursor()) {
      flight.sent(sequence, 0, shard.now(), false);
    }
    flight.done(sequence);
    settle();
    group.pump();
  }

  /// It may be taken later: all begins again behind what is acknowledged.
  @Override
  public void later(String why) {
    restart();
    probing = true;
    var hub = link;
    var streams = hub == null ? null : group.streams(hub);
    if (streams != null) {
      streams.refresh();
    }
    waitFor(LaneState.WAITING, why);
  }

  /// Whether messages still wait for the link: a slow one is no dead one.
  private boolean isLeaving() {
    var hub = link;
    return hub != null && hub.queuedBytes() > 0;
  }

  private void late(long nanos) {
    if (link != null) {
      later("no acknowledgement for " + nanos / SECOND + " s");
    }
  }

  /// Takes from the stream what is acknowledged.
  @Override
  public void settle() {
    store.purge(flight::settled);
  }

  @Override
  public Flight flight() {
    return flight;
  }

  @Override
  public @Nullable HubLink link() {
    return link;
  }

  @Override
  public byte @Nullable [] subjectOf(long sequence) {
    return store.subjectOf(sequence, message);
  }

  @Override
  public void isThere(long sequence) {
    if (flight.done(sequence)) {
      report.acknowledged(true, shard.now());
    }
  }

  LaneStatus status(String account) {
    var now = shard.now();
    return report.status(account, options, link, store.stream(), flight, pace.shown(now), now);
  }
}

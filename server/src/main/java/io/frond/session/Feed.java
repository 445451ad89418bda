package io.frond.session;

import io.frond.account.Delivery;
import io.frond.outage.Cursor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The way of one source log's messages to one far end, which is away, catching up or live. Live, a
/// message goes into the log and out in one step. While too much is under way, or the far end is
/// away, messages are only logged; then they are sent from the log, in order, until it has caught
/// up. What is logged stays there until the far end has settled it.
///
/// Owner: the outlet's thread, for everything but what is read for monitoring.
public final class Feed {
  /// `sent`, which is written for each message: so without a fence.
  private static final VarHandle SENT;

  static {
    try {
      SENT = MethodHandles.lookup().findVarHandle(Feed.class, "sent", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Where a feed stands.
  public enum State {
    /// There is no carrier, or the far end is not ready.
    AWAY,
    /// The backlog is being sent.
    PUMPING,
    /// Each message goes out as it comes.
    LIVE
  }

  /// What a message costs of the window besides its bytes, so that a window of the greatest size
  /// holds no more messages than the far end remembers.
  static final int COST = 128;

  /// A backlog holds producers back as if it had this length at most, in bytes: they are to give a
  /// quick link time, not to be stopped by a slow one.
  private static final long HOLD_MAX = 8 << 20;

  /// A byte of a backlog counts as so many of a queue: it is logged, and what stays in the log for
  /// a moment is written to disk.
  private static final int HOLD_FACTOR = 4;

  private static final int TURN_BYTES = 256 << 10;
  private static final long WAIT_MILLIS = 100;

  /// A mask: how many messages pass before the log is asked what it gave up.
  private static final int DISCARDS_EVERY = 255;

  private final Outlet outlet;
  private final int session;
  private final int group;
  private final int[] only;
  private final String name;
  private final Marks marks = new Marks();
  private final Pace pace = new Pace();
  private @Nullable Carrier carrier;
  private @Nullable Cursor cursor;
  private final Place place;
  private boolean pumpAsked;

  /// Whether what was kept while the carrier was away is still being sent, at no more than its
  /// rate.
  private boolean catchingUp;

  /// Whether all was sent, though the feed is not live.
  private boolean idle;

  /// Bytes that were logged and not sent since it last was live, about.
  private long backlog;

  /// Up to here all is sent again, since the far end asked for it; 0 while it did not.
  private long again;

  private int announced;
  private int number;

  // written on the thread, read by any for monitoring
  private volatile State state = State.AWAY;

  /// The last entry that was handled: sent or dropped.
  private long position;

  /// The last entry that was sent over the carrier.
  private long sent;

  private volatile long settled;
  private final Tally tally;

  /// @param session its handle in the log
  /// @param group that of those that may all need the same
  Feed(Outlet outlet, int session, int group) {
    this.outlet = outlet;
    this.session = session;
    this.group = group;
    only = new int[] {session};
    place = new Place(outlet);
    name = outlet.log().id() + '.' + Integer.toString(session, 36);
    settled = outlet.log().settled(session);
    position = settled;
    sent = settled;
    tally = new Tally(settled, outlet.high());
  }

  public Outlet outlet() {
    return outlet;
  }

  int session() {
    return session;
  }

  int group() {
    return group;
  }

  int[] only() {
    return only;
  }

  /// The source as this session knows it: each session gets only some of a log's sequences, and
  /// acknowledges its own.
  public String name() {
    return name;
  }

  /// The number by which the carrier's other end knows the source.
  public int number() {
    return number;
  }

  // ---- monitoring; any thread ----

  public State state() {
    return state;
  }

  /// The last sequence that went over the carrier; what [Carrier#sent] asks confirmation for.
  public long lastSent() {
    return (long) SENT.getAcquire(this);
  }

  public long lastSettled() {
    return settled;
  }

  /// Counts since the start; a moment old.
  ///
  /// @param resent of `sent` those that had been sent before
  /// @param unwanted dropped because nobody at the far end wanted them any more
  /// @param expired requests that were dropped because nobody waited for the answer any more
  /// @param late of `sent` those of earlier processes that were marked so
  /// @param restored how often the far end turned out to have what this older store knows nothing
  ///   of
  public record Counts(
      long sent, long resent, long unwanted, long expired, long late, long restored) {}

  static Counts sum(Counts one, Counts other) {
    return new Counts(
        one.sent + other.sent,
        one.resent + other.resent,
        one.unwanted + other.unwanted,
        one.expired + other.expired,
        one.late + other.late,
        one.restored + other.restored);
  }

  public Counts counts() {
    return tally.counts();
  }

  /// What waits for its turn or for the far end to settle it; a moment old.
  ///
  /// @param messages about, without those under way
  /// @param discarded messages since the start that the log gave up
  public record Backlog(long messages, long bytes, long oldestMillis, long discarded) {}

  public Backlog backlog() {
    var stats = outlet.log().stats();
    if (sent <= settled && !tally.isBehind() && !place.isOld()) {
      return new Backlog(0, 0, 0, tally.discarded());
    }
    if (place.isOld()) { // what earlier processes left is not counted for each session
      return new Backlog(stats.entries(), stats.bytes(), stats.oldestMillis(), tally.discarded());
    }
    return tally.backlog(stats);
  }

  /// Whether something that was logged was neither sent nor dropped, nor perhaps given up.
  boolean isBehind() {
    return tally.isBehind();
  }

  /// Whether something waits to be sent; a moment old. Any thread.
  boolean isWaiting() {
    return state != State.LIVE && (isBehind() || (place.isOld() && !idle));
  }

  /// Looks again at what the log gave up. On the thread.
  void lookAtDiscards() {
    var stats = outlet.log().stats(session);
    if (stats != null) {
      tally.discarded(stats.discarded());
    }
  }

  // ---- the carrier comes and goes ----

  /// The far end is there and ready: begins behind what it has settled.
  ///
  /// @param sourceNumber by which the far end shall know the source
  void attach(Carrier to, int sourceNumber, Turns shared) {
    carrier = to;
    place.begin(shared, sourceNumber);
    catchingUp = true;
    idle = false;
    number = sourceNumber;
    announced = 0;
    again = 0;
    marks.clear();
    pace.begin();
    position = settled;
    sent = settled;
    var from = cursor;
    backlog = 0;
    if (from == null) {
      cursor = outlet.log().cursor(session, settled, this::pump);
    } else {
      from.rewind(settled);
    }
    state = State.PUMPING;
    if (to.tagged()) {
      announce((int) (outlet.log().last() >>> 32));
    }
    pump();
  }

  private void announce(int high) {
    announced = high;
    Objects.requireNonNull(carrier).announce(this, high);
  }

  /// The carrier is gone; one that was replaced already is not listened to.
  public void detach(Carrier from) {
    if (carrier == from) {
      carrier = null;
      marks.clear();
      state = State.AWAY;
    }
  }

  // ---- messages ----

  /// A message was logged for this session.
  ///
  /// @param size of its line and body, about
  void logged(Delivery message, byte[][] queues, int count, long sequence, int size) {
    var logged = tally.logged(size);
    if (state != State.LIVE) {
      if ((logged & DISCARDS_EVERY) == 0) {
        lookAtDiscards();
      }
      if (state == State.PUMPING && pace.isQuick()) {
        message.hold(Math.min(HOLD_FACTOR * backlog, HOLD_MAX));
      }
      backlog += size;
      if (idle) {
        place.waits();
        pump();
      }
      return;
    }
    var to = Objects.requireNonNull(carrier);
    if (marks.inFlight() + size + COST > pace.window() || !place.mayPass()) {
      state = State.PUMPING;
      backlog = size;
      place.waits();
      Objects.requireNonNull(cursor).rewind(position);
      return;
    }
    position = sequence;
    send(to, message, queues, count, sequence, size);
    to.sent();
  }

  /// A message could not be logged; it is sent if nothing waits before it.
  ///
  /// @return whether it was
  boolean unlogged(Delivery message, byte[][] queues, int count) {
    var to = carrier;
    if (state != State.LIVE || to == null || !place.mayPass()) {
      return false;
    }
    to.send(this, message, queues, count, 0);
    return true;
  }

  private void send(
      Carrier to, Delivery message, byte[][] queues, int count, long sequence, int size) {
    if (to.tagged() && (int) (sequence >>> 32) != announced) {
      announce((int) (sequence >>> 32));
    }
    marks.sent(sequence, size + COST);
    to.send(this, message, queues, count, sequence);
    tally.sent(sequence, size);
    SENT.setRelease(this, sequence); // behind the message: who reads it may ask to confirm it
  }

  /// The far end has settled all up to a sequence.
  public void settled(long sequence) {
    if (sequence > outlet.log().last()) {
      tally.restored();
      outlet.isBehind(name, sequence);
    }
    if (sequence > settled) {
      arrived(sequence);
      if (sequence > position) { // it has seen more than we knew
        position = sequence;
        sent = sequence;
        var from = cursor;
        if (from != null) {
          from.rewind(sequence);
        }
      }
      release(sequence >= sent ? position : sequence);
    }
    pump();
  }

  /// The far end has all up to a sequence, but it is kept: it may be asked for again.
  void taken(long sequence) {
    arrived(sequence);
    pump();
  }

  private void arrived(long sequence) {
    var before = marks.inFlight();
    var bytes = marks.settled(sequence, sequence >= sent);
    var to = carrier;
    if (to != null && bytes > 0) {
      pace.measured(marks.delivered(), marks.rttNanos(), before, to.windowMax());
    }
  }

  /// The far end wants again what lies behind a sequence.
  void again(long after) {
    if (state == State.AWAY || !(carrier instanceof Carrier.Repeating to)) {
      return;
    }
    again = Math.max(again, sent);
    position = Math.max(after, settled);
    sent = position;
    marks.clear();
    backlog = 0;
    catchingUp = true;
    state = State.PUMPING;
    Objects.requireNonNull(cursor).rewind(position);
    to.again(this, after);
    tellAllAgain();
    pump();
  }

  private void tellAllAgain() {
    if (again > 0 && position >= again && carrier instanceof Carrier.Repeating to) {
      again = 0;
      to.allAgain(this);
    }
  }

  private void release(long upTo) {
    if (upTo > settled) {
      settled = upTo;
      outlet.log().settled(session, upTo);
    }
  }

  // ---- the backlog ----

  /// Sends of the backlog what the window takes. Also told when an entry has come from the disk,
  /// and when the far end's interest changed.
  public void pump() {
    var to = carrier;
    if (state != State.PUMPING || to == null) {
      return;
    }
    idle = false;
    var left = TURN_BYTES;
    while (left > 0) {
      if (marks.inFlight() >= pace.window()) {
        return; // the next acknowledgement brings us on
      }
      var from = Objects.requireNonNull(cursor);
      var entry = from.next();
      if (entry == null) {
        atEnd(from, to);
        return;
      }
      if (!place.mayGo(entry.sequence())) {
        from.rewind(position);
        return; // the last of the others brings us on
      }
      var size = entry.size() + entry.subjectLength() + entry.replyLength();
      var rate = catchingUp ? to.catchUpRate() : 0;
      var wait = pace.waitMillis(size, rate, System.nanoTime());
      var verdict = wait > 0 ? Carrier.Verdict.WAIT : to.verdict(entry);
      switch (verdict) {
        case SEND -> {
          position = entry.sequence();
          var message =
              outlet.pumped(entry.frame(outlet.frame()), entry.sequence(), entry.timeMillis());
          if (outlet.isLate(entry.sequence())) {
            tally.late();
          }
          var queues = entry.queues();
          send(to, message, queues, queues.length, entry.sequence(), size);
          to.sent();
          left -= size + COST;
          backlog -= size;
        }
        case UNWANTED -> {
          tally.unwanted(entry.sequence(), size);
          drop(entry.sequence());
          left -= COST;
        }
        case EXPIRED -> {
          tally.expired(entry.sequence(), size);
          drop(entry.sequence());
          left -= COST;
        }
        case WAIT -> {
          from.rewind(position);
          pumpLater(wait > 0 ? wait : WAIT_MILLIS);
          return;
        }
      }
      tellAllAgain();
    }
    pumpLater(0);
  }

  private void atEnd(Cursor from, Carrier to) {
    if (!from.isAtEnd()) {
      return;
    }
    var open = place.isDone();
    again = Math.min(again, position); // what is behind was given up
    tellAllAgain();
    idle = true;
    catchingUp = false;
    tally.caughtUp();
    lookAtDiscards();
    if (to.isFirm() && open) {
      idle = false;
      backlog = 0;
      state = State.LIVE;
    }
  }

  private void drop(long sequence) {
    position = sequence;
    if (sent <= settled) { // nothing is under way
      release(sequence);
    }
  }

  private void pumpLater(long millis) {
    if (pumpAsked) {
      return;
    }
    pumpAsked = true;
    Runnable again =
        () -> {
          pumpAsked = false;
          pump();
        };
    if (millis > 0) {
      outlet.ground().later(again, millis);
    } else {
      outlet.ground().execute(again);
    }
  }
}

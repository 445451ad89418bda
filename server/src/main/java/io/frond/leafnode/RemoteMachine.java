package io.frond.leafnode;

import io.frond.leafnode.RemoteStatus.State;
import io.frond.options.ServerUrl;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The life of one remote as a state machine: which URL is dialled when, and why. Time is passed
/// in, and what the machine does to the world goes through [World], so that a test can hold both.
/// One thread (the remote's event loop).
final class RemoteMachine {
  /// What a remote does to the world. Answers come later, as calls of the machine.
  interface World {
    /// Makes a connection and introduces us.
    ///
    /// @param hurried other URLs wait for their turn: a server that keeps silent is given up soon
    void dial(ServerUrl url, boolean hurried);

    /// Finds out whether a server answers there.
    void probe(ServerUrl url);

    /// Ends the link or the attempt that there is.
    void hangUp(String why);

    /// Calls [#tick] then, and forgets what was asked for before.
    void wakeAt(long nanos);

    /// The machine came into a state.
    void entered(State state, @Nullable ServerUrl url, String reason);
  }

  /// @param base delay before all URLs are tried again
  /// @param max of that delay, which doubles: a line that is whole again should not be waited for
  /// @param briefMax of the delay when links come about and end at once, again and again
  /// @param refusedMax of the delay when the hub does not want us
  /// @param probeInterval how often an earlier URL is looked at
  record Pace(
      Duration base, Duration max, Duration briefMax, Duration refusedMax, Duration probeInterval) {
    static Pace of(Duration reconnectDelay) {
      return new Pace(
          reconnectDelay,
          reconnectDelay.multipliedBy(2),
          reconnectDelay.multipliedBy(10),
          reconnectDelay.multipliedBy(30),
          Duration.ofSeconds(5));
    }
  }

  /// A lame duck that has no other URL is come back to after twice this time.
  private static final long SPREAD_NANOS = Duration.ofMillis(250).toNanos();

  /// A link that lasted so long was a good one: the next failure is the first again.
  private static final long STABLE_NANOS = Duration.ofSeconds(2).toNanos();

  /// A server in lame duck mode is left aside for this long.
  private static final long LAME_NANOS = Duration.ofSeconds(30).toNanos();

  /// A server that refused us is not gone back to for this long.
  private static final long REFUSED_NANOS = Duration.ofMinutes(1).toNanos();

  /// A remote that stands by looks again whether it is still needed only as a stand-by.
  private static final long STANDBY_NANOS = Duration.ofMinutes(2).toNanos();

  private static final int DOUBLINGS_MAX = 16;

  private final UrlPool urls;
  private final Pace pace;
  private final World world;
  private final RandomGenerator random;
  private State state = State.DISABLED;
  private @Nullable ServerUrl url;
  private String reason = "";
  private int failures;
  private int brief;
  private long joins;
  private long joinedAt;
  private boolean refusedInRound;
  private boolean loop;

  /// A place became free since we dial.
  private boolean freed;

  RemoteMachine(UrlPool urls, Pace pace, World world, RandomGenerator random) {
    this.urls = urls;
    this.pace = pace;
    this.world = world;
    this.random = random;
  }

  State state() {
    return state;
  }

  String reason() {
    return reason;
  }

  @Nullable ServerUrl url() {
    return url;
  }

  int failures() {
    return failures;
  }

  long joins() {
    return joins;
  }

  List<ServerUrl> urls() {
    return urls.all();
  }

  /// Every change of state goes through here.
  private void become(State next, String why) {
    state = next;
    reason = why;
    world.entered(next, url, why);
  }

  // ---- what happens ----

  void start(long now) {
    urls.beginRound();
    dialNext(now, "start");
  }

  void stop() {
    if (state != State.STOPPED) {
      become(State.STOPPED, "stopped");
      world.hangUp("stopped");
    }
  }

  /// The connection stands, the introduction begins.
  void connected() {
    if (state == State.DIALLING) {
      become(State.HANDSHAKING, "connected");
    }
  }

  void joined(long now, String hub) {
    if (state != State.HANDSHAKING) {
      return;
    }
    joins++;
    joinedAt = now;
    refusedInRound = false;
    loop = false;
    become(State.JOINED, hub);
    scheduleProbe(now);
  }

  /// The connection could not be made, or ended before we had joined.
  void failed(long now, String why) {
    if (state == State.DIALLING || state == State.HANDSHAKING) {
      dialNext(now, why);
    }
  }

  /// The link ended that we had joined by: the next URL is dialled at once, and this one comes
  /// last. Links that end as soon as they begin do not begin a new round, so there is a wait when
  /// each URL had its turn.
  void lost(long now, String why) {
    if (state != State.JOINED && state != State.DRAINING) {
      return;
    }
    var drained = state == State.DRAINING;
    var stable = drained || now - joinedAt >= STABLE_NANOS;
    refusedInRound = false;
    failures = stable ? 0 : failures;
    brief = stable ? 0 : brief + 1;
    if (urls.hasOther(url)) {
      if (stable) {
        urls.beginRound();
        urls.last(url);
      }
      dialNext(now, why);
      return;
    }
    urls.beginRound();
    if (!stable) {
      failures++;
      waitFor(now, backOff(bound()), State.BACKING_OFF, why);
    } else if (drained) { // the remotes that stand by come first
      waitFor(now, 2 * SPREAD_NANOS, State.BACKING_OFF, why);
    } else {
      var base = pace.base.toNanos();
      waitFor(now, base / 2 + random.nextLong(base / 2 + 1), State.BACKING_OFF, why);
    }
  }

  /// The hub or we ourselves said that this link may not be; it has ended.
  void refused(long now, Refusal refusal, String why) {
    if (state == State.STOPPED) {
      return;
    }
    refusedInRound = true;
    loop = refusal == Refusal.LOOP;
    var at = url;
    if (at != null) {
      urls.shun(at, now + REFUSED_NANOS);
    }
    if (refusal.pause().isZero() && state != State.JOINED) {
      dialNext(now, why);
      return;
    }
    failures = state == State.JOINED && now - joinedAt >= STABLE_NANOS ? 1 : failures + 1;
    urls.beginRound();
    var pause = refusal.pause().toNanos();
    waitFor(now, Math.max(pause, backOff(pace.refusedMax)), State.REFUSED, why);
  }

  /// Another remote has the link to this hub; ours has ended.
  void standBy(long now, String why) {
    if (state == State.STOPPED) {
      return;
    }
    urls.beginRound();
    become(State.STANDBY, why);
    world.wakeAt(now + STANDBY_NANOS / 2 + random.nextLong(STANDBY_NANOS));
    if (freed) { // while we were told that it is taken
      released(now, true);
    }
  }

  /// A place that we stood by for became free. When its link was a good one, or a half of our loop,
  /// we take it at once; when the hub did not want the other remote, it will hardly want us, so
  /// remotes that wake each other wait longer and longer.
  ///
  /// @param linked whether the other remote had joined
  void released(long now, boolean linked) {
    freed = linked && (state == State.DIALLING || state == State.HANDSHAKING);
    if (linked && (state == State.STANDBY || (state == State.REFUSED && loop))) {
      failures = 0;
      urls.beginRound();
      dialNext(now, "a place became free");
    } else if (state == State.STANDBY) {
      waitFor(
          now,
          failures == 0 ? random.nextLong(SPREAD_NANOS / 4) : backOff(pace.refusedMax),
          State.BACKING_OFF,
          "the other remote was not admitted");
    }
  }

  /// The hub is about to go away.
  ///
  /// @param standby whether another remote waits to take over
  void lameDuck(long now, boolean standby) {
    if (state == State.JOINED && url != null && (standby || urls.hasOther(url))) {
      urls.shun(url, now + LAME_NANOS);
      drain("the hub is in lame duck mode");
    }
  }

  private void drain(String why) {
    become(State.DRAINING, why);
    world.hangUp(why);
  }

  void discovered(List<ServerUrl> gossiped) {
    urls.discovered(gossiped);
  }

  /// What a probe found.
  void probed(long now, ServerUrl at, boolean answers) {
    if (state != State.JOINED || url == null || !at.equals(urls.better(url, now))) {
      return;
    }
    if (answers) {
      drain("back to " + at);
    } else {
      scheduleProbe(now);
    }
  }

  /// The time came that the machine asked for.
  void tick(long now) {
    switch (state) {
      case BACKING_OFF, REFUSED, STANDBY -> {
        urls.beginRound();
        refusedInRound = false;
        dialNext(now, reason);
      }
      case JOINED -> {
        var better = url == null ? null : urls.better(url, now);
        if (better != null) {
          world.probe(better);
        } else {
          scheduleProbe(now);
        }
      }
      case DISABLED, DIALLING, HANDSHAKING, DRAINING, STOPPED -> {}
    }
  }

  // ---- what follows ----

  private void dialNext(long now, String why) {
    var next = urls.next(now);
    if (next == null) {
      failures++;
      urls.beginRound();
      if (refusedInRound) {
        waitFor(now, backOff(pace.refusedMax), State.REFUSED, why);
      } else {
        waitFor(now, backOff(bound()), State.BACKING_OFF, why);
      }
      return;
    }
    url = next;
    freed = false;
    become(State.DIALLING, why);
    world.dial(next, urls.hasUntried());
  }

  private void waitFor(long now, long nanos, State next, String why) {
    become(next, why);
    world.wakeAt(now + nanos);
  }

  private Duration bound() {
    return brief > 1 ? pace.briefMax : pace.max;
  }

  /// Doubles with each failure; jitter of a quarter either way.
  private long backOff(Duration bound) {
    var base = pace.base.toNanos();
    var max = bound.toNanos();
    var doublings = Math.min(Math.max(0, failures - 1), DOUBLINGS_MAX);
    var delay = Math.min(max, base << doublings);
    return delay - delay / 4 + random.nextLong(delay / 2 + 1);
  }

  private void scheduleProbe(long now) {
    if (url != null && urls.hasBetter(url)) {
      world.wakeAt(now + pace.probeInterval.toNanos());
    }
  }
}

package io.frond.route;

import io.frond.options.ServerUrl;
import io.frond.transport.Dialer;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The wish to be connected to a server: one from `routes`, or one that gossip told of; for the
/// pool, or for one account's own connection. It makes one connection at a time, and rests while
/// there are enough. Guarded by the cluster's lock.
final class Solicitation {
  /// Where the wish stands.
  enum State {
    /// Connected as often as wanted, or somebody else sees to it.
    RESTING,
    /// Until the next attempt.
    WAITING,
    DIALING,
    /// A connection stands and the servers introduce themselves.
    GREETING,
    ENDED
  }

  static final long RETRY_MILLIS = 1000;
  static final long RETRY_MILLIS_MAX = 30_000;
  private static final int JITTER_MILLIS = 100;

  private final Dialling dialling;
  private final ServerUrl url;
  private final boolean explicit;
  private final @Nullable String account;
  private final GossipMode gossipMode;
  private State state = State.RESTING;
  private int failures;
  private long retryMillis = RETRY_MILLIS;
  private @Nullable ScheduledFuture<?> timer;
  private Dialer.@Nullable Dial dial;

  /// @param explicit from the configuration: tried for ever
  /// @param account whose own connection this is for, null for the pool
  /// @param gossipMode what the other server is told with our INFO
  Solicitation(
      Dialling dialling,
      ServerUrl url,
      boolean explicit,
      @Nullable String account,
      GossipMode gossipMode) {
    this.dialling = dialling;
    this.url = url;
    this.explicit = explicit;
    this.account = account;
    this.gossipMode = gossipMode;
  }

  ServerUrl url() {
    return url;
  }

  boolean explicit() {
    return explicit;
  }

  @Nullable String account() {
    return account;
  }

  GossipMode gossipMode() {
    return gossipMode;
  }

  boolean ended() {
    return state == State.ENDED;
  }

  /// Whether this is the first attempt for a server that is configured.
  boolean first() {
    return explicit && failures == 0 && (state == State.DIALING || state == State.GREETING);
  }

  int failures() {
    return failures;
  }

  private void become(State next) {
    state = next;
    var waiting = timer;
    timer = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  /// Dials now, unless a connection is on its way already.
  void dial() {
    if (state == State.RESTING || state == State.WAITING) {
      become(State.DIALING);
      dial = dialling.dial(this);
    }
  }

  /// Dials after a moment, which differs so that two servers that lost each other do not dial at
  /// once.
  void redial() {
    if (state == State.RESTING) {
      waitFor((explicit ? RETRY_MILLIS : 0) + dialling.random(JITTER_MILLIS));
    }
  }

  private void waitFor(long millis) {
    become(State.WAITING);
    timer = dialling.schedule(() -> dial(), millis, TimeUnit.MILLISECONDS);
  }

  /// The dial brought a connection.
  ///
  /// @return false when it is no longer wanted
  boolean dialed() {
    dial = null;
    if (state != State.DIALING) {
      return false;
    }
    become(State.GREETING);
    return true;
  }

  /// The connection is one of the cluster's, or another one does its work.
  void rest() {
    if (state != State.ENDED) {
      become(State.RESTING);
      failures = 0;
      retryMillis = RETRY_MILLIS;
    }
  }

  /// No connection came about, or it ended before it was one of the cluster's.
  ///
  /// @return false when this was the last attempt
  boolean failed(int retriesMax, boolean backoff) {
    dial = null;
    if (state == State.ENDED) {
      return false;
    }
    failures++;
    if (!explicit && failures > Math.max(0, retriesMax)) {
      become(State.ENDED);
      return false;
    }
    waitFor(retryMillis + dialling.random(JITTER_MILLIS));
    if (backoff || account != null) { // the other side may not know the account
      retryMillis = Math.min(2 * retryMillis, RETRY_MILLIS_MAX);
    }
    return true;
  }

  void end() {
    become(State.ENDED);
    var dialing = dial;
    dial = null;
    if (dialing != null) {
      dialing.cancel();
    }
  }
}

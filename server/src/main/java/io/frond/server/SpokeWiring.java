package io.frond.server;

import io.frond.account.Account;
import io.frond.jetstream.JetStream;
import io.frond.logging.Log;
import io.frond.options.OutageOptions;
import io.frond.session.Buffering;
import io.frond.session.LeafDomains;
import io.frond.session.Resuming;
import io.frond.session.SessionFile;
import io.frond.session.SpokeHost;
import io.frond.session.SpokeSessions;
import io.frond.sync.SyncSample;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ties the sessions of leaves to the server, where it keeps messages for leaves that are away.
/// Start and close come from one thread; the rest from any.
final class SpokeWiring implements SpokeHost, AutoCloseable {
  private static final long LOOK_MILLIS_MAX = TimeUnit.MINUTES.toMillis(1);
  private static final int LOOKS = 10;
  private static final String FILE = "leaves";

  private final Core core;
  private final Buffering buffering;
  private final LeafDomains domains = new LeafDomains();
  private volatile @Nullable SpokeSessions sessions;
  private @Nullable ScheduledFuture<?> looking;
  private @Nullable SessionFile file;

  SpokeWiring(Core core) {
    this.core = core;
    buffering = new Buffering(options().link().subjects());
  }

  private OutageOptions options() {
    return core.options().leaf().outage();
  }

  void start(Resuming resuming, @Nullable JetStream store) throws IOException {
    if (!resuming.keeps() || store == null || !servesLeaves() || !options().link().enabled()) {
      return;
    }
    var all = new SpokeSessions(this, resuming);
    var stored =
        new SessionFile(
            store.disk(),
            ResumeWiring.folder(store).resolve(FILE),
            core.loops().blocking(),
            timers(),
            core.log(),
            all::records);
    all.restore(stored.load());
    all.storedBy(stored::changed);
    file = stored;
    sessions = all;
    var expiry = expiryMillis();
    if (expiry < Long.MAX_VALUE) {
      var every = Math.max(1, Math.min(LOOK_MILLIS_MAX, expiry / LOOKS));
      looking = timers().scheduleAtFixedRate(this::expire, every, every, TimeUnit.MILLISECONDS);
    }
  }

  /// Whether leaves may join this server, or another one of its cluster.
  private boolean servesLeaves() {
    var leaf = core.options().leaf();
    return leaf.listen() != null || leaf.allowed() != null || core.options().cluster() != null;
  }

  private void expire() {
    var all = sessions;
    if (all != null) {
      all.expire();
    }
  }

  /// Null where nothing is kept.
  @Nullable SpokeSessions sessions() {
    return sessions;
  }

  LeafDomains domains() {
    return domains;
  }

  /// How far leaves are in step.
  List<SyncSample> samples() {
    var all = sessions;
    return all == null ? List.of() : all.samples();
  }

  @Override
  public Log log() {
    return core.log();
  }

  @Override
  public long nowMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public ScheduledExecutorService timers() {
    return core.loops().group();
  }

  @Override
  public int publishers() {
    return core.linkLoops().publishers();
  }

  @Override
  public long expiryMillis() {
    var expiry = options().sessionExpiry();
    return expiry.isZero() ? Long.MAX_VALUE : expiry.toMillis();
  }

  @Override
  public long graceMillis() {
    return options().link().interestGrace().toMillis();
  }

  @Override
  public @Nullable Account account(String name) {
    return core.accounts().get(name);
  }

  @Override
  public Buffering buffering() {
    return buffering;
  }

  @Override
  public long catchUpRate() {
    return options().link().catchUpRate();
  }

  @Override
  public void close() throws IOException {
    var timer = looking;
    if (timer != null) {
      timer.cancel(false);
    }
    var stored = file;
    if (stored != null) {
      stored.close();
    }
  }
}

package io.frond.server;

import io.frond.account.Tracer;
import io.frond.auth.Authenticators;
import io.frond.jetstream.JetStreamGround;
import io.frond.link.LinkLoops;
import io.frond.logging.Log;
import io.frond.options.ServerOptions;
import io.frond.transport.EventLoops;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the parts of one server share: its identity, options, threads, accounts and connections. No
/// behaviour of its own. Any thread; options and authenticators are replaced by a reload.
public final class Core {
  private final Identity identity;
  private final Log log;
  private final JetStreamGround ground;
  private final EventLoops loops;
  private final LinkLoops linkLoops;
  private final SecureRandom random;
  private final Accounts accounts;
  private final Connections connections = new Connections();
  private final AtomicLong linkIds = new AtomicLong();
  private final List<Runnable> infoWatchers = new CopyOnWriteArrayList<>();
  private volatile ServerOptions options;
  private volatile Authenticators authenticators;
  private volatile Instant configured = Instant.now();
  private volatile Supplier<String> configDigest = () -> "";
  private volatile Supplier<@Nullable String> reloading = () -> "there is no configuration file";
  private final TraceOutlet traces;
  private final Tracer tracer;
  private volatile boolean lameDuck;

  Core(ServerOptions options, Log log, JetStreamGround ground) {
    this.ground = ground;
    this.options = options;
    this.log = log;
    random = new SecureRandom();
    identity = Identity.of(options, random);
    loops = new EventLoops(Integer.getInteger("frond.loops", 0));
    linkLoops = new LinkLoops(loops, log);
    accounts = new Accounts(options, linkLoops.publishers());
    authenticators = new Authenticators(options);
    traces = new TraceOutlet(options.systemAccount());
    tracer = new Tracer(traces, log, random::nextInt);
  }

  /// Where traces go.
  TraceOutlet traces() {
    return traces;
  }

  /// Decides which messages are traced.
  public Tracer tracer() {
    return tracer;
  }

  JetStreamGround ground() {
    return ground;
  }

  public Identity identity() {
    return identity;
  }

  public ServerOptions options() {
    return options;
  }

  /// Replaces what may change while the server runs.
  void options(ServerOptions next) {
    accounts.configure(next);
    authenticators = new Authenticators(next);
    options = next;
    configured = Instant.now();
  }

  /// When the options came into force.
  public Instant configured() {
    return configured;
  }

  /// A hash of the configuration file that the options came from, empty when there was none.
  public String configDigest() {
    return configDigest.get();
  }

  /// @param digest worked out when somebody asks, which costs the start nothing
  void configDigest(Supplier<String> digest) {
    configDigest = digest;
  }

  /// @param how reads the configuration again and says what is wrong, null for nothing
  void reloading(Supplier<@Nullable String> how) {
    reloading = how;
  }

  /// Reads the configuration again.
  ///
  /// @return what is wrong, null for nothing
  @Nullable String reload() {
    return reloading.get();
  }

  public Log log() {
    return log;
  }

  public EventLoops loops() {
    return loops;
  }

  public LinkLoops linkLoops() {
    return linkLoops;
  }

  public Accounts accounts() {
    return accounts;
  }

  public Connections connections() {
    return connections;
  }

  public Authenticators authenticators() {
    return authenticators;
  }

  public SecureRandom random() {
    return random;
  }

  /// A number for a connection, from 1 on.
  public long nextLinkId() {
    return linkIds.incrementAndGet();
  }

  /// How many of those numbers were given.
  public long linkCount() {
    return linkIds.get();
  }

  public boolean lameDuck() {
    return lameDuck;
  }

  void enterLameDuck() {
    lameDuck = true;
  }

  /// Who must be told when what INFO says changed.
  public void watchInfo(Runnable watcher) {
    infoWatchers.add(watcher);
  }

  /// What INFO says changed: URLs of the cluster, lame duck mode.
  public void infoChanged() {
    infoWatchers.forEach(Runnable::run);
  }
}

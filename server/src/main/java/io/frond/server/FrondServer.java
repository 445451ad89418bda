package io.frond.server;

import io.frond.config.ServerOptionsDiff;
import io.frond.jetstream.JetStreamGround;
import io.frond.lane.LaneStatus;
import io.frond.logging.Log;
import io.frond.options.HostPort;
import io.frond.options.ServerOptions;
import io.frond.wire.ErrorText;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A NATS server inside this JVM; as many as wanted. Closing one leaves no thread, file or port.
///
/// ```java
/// try (var server = FrondServer.start(ServerOptions.DEFAULT.withListen(new HostPort("127.0.0.1", -1)))) {
///   var connection = Nats.connect(server.clientUri().toString());
/// }
/// ```
public final class FrondServer implements AutoCloseable {
  private final Core core;
  private final Parts parts;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);

  private FrondServer(Core core) {
    this.core = core;
    parts = new Parts(core);
  }

  /// Starts a server and returns when it listens.
  ///
  /// @throws IOException when a port cannot be bound or a file not be opened; nothing is left
  ///   running
  public static FrondServer start(ServerOptions options) throws IOException {
    return start(options, new Log(options.log()));
  }

  /// As the other, with JetStream on another ground than the machine's.
  public static FrondServer start(ServerOptions options, JetStreamGround ground)
      throws IOException {
    return start(options, new Log(options.log()), ground);
  }

  /// @param log the server's own from now on, also when it does not start
  static FrondServer start(ServerOptions options, Log log) throws IOException {
    return start(options, log, JetStreamGround.real());
  }

  private static FrondServer start(ServerOptions options, Log log, JetStreamGround ground)
      throws IOException {
    var core = new Core(options, log, ground);
    var server = new FrondServer(core);
    try {
      server.parts.start();
      return server;
    } catch (IOException | RuntimeException e) {
      log.fatal(e instanceof IOException failure ? Causes.of(failure) : Log.trace(e));
      server.parts.close();
      core.loops().close();
      server.parts.closeLogs();
      log.close();
      throw e;
    }
  }

  /// Where clients connect: `nats://host:port`, or `tls://` when TLS is required.
  public URI clientUri() {
    return uri(core.options().tls() == null ? "nats" : "tls", parts.clientAddress());
  }

  private static URI uri(String scheme, HostPort at) {
    var host =
        at.host().isEmpty() || at.host().equals("0.0.0.0") || at.host().equals("::")
            ? "127.0.0.1"
            : at.host();
    return URI.create(scheme + "://" + new HostPort(host, at.port()));
  }

  /// Where monitoring answers: `http://host:port` or `https://host:port`; null when it is off.
  public @Nullable URI monitorUri() {
    var place = parts.listening().get(Listening.Role.MONITORING);
    return place == null ? null : uri(place.scheme(), place.at());
  }

  /// Waits until the server is ready for clients.
  ///
  /// @return false when the time ran out
  public boolean awaitReady(Duration limit) {
    return !closed.get() && parts.ready() && !limit.isNegative();
  }

  /// Applies options that may change while the server runs; what needs a restart is refused as a
  /// whole.
  ///
  /// @throws IOException naming what needs a restart, or the file that cannot be read
  public void reload(ServerOptions next) throws IOException {
    reload(next, () -> "");
  }

  /// @param digest of the file that the options came from
  void reload(ServerOptions next, Supplier<String> digest) throws IOException {
    var before = core.options();
    var diff = ServerOptionsDiff.between(before, next);
    if (!diff.restartKeys().isEmpty()) {
      throw new IOException(String.join(", ", diff.restartKeys()));
    }
    var missing = ServerOptionsDiff.accountsMissing(before, next);
    if (!missing.isEmpty()) {
      throw new IOException(
          "unable to add account "
              + ErrorText.quote(missing.getFirst())
              + " to the list of dedicated routes: account missing");
    }
    parts.reload(next, diff);
    core.configDigest(digest);
    var log = core.log();
    ReloadNotes.of(before, next, diff).forEach(log::info);
    var sum = digest.get();
    log.info("Reloaded server configuration" + (sum.isEmpty() ? "" : " (" + sum + ")"));
  }

  /// Lame duck mode: no new clients, the others are asked to go elsewhere and closed over the
  /// configured time. Blocks until then; the caller closes the server.
  public void lameDuck() throws InterruptedException {
    parts.lameDuck();
  }

  public Core core() {
    return core;
  }

  /// Leaf links and remotes.
  public LeafWiring leaves() {
    return parts.leaves();
  }

  /// How the forward lanes of its remotes stand.
  public List<LaneStatus> lanes() {
    return parts.lanes().statuses();
  }

  /// The server's connections to the others of its cluster.
  public RouteWiring routes() {
    return parts.routes();
  }

  /// Ends the server: listeners first, then connections, then threads. Waits for it; again has no
  /// effect.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    parts.close();
    core.loops().close();
    parts.closeLogs();
    core.log().info("Server Exiting..");
    core.log().close();
    ended.countDown();
  }

  /// Waits until the server was closed.
  public void awaitEnd() throws InterruptedException {
    while (!ended.await(1, TimeUnit.HOURS)) {}
  }
}

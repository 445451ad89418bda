package io.frond.transport;

import io.frond.options.HostPort;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/// One listening socket: takes connections, finds out what they speak ([Reception]) and hands them
/// to a [ConnectionAcceptor]. Its methods are safe for any thread.
public final class Listener implements AutoCloseable {
  private static final Duration FIRST_BYTES = Duration.ofMillis(50);

  private static final int BACKLOG = 4096;

  private final ServerChannel server;
  private final Reception reception;
  private volatile boolean suspended;

  private Listener(EventLoops loops, InetSocketAddress address, Reception reception)
      throws IOException {
    this.reception = reception;
    server =
        loops.listen(
            address,
            BACKLOG,
            new Accepting(loops, reception::receive, this::failed, () -> !suspended));
  }

  /// Binds and begins to take connections; blocks until then, so not for event loops. A host of all
  /// addresses (empty, `0.0.0.0`, `::`) means IPv4 and IPv6, as in nats-server.
  ///
  /// @throws IOException with the address in its message when it cannot be bound
  public static Listener open(
      EventLoops loops, HostPort address, ListenerSettings settings, ConnectionAcceptor acceptor)
      throws IOException {
    return open(loops, address, settings, acceptor, FIRST_BYTES);
  }

  /// @param firstBytes how long it waits for what tells what speaks
  static Listener open(
      EventLoops loops,
      HostPort address,
      ListenerSettings settings,
      ConnectionAcceptor acceptor,
      Duration firstBytes)
      throws IOException {
    IOException failure = new IOException("no address for " + address);
    for (var host : hosts(address.host())) {
      try {
        return new Listener(
            loops,
            new InetSocketAddress(host, Math.max(0, address.port())),
            new Reception(loops, settings, acceptor, firstBytes));
      } catch (IOException e) {
        failure = new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        if (e instanceof BindException) {
          break;
        }
      }
    }
    throw failure;
  }

  private static List<InetAddress> hosts(String host) throws UnknownHostException {
    if (host.isEmpty() || host.equals("0.0.0.0") || host.equals("::")) {
      return List.of(InetAddress.getByAddress(new byte[16]), InetAddress.getByAddress(new byte[4]));
    }
    return List.of(InetAddress.getByName(host));
  }

  private void failed(Throwable cause, long retryMillis) {
    reception.acceptor().acceptFailed(kind(), cause, retryMillis);
  }

  public ListenerKind kind() {
    return reception.settings().kind();
  }

  /// The address that is bound, with the port that the system chose.
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  ServerChannel channel() {
    return server;
  }

  /// Replaces the settings for connections that come from now on; the kind stays.
  public void reconfigure(ListenerSettings settings) {
    reception.settings(settings);
  }

  /// Takes no connection until [#resume]; those that come meanwhile wait in the system's backlog.
  public void suspend() {
    suspended = true;
    accepting(false);
  }

  public void resume() {
    suspended = false;
    accepting(true);
  }

  /// On the listener's own loop, so that it holds when this returns.
  private void accepting(boolean on) {
    var loop = server.eventLoop();
    if (loop.inEventLoop()) {
      server.config().setAutoRead(on);
    } else {
      loop.submit(() -> server.config().setAutoRead(on)).awaitUninterruptibly();
    }
  }

  /// Stops listening; connections that were accepted stay. Returns when the port is free, or at
  /// once when called on the listener's own event loop.
  @Override
  public void close() {
    var closed = server.close();
    if (!server.eventLoop().inEventLoop()) {
      closed.awaitUninterruptibly();
    }
  }
}

package io.frond.transport;

import io.frond.options.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One listening socket: takes connections, finds out what they speak ([Reception]) and hands them
/// to a [ConnectionAcceptor]. Its methods are safe for any thread.
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final long RETRY_MILLIS_MIN = 10;
  private static final long RETRY_MILLIS_MAX = 1000;

  private final ServerChannel server;
  private final Reception reception;
  private volatile boolean suspended;

  private Listener(ServerChannel server, Reception reception) {
    this.server = server;
    this.reception = reception;
  }

  /// Binds and begins to take connections; blocks until then, so not for event loops. A host of all
  /// addresses (empty, `0.0.0.0`, `::`) means IPv4 and IPv6, as in nats-server.
  ///
  /// @throws IOException with the address in its message when it cannot be bound
  public static Listener open(
      EventLoops loops, HostPort address, ListenerSettings settings, ConnectionAcceptor acceptor)
      throws IOException {
    IOException failure = new IOException("no address for " + address);
    for (var host : hosts(address.host())) {
      try {
        return bind(
            loops,
            new InetSocketAddress(host, Math.max(0, address.port())),
            new Reception(loops, settings, acceptor));
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

  private static Listener bind(EventLoops loops, InetSocketAddress address, Reception reception)
      throws IOException {
    var server = loops.newServerChannel();
    var listener = new Listener(server, reception);
    server.config().setAllocator(loops.allocator());
    server.config().setOption(ChannelOption.SO_REUSEADDR, true);
    server.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
    server.pipeline().addLast(listener.new Accepting(loops));
    finish(loops.group().register(server));
    try {
      finish(server.bind(address));
    } catch (IOException e) {
      server.close().awaitUninterruptibly();
      throw e;
    }
    return listener;
  }

  private static void finish(ChannelFuture future) throws IOException {
    future.awaitUninterruptibly();
    var cause = future.cause();
    if (cause instanceof IOException e) {
      throw e;
    }
    if (cause != null) {
      throw new IOException(cause);
    }
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

  /// In a new connection's pipeline until its event loop has it, which is before anything is read.
  @Sharable
  private final class Opening extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      reception.receive(context.channel());
      context.pipeline().remove(this);
    }
  }

  /// Registers each new socket with the next loop.
  private final class Accepting extends ChannelInboundHandlerAdapter {
    private final EventLoops loops;
    private final Opening opening = new Opening();
    private long retryMillis = RETRY_MILLIS_MIN;

    Accepting(EventLoops loops) {
      this.loops = loops;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      retryMillis = RETRY_MILLIS_MIN;
      var child = (Channel) message;
      if (loops.group().isShuttingDown()) {
        child.unsafe().closeForcibly();
        return;
      }
      loops.configure(child);
      child.pipeline().addLast(opening);
      var _ = loops.group().register(child); // Netty closes what it cannot register
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      reception.acceptor().acceptFailed(kind(), cause, retryMillis);
      context.channel().config().setAutoRead(false);
      var _ =
          context.channel().eventLoop().schedule(this::retry, retryMillis, TimeUnit.MILLISECONDS);
      retryMillis = Math.min(2 * retryMillis, RETRY_MILLIS_MAX);
    }

    private void retry() {
      if (!suspended && server.isOpen()) {
        server.config().setAutoRead(true);
      }
    }
  }
}

package io.frond.transport;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Dials other servers: looks up the name, tries its addresses in random order, then sets up what
/// the target wants (a proxy's tunnel, TLS, WebSocket). Safe for any thread.
public final class Dialer {
  /// A dial under way.
  public interface Dial {
    /// Gives up; nothing is told after that, unless it was being told already. Nothing happens when
    /// the dial has ended. Safe for any thread.
    void cancel();
  }

  private final EventLoops loops;
  private final RandomGenerator random;

  /// @param random for the order of addresses and the WebSocket's key; used by several threads
  public Dialer(EventLoops loops, RandomGenerator random) {
    this.loops = loops;
    this.random = random;
  }

  /// Begins, and tells the end once, on one of the event loops.
  public Dial dial(DialTarget target, Consumer<DialResult> told) {
    var attempt = new DialAttempt(loops, random, target, told);
    var proxy = target.proxy();
    var host = proxy == null ? target.address().host() : proxy.url().host();
    attempt.begin();
    try {
      loops.blocking().execute(() -> lookup(host, attempt));
    } catch (RejectedExecutionException e) {
      attempt.notLookedUp(e);
    }
    return attempt;
  }

  private void lookup(String host, DialAttempt attempt) {
    if (attempt.ended()) {
      return; // it waited too long for its turn
    }
    List<InetAddress> addresses;
    UnknownHostException failure;
    try {
      addresses = new ArrayList<>(List.of(InetAddress.getAllByName(host)));
      failure = null;
    } catch (UnknownHostException e) {
      addresses = List.of();
      failure = e;
    }
    shuffle(addresses);
    attempt.lookedUp(addresses, failure);
  }

  private void shuffle(List<InetAddress> addresses) {
    for (var i = addresses.size() - 1; i > 0; i--) {
      Collections.swap(addresses, i, random.nextInt(i + 1));
    }
  }

  /// Begins TLS on a connection that was plain so far, as a client does after the INFO. What the
  /// other side sends from now on must be TLS. On the channel's event loop.
  ///
  /// @param told on the channel's event loop: null when TLS is up, else why not; the channel is
  ///   then being closed
  public static void startTls(
      Channel channel, DialTls tls, Consumer<@Nullable TransportException> told) {
    if (!channel.isActive()) {
      told.accept(new TransportException("the connection is closed already"));
      return;
    }
    var name = tls.serverName();
    var port = channel.remoteAddress() instanceof InetSocketAddress remote ? remote.getPort() : -1;
    var handler = tls.context().newHandler(channel.alloc(), name, port);
    handler.setHandshakeTimeoutMillis(tls.timeout().toMillis());
    var outer = channel.pipeline().context(SslHandler.class);
    if (outer == null) {
      channel.pipeline().addFirst(TransportInfo.TLS_HANDLER, handler);
    } else {
      channel.pipeline().addAfter(outer.name(), TransportInfo.TLS_HANDLER, handler);
    }
    handler
        .handshakeFuture()
        .addListener(done -> {
          var cause = done.cause();
          told.accept(
              cause == null
                  ? null
                  : new TransportException(
                      "TLS handshake with " + name + " failed: " + cause.getMessage(), cause));
        });
  }

  /// As it stands in a URL or a `Host` header.
  static String bracketed(String host) {
    return NetUtil.isValidIpV6Address(host) ? "[" + host + "]" : host;
  }
}

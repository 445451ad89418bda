package io.frond.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.frond.options.HostPort;
import io.frond.options.RemoteOptions;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.CharBuffer;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6) on a connection to the proxy, and leaves when
/// it stands. On the connection's event loop.
final class ProxyTunnel extends ChannelInboundHandlerAdapter {
  private static final int HEADERS_BYTES_MAX = 8192;
  private static final String TLS_HANDLER = "proxy-tls";

  private final RemoteOptions.Proxy proxy;
  private final HostPort target;
  private final Consumer<@Nullable TransportException> told;
  private final HttpResponseDecoder decoder =
      new HttpResponseDecoder(new HttpDecoderConfig().setMaxHeaderSize(HEADERS_BYTES_MAX));
  private @Nullable Future<?> timer;
  private boolean ended;

  private ProxyTunnel(
      RemoteOptions.Proxy proxy, HostPort target, Consumer<@Nullable TransportException> told) {
    this.proxy = proxy;
    this.target = target;
    this.told = told;
  }

  /// @param told on the event loop: null when the tunnel stands, else why not
  static void open(
      Channel channel,
      RemoteOptions.Proxy proxy,
      HostPort target,
      Consumer<@Nullable TransportException> told) {
    var tunnel = new ProxyTunnel(proxy, target, told);
    channel
        .pipeline()
        .addBefore(DialAttempt.HANDLER, null, tunnel.decoder)
        .addBefore(DialAttempt.HANDLER, null, tunnel);
    tunnel.timer =
        channel
            .eventLoop()
            .schedule(
                () -> tunnel.fail("no answer in time", null),
                proxy.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
    if (proxy.url().secure()) {
      tunnel.secure(channel);
    } else {
      tunnel.ask(channel);
    }
  }

  private void secure(Channel channel) {
    try {
      var context = SslContextBuilder.forClient().build();
      var url = proxy.url();
      var handler = context.newHandler(channel.alloc(), url.host(), url.port());
      handler.setHandshakeTimeoutMillis(proxy.timeout().toMillis());
      channel.pipeline().addFirst(TLS_HANDLER, handler);
      handler
          .handshakeFuture()
          .addListener(done -> {
            if (done.isSuccess()) {
              ask(channel);
            } else {
              fail("TLS handshake failed", done.cause());
            }
          });
    } catch (SSLException e) {
      fail("TLS cannot be set up", e);
    }
  }

  private void ask(Channel channel) {
    var address = Dialer.bracketed(target.host()) + ":" + target.port();
    var text = new StringBuilder(256);
    text.append("CONNECT ").append(address).append(" HTTP/1.1\r\n");
    text.append("Host: ").append(address).append("\r\n");
    if (proxy.username() != null && proxy.password() != null) {
      var secret = (proxy.username() + ":" + proxy.password()).getBytes(UTF_8);
      text.append("Proxy-Authorization: Basic ");
      text.append(Base64.getEncoder().encodeToString(secret)).append("\r\n");
    }
    text.append("\r\n");
    var _ =
        channel.writeAndFlush(
            ByteBufUtil.encodeString(channel.alloc(), CharBuffer.wrap(text), US_ASCII));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpResponse response && !ended) {
        answered(context.channel(), response);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answered(Channel channel, HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      fail("its answer is not HTTP", response.decoderResult().cause());
    } else if (!response.status().equals(HttpResponseStatus.OK)) {
      fail("it answers " + response.status(), null);
    } else {
      ended = true;
      channel.pipeline().remove(this);
      told.accept(null);
      if (channel.pipeline().context(decoder) != null) {
        channel.pipeline().remove(decoder); // passes on what came behind the answer
      }
    }
  }

  private void fail(String reason, @Nullable Throwable cause) {
    if (!ended) {
      ended = true;
      var more = cause == null ? "" : ": " + cause.getMessage();
      told.accept(
          new TransportException(
              "proxy " + proxy.url().hostPort() + " gives no tunnel: " + reason + more, cause));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail("it closed the connection", null);
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}

package io.frond.transport;

import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.transport.Arrival.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands at the tail of a connection's pipeline until it is known what speaks, then leaves. The
/// NATS protocol lets the server speak first, so it waits for first bytes only for a moment;
/// silence means NATS. What it finds: a TLS hello (then it looks again inside), an HTTP upgrade,
/// anything else is NATS. On its connection's event loop.
final class ProtocolSniffer extends Inbound {
  private static final byte TLS_HANDSHAKE = 0x16;
  private static final byte[] HTTP_GET = {'G', 'E', 'T', ' '};

  private enum Phase {
    /// For the first bytes, with a timer.
    WAITING,
    /// A TLS handshake runs.
    SECURING,
    /// It is known what speaks; bytes pass.
    KNOWN,
    /// The connection is being closed; bytes are dropped.
    REFUSED
  }

  enum Guess {
    TLS,
    HTTP,
    NATS,
    UNDECIDED
  }

  private final Reception reception;
  private final Reception.Plan plan;
  private final InetSocketAddress remote;
  private final boolean leafAllowed;
  private Phase phase = Phase.WAITING;
  private boolean secured;
  private @Nullable ByteBuf pending;
  private @Nullable Future<?> timer;

  ProtocolSniffer(
      Reception reception, Reception.Plan plan, InetSocketAddress remote, boolean leafAllowed) {
    this.reception = reception;
    this.plan = plan;
    this.remote = remote;
    this.leafAllowed = leafAllowed;
  }

  /// After it was added to the pipeline.
  void begin(Channel channel) {
    var tls = plan.settings().tls();
    var kind = plan.settings().kind();
    if (tls == null) {
      if (kind == ListenerKind.WEBSOCKET) {
        upgrade(channel);
      } else {
        await(channel, reception.firstBytes());
      }
      return;
    }
    var first = kind == ListenerKind.WEBSOCKET ? HandshakeFirst.ON : tls.options().handshakeFirst();
    switch (first) {
      case ON -> secure(channel, tls);
      case AUTO -> await(channel, tls.options().handshakeFirstDelay());
      case OFF -> await(channel, reception.firstBytes());
    }
  }

  private void await(Channel channel, Duration limit) {
    phase = Phase.WAITING;
    timer =
        channel.eventLoop().schedule(() -> silence(channel), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void silence(Channel channel) {
    if (phase == Phase.WAITING && channel.isActive()) {
      accept(channel);
      channel.pipeline().fireChannelReadComplete();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (phase) {
      case WAITING -> look(context, join(context, (ByteBuf) message));
      case KNOWN -> context.fireChannelRead(message);
      case SECURING, REFUSED -> ((ByteBuf) message).release();
    }
  }

  private ByteBuf join(ChannelHandlerContext context, ByteBuf more) {
    var before = pending;
    if (before == null) {
      return more;
    }
    pending = null;
    var joined = context.alloc().buffer(before.readableBytes() + more.readableBytes());
    joined.writeBytes(before).writeBytes(more);
    before.release();
    more.release();
    return joined;
  }

  private void look(ChannelHandlerContext context, ByteBuf bytes) {
    var channel = context.channel();
    var tls = plan.settings().tls();
    var guess = guess(bytes);
    if (guess == Guess.UNDECIDED && mayUpgrade()) {
      pending = context.alloc().buffer(HTTP_GET.length).writeBytes(bytes);
      bytes.release();
      return;
    }
    pending = bytes;
    if (guess == Guess.TLS && tls != null && !secured) {
      secure(channel, tls);
    } else if (guess == Guess.HTTP && mayUpgrade()) {
      upgrade(channel);
    } else {
      accept(channel);
    }
  }

  private boolean mayUpgrade() {
    return leafAllowed && plan.settings().kind() == ListenerKind.CLIENT;
  }

  static Guess guess(ByteBuf bytes) {
    var start = bytes.readerIndex();
    var readable = bytes.readableBytes();
    if (readable > 0 && bytes.getByte(start) == TLS_HANDSHAKE) {
      return Guess.TLS;
    }
    var known = Math.min(readable, HTTP_GET.length);
    for (var i = 0; i < known; i++) {
      if (bytes.getByte(start + i) != HTTP_GET[i]) {
        return Guess.NATS;
      }
    }
    return known == HTTP_GET.length ? Guess.HTTP : Guess.UNDECIDED;
  }

  private void secure(Channel channel, ListenerTls tls) {
    stopTimer();
    if (!reception.rate().allows(tls.options().connectionRateLimit())) {
      refuse(channel, new TransportException("more TLS handshakes than the rate limit allows"));
      return;
    }
    phase = Phase.SECURING;
    var handler = tls.context().newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(tls.options().timeout().toMillis());
    channel.pipeline().addFirst(TransportInfo.TLS_HANDLER, handler);
    handler.handshakeFuture().addListener(done -> secured(channel, done.cause()));
    var hello = pending;
    pending = null;
    if (hello != null) {
      channel.pipeline().fireChannelRead(hello);
    }
  }

  private void secured(Channel channel, @Nullable Throwable failure) {
    if (failure != null) {
      refuse(
          channel,
          new TransportException("TLS handshake failed: " + failure.getMessage(), failure));
      return;
    }
    secured = true;
    if (plan.settings().kind() == ListenerKind.WEBSOCKET) {
      upgrade(channel);
    } else if (mayUpgrade()) {
      await(channel, reception.firstBytes());
    } else {
      accept(channel);
    }
  }

  private void accept(Channel channel) {
    var settings = plan.settings();
    var tls = secured ? Tls.ESTABLISHED : Reception.tlsToCome(settings);
    reception.accept(channel, settings, tls, leafAllowed, null);
    leave(channel);
  }

  private void upgrade(Channel channel) {
    WebSocketUpgrade.await(channel, reception, plan, leafAllowed, secured);
    leave(channel);
  }

  private void leave(Channel channel) {
    stopTimer();
    phase = Phase.KNOWN;
    var context = channel.pipeline().context(this);
    var bytes = pending;
    pending = null;
    if (context != null) {
      if (bytes != null) {
        context.fireChannelRead(bytes);
      }
      channel.pipeline().remove(this);
    } else if (bytes != null) {
      bytes.release();
    }
  }

  private void refuse(Channel channel, TransportException reason) {
    stopTimer();
    if (phase == Phase.KNOWN || phase == Phase.REFUSED) {
      return;
    }
    phase = Phase.REFUSED;
    reception.acceptor().refused(remote, plan.settings().kind(), reason);
    var _ = channel.close();
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    refuse(context.channel(), new TransportException("before the protocol was known", cause));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopTimer();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stopTimer();
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }
}

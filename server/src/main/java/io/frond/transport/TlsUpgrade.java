package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands before the link after the INFO was sent in plain text, and gives way to TLS when the
/// other side's first bytes are a TLS hello. Plain bytes pass where they are allowed; else they are
/// dropped and the link is told ([TransportEvent.TlsRequired]). On its connection's event loop.
final class TlsUpgrade extends ChannelInboundHandlerAdapter {
  private final ListenerTls tls;
  private final HandshakeRate rate;
  private boolean refused;
  private @Nullable Future<?> timer;

  TlsUpgrade(ListenerTls tls, HandshakeRate rate) {
    this.tls = tls;
    this.rate = rate;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (!tls.plainAllowed()) {
      timer =
          context
              .executor()
              .schedule(
                  () -> refuse(context, new TransportEvent.TlsRequired(true)),
                  tls.options().timeout().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (refused || !bytes.isReadable()) {
      bytes.release();
    } else if (ProtocolSniffer.guess(bytes) == ProtocolSniffer.Guess.TLS) {
      secure(context, bytes);
    } else if (tls.plainAllowed()) {
      context.fireChannelRead(bytes);
      context.pipeline().remove(this);
    } else {
      bytes.release();
      refuse(context, new TransportEvent.TlsRequired(false));
    }
  }

  private void secure(ChannelHandlerContext context, ByteBuf hello) {
    if (!rate.allows(tls.options().connectionRateLimit())) {
      hello.release();
      refuse(context, new TransportEvent.Throttled());
      return;
    }
    var channel = context.channel();
    var handler = tls.context().newHandler(context.alloc());
    handler.setHandshakeTimeoutMillis(tls.options().timeout().toMillis());
    channel.pipeline().replace(this, TransportInfo.TLS_HANDLER, handler);
    handler.handshakeFuture().addListener(done -> tell(channel, done.cause()));
    channel.pipeline().fireChannelRead(hello);
  }

  private static void tell(Channel channel, @Nullable Throwable failure) {
    channel
        .pipeline()
        .fireUserEventTriggered(
            failure == null
                ? new TransportEvent.Secured()
                : new TransportEvent.SecureFailed(failure));
  }

  private void refuse(ChannelHandlerContext context, TransportEvent event) {
    if (!refused && !context.isRemoved()) {
      refused = true;
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
    context.fireChannelInactive();
  }
}

package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The first handler of a connection to a listener behind proxies (`proxy_protocol`): waits a
/// moment for the [ProxyHeader], so that who is passed on is known before anything is decided or
/// said, and takes it off. Who comes without one is served as it is; a header that comes after that
/// moment is read too. On its connection's event loop.
final class ProxyReader extends Inbound {
  private static final Duration FIRST_BYTES = Duration.ofMillis(50);

  /// As nats-server's.
  private static final Duration WHOLE_HEADER = Duration.ofSeconds(5);

  /// Set where a header told whom the connection is of.
  private static final AttributeKey<InetSocketAddress> SOURCE =
      AttributeKey.valueOf(ProxyReader.class, "source");

  private final Reception reception;
  private final InetSocketAddress proxy;
  private boolean arrived;
  private boolean reading;
  private boolean done;
  private @Nullable ByteBuf pending;
  private @Nullable Future<?> timer;

  /// @param proxy who connected
  ProxyReader(Reception reception, InetSocketAddress proxy) {
    this.reception = reception;
    this.proxy = proxy;
  }

  /// The other side of a connection: whom a proxy passes on, else who connected. Any thread.
  static SocketAddress remote(Channel channel) {
    var source = channel.hasAttr(SOURCE) ? channel.attr(SOURCE).get() : null;
    return source == null ? channel.remoteAddress() : source;
  }

  /// After it was added to the pipeline.
  void begin(Channel channel) {
    timer =
        channel
            .eventLoop()
            .schedule(() -> arrive(channel), FIRST_BYTES.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void arrive(Channel channel) {
    if (!arrived && !done && channel.isActive()) {
      arrived = true;
      reception.arrived(channel, proxy);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (done) {
      context.fireChannelRead(bytes);
      return;
    }
    var all = pending == null ? bytes : pending.writeBytes(bytes);
    if (all != bytes) {
      bytes.release();
    }
    pending = all;
    try {
      switch (ProxyHeader.read(all)) {
        case ProxyHeader.Found.Unfinished() -> {
          pending = all == bytes ? own(context, bytes) : all;
          await(context);
        }
        case ProxyHeader.Found.Nothing() -> leave(context);
        case ProxyHeader.Found.Header(var source) -> {
          if (source != null) {
            passedOn(context, source);
          }
          leave(context);
        }
      }
    } catch (TransportException e) {
      refuse(context, e);
    }
  }

  private static ByteBuf own(ChannelHandlerContext context, ByteBuf bytes) {
    var copy = context.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
    bytes.release();
    return copy;
  }

  /// For the rest of a header, from its first byte on.
  private void await(ChannelHandlerContext context) {
    if (reading) {
      return;
    }
    reading = true;
    stopTimer();
    var late = new TransportException("timeout reading PROXY protocol header");
    timer =
        context
            .executor()
            .schedule(() -> refuse(context, late), WHOLE_HEADER.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// A leaf that would have been welcome from the proxy's own address is not from another's.
  private void passedOn(ChannelHandlerContext context, InetSocketAddress source)
      throws TransportException {
    if (arrived
        && reception.leafAllowed(proxy.getAddress())
        && !reception.leafAllowed(source.getAddress())) {
      throw new TransportException("the PROXY protocol header came after the INFO");
    }
    context.channel().attr(SOURCE).set(source);
  }

  private void leave(ChannelHandlerContext context) {
    var channel = context.channel();
    stopTimer();
    done = true;
    var rest = pending;
    pending = null;
    if (!arrived) {
      arrived = true;
      reception.arrived(channel, remote(channel) instanceof InetSocketAddress it ? it : proxy);
    }
    if (!context.isRemoved()) {
      channel.pipeline().remove(this);
    }
    if (rest != null && rest.isReadable()) {
      channel.pipeline().fireChannelRead(rest); // TLS may stand before where this handler was
    } else if (rest != null) {
      rest.release();
    }
  }

  private void refuse(ChannelHandlerContext context, TransportException reason) {
    if (done) {
      return;
    }
    done = true;
    arrived = true;
    release();
    reception.acceptor().refused(proxy, reception.settings().kind(), reason);
    var _ = context.close();
  }

  private void release() {
    stopTimer();
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }
}

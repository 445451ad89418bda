package io.frond.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Says an INFO and sends everything back, as the link would stand at the pipeline's tail.
final class EchoAcceptor implements ConnectionAcceptor {
  final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
  final BlockingQueue<TransportException> refusals = new LinkedBlockingQueue<>();
  final BlockingQueue<TransportEvent> events = new LinkedBlockingQueue<>();
  final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  volatile boolean broken;

  static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void accept(Channel channel, Arrival arrival) {
    if (broken) {
      throw new IllegalStateException("broken on purpose");
    }
    arrivals.add(arrival);
    channels.add(channel);
    channel.pipeline().addLast(new Echo());
    var _ = channel.writeAndFlush(Unpooled.copiedBuffer("INFO {}\r\n", UTF_8));
  }

  @Override
  public void refused(SocketAddress remote, ListenerKind listener, TransportException reason) {
    refusals.add(reason);
  }

  @Override
  public void acceptFailed(ListenerKind listener, Throwable cause, long retryMillis) {
    failures.add(cause);
  }

  private final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var _ = context.write((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof TransportEvent told) {
        events.add(told);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}

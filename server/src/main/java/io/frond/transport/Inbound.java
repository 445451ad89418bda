package io.frond.transport;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;

/// A handler of what comes in, which passes on what it does not override. Netty's own adapter does
/// the same, but Netty looks for annotations at its methods when the first such handler is used,
/// and for that the JVM has to generate classes at each start: some milliseconds and a megabyte.
public abstract class Inbound extends ChannelHandlerAdapter implements ChannelInboundHandler {
  @Override
  public boolean isSharable() {
    return false;
  }

  @Override
  public void channelRegistered(ChannelHandlerContext context) {
    context.fireChannelRegistered();
  }

  @Override
  public void channelUnregistered(ChannelHandlerContext context) {
    context.fireChannelUnregistered();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
  }

  @Override
  @SuppressWarnings("deprecation") // ChannelHandler's is, ChannelInboundHandler's is not
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.fireExceptionCaught(cause);
  }
}

package io.frond.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/// Event loops that close all their channels when they end. Netty's own (4.2.18) do so in the turn
/// after they saw the end coming, and with no quiet period there may be no such turn: then sockets
/// stay open for ever.
final class ClosingLoopGroup extends MultiThreadIoEventLoopGroup {
  ClosingLoopGroup(int threads, ThreadFactory threadFactory, IoHandlerFactory handlerFactory) {
    super(threads, threadFactory, handlerFactory);
  }

  @Override
  protected IoEventLoop newChild(
      Executor executor, IoHandlerFactory handlerFactory, Object... arguments) {
    return new ClosingLoop(this, executor, handlerFactory);
  }

  private static final class ClosingLoop extends SingleThreadIoEventLoop {
    ClosingLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlerFactory) {
      super(group, executor, handlerFactory);
    }

    @Override
    protected void run() {
      super.run();
      if (isShuttingDown()) {
        ioHandler().prepareToDestroy();
      }
    }
  }
}

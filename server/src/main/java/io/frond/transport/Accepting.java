package io.frond.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The handler of a listening socket: registers each new socket with the next loop. When the system
/// gives none (too many files are open, say) it waits before it tries again. On the listening
/// socket's event loop.
public final class Accepting extends Inbound {
  private static final long RETRY_MILLIS_MIN = 10;
  private static final long RETRY_MILLIS_MAX = 1000;

  /// Hears of sockets that could not be taken.
  public interface Failures {
    /// @param retryMillis until it is tried again
    void failed(Throwable cause, long retryMillis);
  }

  private final EventLoops loops;
  private final Opening opening = new Opening();
  private final Consumer<Channel> opened;
  private final Failures failures;
  private final BooleanSupplier wanted;
  private long retryMillis = RETRY_MILLIS_MIN;

  /// @param opened fills a new connection's pipeline, on its event loop, before anything is read
  /// @param wanted whether to go on after a failure, or somebody suspended it meanwhile
  public Accepting(
      EventLoops loops, Consumer<Channel> opened, Failures failures, BooleanSupplier wanted) {
    this.loops = loops;
    this.opened = opened;
    this.failures = failures;
    this.wanted = wanted;
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
    failures.failed(cause, retryMillis);
    var server = context.channel();
    server.config().setAutoRead(false);
    var _ = server.eventLoop().schedule(() -> retry(server), retryMillis, TimeUnit.MILLISECONDS);
    retryMillis = Math.min(2 * retryMillis, RETRY_MILLIS_MAX);
  }

  private void retry(Channel server) {
    if (wanted.getAsBoolean() && server.isOpen()) {
      server.config().setAutoRead(true);
    }
  }

  /// In a new connection's pipeline until its event loop has it, which is before anything is read.
  private final class Opening extends Inbound {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      opened.accept(context.channel());
      context.pipeline().remove(this);
    }
  }
}

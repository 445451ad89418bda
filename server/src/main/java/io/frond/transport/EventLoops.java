package io.frond.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads of one server's connections and the memory that they read and write: event loops on
/// native epoll, or NIO where that is missing, an allocator, and two daemon threads for what blocks
/// (looking up names). Safe for any thread.
public final class EventLoops implements AutoCloseable {
  private static final int PAGE_BYTES = 8192;

  /// Chunks of 1 MiB: small, so that a quiet server stays small.
  private static final int CHUNK_ORDER = 7;

  /// More than a whole read makes for a receiver, so that it is written with one call and wakes the
  /// receiver once.
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private static final int SMALL_CACHE = 128;
  private static final int NORMAL_CACHE = 32;
  private static final int BLOCKING_THREADS = 2;
  private static final int BLOCKING_QUEUE = 1024;
  private static final long CLOSE_TIMEOUT_SECONDS = 5;

  private final boolean epoll;
  private final int threads;
  private final EventLoopGroup group;
  private final PooledByteBufAllocator allocator;
  private final Threads loopThreads = new Threads();
  private final ReadBuffers readBuffers = new ReadBuffers();
  private final Zlib zlib = new Zlib();
  private final ThreadPoolExecutor blocking;

  /// @param threads event loops, 0 for one for every two processors: what a loop does is half the
  ///   kernel's work, of which a part is done by other processors; and a message from a connection
  ///   of one loop to one of another costs a wake-up, as much as everything else together
  public EventLoops(int threads) {
    this(threads, Epoll.isAvailable());
  }

  EventLoops(int threads, boolean epoll) {
    this.epoll = epoll;
    this.threads = threads > 0 ? threads : (Runtime.getRuntime().availableProcessors() + 1) / 2;
    group =
        new ClosingLoopGroup(
            this.threads,
            loopThreads,
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    allocator =
        new PooledByteBufAllocator(
            true, 1, this.threads, PAGE_BYTES, CHUNK_ORDER, SMALL_CACHE, NORMAL_CACHE, false);
    blocking =
        new ThreadPoolExecutor(
            BLOCKING_THREADS,
            BLOCKING_THREADS,
            CLOSE_TIMEOUT_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(BLOCKING_QUEUE),
            new DefaultThreadFactory("frond-blocking", true));
    blocking.allowCoreThreadTimeOut(true);
  }

  public EventLoopGroup group() {
    return group;
  }

  public int threads() {
    return threads;
  }

  /// Whether the loops are on native epoll.
  public boolean isNative() {
    return epoll;
  }

  /// The allocator that all channels of these loops use.
  public ByteBufAllocator allocator() {
    return allocator;
  }

  /// Bytes that the allocator has taken from the system, off the heap and on it.
  public long allocatedBytes() {
    var metric = allocator.metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  /// For short work that blocks, such as looking up a name; a full queue rejects.
  public Executor blocking() {
    return blocking;
  }

  /// Binds and begins to take connections; blocks until then, so not for event loops.
  ///
  /// @throws IOException when the address cannot be bound
  public ServerChannel listen(InetSocketAddress address, int backlog, Accepting handler)
      throws IOException {
    var server = newServerChannel();
    server.config().setAllocator(allocator);
    server.config().setOption(ChannelOption.SO_REUSEADDR, true);
    server.config().setOption(ChannelOption.SO_BACKLOG, backlog);
    server.pipeline().addLast(handler);
    finish(group.register(server));
    try {
      finish(server.bind(address));
    } catch (IOException e) {
      server.close().awaitUninterruptibly();
      throw e;
    }
    return server;
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

  ServerChannel newServerChannel() {
    return epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
  }

  Channel newChannel() {
    return epoll ? new EpollSocketChannel() : new NioSocketChannel();
  }

  Zlib zlib() {
    return zlib;
  }

  /// Sets what every connection has in common; before it is registered.
  void configure(Channel channel) {
    channel.config().setAllocator(allocator).setRecvByteBufAllocator(readBuffers);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
  }

  /// Closes every channel and ends the threads; waits for them, so not on one of the loops.
  @Override
  public void close() {
    blocking.shutdownNow();
    group
        .shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    loopThreads.join();
  }

  /// The loops' threads, which end a little after Netty says so.
  private static final class Threads extends DefaultThreadFactory {
    private final List<Thread> made = new CopyOnWriteArrayList<>();

    Threads() {
      super("frond-loop", true);
    }

    @Override
    protected Thread newThread(Runnable task, String name) {
      var thread = super.newThread(task, name);
      made.add(thread);
      return thread;
    }

    void join() {
      try {
        for (var thread : made) {
          var _ = thread.join(Duration.ofSeconds(CLOSE_TIMEOUT_SECONDS));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

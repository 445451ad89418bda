package io.frond.transport;

import io.frond.options.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One dial, step by step: name, address, socket, tunnel, TLS, WebSocket. All of it runs on one
/// event loop, which is then the channel's; the others' calls are passed on to it.
final class DialAttempt implements Dialer.Dial {
  /// Name of the handler at the tail while a dial goes on; steps put theirs before it.
  static final String HANDLER = "dialing";

  private final EventLoops loops;
  private final RandomGenerator random;
  private final DialTarget target;
  private final Consumer<DialResult> told;
  private final EventLoop loop;
  private Iterator<InetAddress> addresses = List.<InetAddress>of().iterator();
  private @Nullable Channel channel;
  private @Nullable Future<?> lookupTimer;
  private volatile boolean ended;

  DialAttempt(
      EventLoops loops, RandomGenerator random, DialTarget target, Consumer<DialResult> told) {
    this.loops = loops;
    this.random = random;
    this.target = target;
    this.told = told;
    loop = loops.group().next();
  }

  /// Before the lookup begins.
  void begin() {
    lookupTimer =
        loop.schedule(this::lookupTimedOut, target.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void cancel() {
    execute(() -> {
      if (!ended) {
        ended = true;
        closeChannel();
      }
    });
  }

  /// Safe for any thread.
  boolean ended() {
    return ended;
  }

  /// After the loops are closed nothing happens any more, and nobody is told.
  private void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      ended = true;
    }
  }

  private void lookupTimedOut() {
    fail("looking up " + first().host() + " took too long", null);
  }

  /// Safe for any thread.
  void notLookedUp(Throwable cause) {
    execute(() -> fail("too many names are being looked up", cause));
  }

  /// Safe for any thread.
  void lookedUp(List<InetAddress> found, @Nullable Throwable failure) {
    execute(() -> {
      stopLookupTimer();
      if (failure != null) {
        fail("no address for " + first().host(), failure);
      } else if (!ended) {
        addresses = found.iterator();
        connectNext(null);
      }
    });
  }

  private void stopLookupTimer() {
    if (lookupTimer != null) {
      lookupTimer.cancel(false);
    }
  }

  /// Whom the socket is connected to.
  private HostPort first() {
    var proxy = target.proxy();
    return proxy == null ? target.address() : proxy.url().hostPort();
  }

  private void connectNext(@Nullable Throwable last) {
    if (!addresses.hasNext()) {
      fail(
          "connecting to " + first() + " failed: " + (last == null ? "" : last.getMessage()), last);
      return;
    }
    var address = new InetSocketAddress(addresses.next(), first().port());
    var dialing = loops.newChannel();
    channel = dialing;
    loops.configure(dialing);
    dialing
        .config()
        .setOption(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            (int) Math.min(Integer.MAX_VALUE, target.timeout().toMillis()));
    dialing.pipeline().addLast(HANDLER, new Waiting());
    loop.register(dialing)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            dialing.connect(address).addListener(done -> connected(dialing, done.cause()));
          } else {
            connected(dialing, registered.cause());
          }
        });
  }

  private void connected(Channel dialed, @Nullable Throwable failure) {
    if (ended) {
      var _ = dialed.close();
    } else if (failure != null) {
      var _ = dialed.close();
      connectNext(failure);
    } else if (target.proxy() != null) {
      ProxyTunnel.open(dialed, target.proxy(), target.address(), step(() -> secure(dialed)));
    } else {
      secure(dialed);
    }
  }

  private void secure(Channel dialed) {
    var tls = target.tls();
    if (tls == null) {
      upgrade(dialed);
    } else {
      Dialer.startTls(dialed, tls, step(() -> upgrade(dialed)));
    }
  }

  private void upgrade(Channel dialed) {
    var websocket = target.websocket();
    if (websocket == null) {
      succeed(dialed);
    } else {
      WebSocketRequest.send(
          dialed,
          websocket,
          target.address(),
          WebSocketKey.random(random),
          loops.zlib(),
          step(() -> succeed(dialed)));
    }
  }

  /// What a step tells of its end: null for success.
  private Consumer<@Nullable TransportException> step(Runnable next) {
    return failure -> {
      if (failure != null) {
        end(new DialResult.Failed(failure));
      } else if (!ended) {
        next.run();
      }
    };
  }

  private void succeed(Channel dialed) {
    ended = true;
    told.accept(new DialResult.Dialed(dialed));
    if (dialed.pipeline().context(HANDLER) != null) {
      dialed.pipeline().remove(HANDLER);
    }
  }

  void fail(String message, @Nullable Throwable cause) {
    end(new DialResult.Failed(new TransportException(message, cause)));
  }

  private void end(DialResult.Failed failed) {
    if (!ended) {
      ended = true;
      stopLookupTimer();
      closeChannel();
      told.accept(failed);
    }
  }

  private void closeChannel() {
    if (channel != null) {
      var _ = channel.close();
    }
  }

  /// Holds the place of the handler that comes in the end: takes what no step took.
  private final class Waiting extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail("the connection to " + first() + " failed: " + cause.getMessage(), cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail("the connection to " + first() + " was closed", null);
      context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (ended) {
        context.fireChannelRead(message);
      } else {
        ReferenceCountUtil.release(message);
      }
    }
  }
}

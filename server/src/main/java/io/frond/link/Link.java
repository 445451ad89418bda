package io.frond.link;

import io.frond.account.Delivery;
import io.frond.buffer.FlushSet;
import io.frond.logging.Log;
import io.frond.transport.Inbound;
import io.frond.transport.TransportEvent;
import io.frond.transport.WebSocketStatus;
import io.frond.wire.ControlOp;
import io.frond.wire.ControlOp.Bare;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection: bytes in, operations to the [LinkHandler]; operations out, queued and flushed
/// once for each batch of input that caused them.
///
/// Owner: the channel's event loop, for everything but the outbound queue. The object's own monitor
/// guards `outbound`, `flushing`, `closing`, `outMessages` and `outBytes`; it is held for a copy of
/// one message at most and never around a call to anything else.
public final class Link extends Inbound implements FlushSet.Flushable, ProtocolParser.Sink {
  private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PONG = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final long CLOSE_FLUSH_MILLIS = 500;

  private final long id;
  private final Channel channel;
  private final LinkLoop loop;
  private final ProtocolParser parser;
  final Outbound outbound;
  private final long startMillis = System.currentTimeMillis();
  private volatile LinkHandler handler;
  private volatile LinkOptions options;
  private @Nullable ChannelHandlerContext context;

  private boolean flushing;
  private boolean closing;
  private long outMessages;
  private long outBytes;

  int position; // in the loop's list
  boolean behind; // as the loop's Drain knows
  private volatile @Nullable CloseReason reason;
  private long inMessages;
  private long inBytes;
  private long lastInNanos = System.nanoTime();
  private final Pings pings = new Pings();
  private final Stall stall = new Stall();
  private boolean writing;
  private final Hold hold = new Hold();
  private boolean paused;
  private @Nullable ByteBuf unread;
  private final SlowReceiver slow = new SlowReceiver(this);

  /// Takes the channel; the caller adds the link to the pipeline's tail, on the channel's loop.
  public Link(
      long id,
      Channel channel,
      LinkLoop loop,
      ProtocolParser parser,
      LinkOptions options,
      java.util.function.Function<Link, LinkHandler> handler) {
    this.id = id;
    this.channel = channel;
    this.loop = loop;
    this.parser = parser;
    this.options = options;
    outbound = new Outbound(channel.alloc());
    this.handler = handler.apply(this);
  }

  public long id() {
    return id;
  }

  public Channel channel() {
    return channel;
  }

  public LinkLoop loop() {
    return loop;
  }

  public ProtocolParser parser() {
    return parser;
  }

  LinkOptions options() {
    return options;
  }

  public LinkHandler handler() {
    return handler;
  }

  /// From now on somebody else speaks here, as when a leaf is told from a client by its CONNECT, or
  /// the same under other limits. On the loop.
  public void become(LinkHandler next, LinkOptions nextOptions) {
    handler = next;
    options = nextOptions;
  }

  public InetSocketAddress remote() {
    return Addresses.remote(channel);
  }

  /// `address:port` of the other side, IPv6 in brackets.
  public String remoteText() {
    return Addresses.text(remote());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    loop.add(this);
  }

  /// Begins to ping, once the peer is admitted.
  public void startPings() {
    pings.start(System.nanoTime(), options.pingIntervalNanos(), handler.kind());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (paused && unread != null) {
      unread.writeBytes(in);
      in.release();
      return;
    }
    take(in);
  }

  private void take(ByteBuf in) {
    loop.beginBatch();
    try {
      lastInNanos = System.nanoTime();
      pings.heard();
      parser.parse(in, this);
      if (paused && in.isReadable()) {
        unread = in.alloc().buffer(in.readableBytes()).writeBytes(in);
      }
    } catch (ProtocolException e) {
      handler.onViolation(e);
    } catch (RuntimeException e) {
      loop.log().error(handler.label() + " - internal error: " + Log.trace(e));
      close(CloseReason.INTERNAL_ERROR, null);
    } finally {
      in.release();
      loop.endBatch();
    }
    var longest = loop.delivery().takeHold();
    if (reason == null && hold.begin(channel, longest, handler.kind())) {
      loop.stall(this::letGo, hold.millis());
    }
  }

  @Override
  public void onMessage(MessageFrame frame) throws ProtocolException {
    inMessages++;
    inBytes += frame.size();
    loop.inMessages++;
    loop.inBytes += frame.size();
    loop.protocol().in(handler, frame);
    handler.onMessage(frame);
  }

  @Override
  public void onControl(ControlOp op) throws ProtocolException {
    loop.protocol().in(handler, op);
    if (op == Bare.PING) {
      if (handler.onPing()) {
        sendControl(PONG);
      }
    } else if (op == Bare.PONG && pings.answered(System.nanoTime())) {
      handler.onAnswered();
    } else {
      handler.onControl(op);
    }
  }

  @Override
  public boolean stopped() {
    return reason != null || paused;
  }

  /// Takes no operation until [#resume]: the handler waits for something (a password's hash, say).
  /// Called while an operation is handled.
  public void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  /// Goes on where [#pause] stopped. On the loop.
  public void resume() {
    paused = false;
    var rest = unread;
    unread = null;
    if (rest != null) {
      take(rest);
    }
    read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof TransportEvent transport) {
      loop.batch(() -> handler.onTransport(transport));
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    loop.log().debug(handler.label() + " - " + Log.trace(cause));
    closeNow(CloseReason.READ_ERROR);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    var known = reason;
    var why = known == null ? CloseReason.CLIENT_CLOSED : known;
    reason = why;
    synchronized (this) {
      closing = true;
      outbound.release();
    }
    parser.release();
    if (unread != null) {
      unread.release();
      unread = null;
    }
    loop.remove(this);
    loop.batch(() -> handler.onClosed(why));
  }

  /// Queues a message for this link, on the event loop of the delivery.
  ///
  /// @param from where its line begins in [Delivery#line]
  /// @param to where it ends
  /// @param skip bytes of the body that are left out at its beginning
  /// @param gate asked, with the link's monitor held, whether the message may pass; null for yes
  /// @return false when the link is ending or the gate was shut
  public boolean deliver(Delivery message, int from, int to, int skip, @Nullable Gate gate) {
    var frame = message.frame();
    var length = frame.size() - skip;
    long queued;
    boolean first;
    synchronized (this) {
      if (closing || (gate != null && !gate.pass())) {
        return false;
      }
      outbound.add(message.line(), from, to, frame.buffer(), frame.bodyAt() + skip, length + 2);
      outMessages++;
      outBytes += length;
      queued = outbound.bytes();
      first = !flushing;
      flushing = true;
    }
    loop.protocol().out(handler, message.line(), from, to, frame, skip);
    if (first) {
      message.flushes().add(this);
    }
    if (queued > Hold.BYTES_MIN) {
      crowded(message, queued);
    }
    return true;
  }

  private void crowded(Delivery message, long queued) {
    if (queued > options.pendingMax()) {
      slow.end(CloseReason.SLOW_CONSUMER_PENDING);
    } else if (options.holdsProducers()) {
      message.hold(queued);
    }
  }

  private void scheduleFlush() {
    if (loop.inBatch()) {
      loop.flushes().add(this);
    } else {
      loop.executor().execute(this::writeOut);
    }
  }

  /// Queues an operation; it is flushed at the end of the batch when called within one of this
  /// link's loop, else at once. Any thread.
  public void send(byte[] operation) {
    long queued;
    boolean first;
    synchronized (this) {
      if (closing) {
        return;
      }
      outbound.add(operation);
      queued = outbound.bytes();
      first = !flushing;
      flushing = true;
    }
    loop.protocol().out(handler, operation);
    if (first) {
      scheduleFlush();
    }
    if (queued > options.pendingMax()) {
      slow.end(CloseReason.SLOW_CONSUMER_PENDING);
    }
  }

  public void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  private void sendControl(byte[] operation) {
    if (!options.controlFirst()) {
      send(operation);
      return;
    }
    loop.protocol().out(handler, operation);
    synchronized (this) {
      if (closing) {
        return;
      }
      outbound.addFirst(operation);
      if (flushing) {
        return;
      }
      flushing = true;
    }
    scheduleFlush();
  }

  @Override
  public void flushQueued() {
    if (loop.executor().inEventLoop()) {
      writeOut();
    } else {
      loop.executor().execute(this::writeOut);
    }
  }

  /// Hands queued chunks to the channel as long as it takes them.
  private void writeOut() {
    var ctx = context;
    if (writing || ctx == null || ctx.isRemoved()) {
      return;
    }
    writing = true;
    try {
      while (channel.isWritable()) {
        ByteBuf chunk;
        synchronized (this) {
          chunk = outbound.poll();
          if (chunk == null) {
            flushing = false;
            break;
          }
        }
        ctx.write(chunk);
        if (!channel.isWritable()) {
          ctx.flush();
        }
      }
      ctx.flush();
    } finally {
      writing = false;
    }
    loop.drain().wrote(this);
    if (!channel.isWritable()) {
      stall.begin(channel, System.nanoTime());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      stall.end();
      writeOut();
    }
  }

  private void letGo() {
    hold.end();
    read();
  }

  /// Reads on, unless something still speaks against it.
  private void read() {
    if (reason == null && !paused && !hold.holds()) {
      channel.config().setAutoRead(true);
    }
  }

  void tick(long now) {
    if (reason != null) {
      return;
    }
    handler.onTick(now);
    if (stall.exceeds(options.writeDeadlineNanos(), channel, now)) {
      slow.end(CloseReason.SLOW_CONSUMER_DEADLINE);
    }
    if (pings.due(now)) {
      ping(now);
    }
  }

  private void ping(long now) {
    if (pings.stale(options.pingMax())) {
      loop.countStale(handler.kind());
      loop.log().debug(handler.label() + " - Stale Connection - Closing");
      close(CloseReason.STALE_CONNECTION, ErrorText.STALE_CONNECTION);
      return;
    }
    if (pings.sent(now, options.pingIntervalNanos())) {
      sendControl(PING);
    }
  }

  /// Sends a PING behind all that is queued; the handler hears of its answer. On the loop.
  ///
  /// @return false when a PING is under way: try again after its PONG
  public boolean ask() {
    var free = pings.ask();
    if (free) {
      send(PING);
    }
    return free;
  }

  /// Ends the link: `-ERR` when there is a text, what is queued, then the socket. Any thread; the
  /// first reason counts.
  public void close(CloseReason why, @Nullable String errorText) {
    if (!loop.executor().inEventLoop()) {
      loop.executor().execute(() -> close(why, errorText));
      return;
    }
    if (reason != null) {
      return;
    }
    reason = why;
    if (errorText != null) {
      send("-ERR '" + errorText + "'\r\n");
    }
    synchronized (this) {
      closing = true;
    }
    channel.config().setAutoRead(false);
    WebSocketStatus.onClose(channel, why.webSocketStatus(), why.toString());
    writeOut();
    var last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    last.addListener(ChannelFutureListener.CLOSE);
    loop.executor().schedule(() -> channel.close(), CLOSE_FLUSH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Ends the link without sending what is queued.
  void closeNow(CloseReason why) {
    reason = reason == null ? why : reason;
    synchronized (this) {
      closing = true;
    }
    channel.close();
  }

  public @Nullable CloseReason reason() {
    return reason;
  }

  /// Counts as they are now; any thread.
  public LinkStats stats() {
    var idleMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastInNanos);
    var activity = System.currentTimeMillis() - idleMillis;
    var written = Stall.pending(channel);
    synchronized (this) {
      var pending = written + outbound.bytes();
      return new LinkStats(
          inMessages,
          outMessages,
          inBytes,
          outBytes,
          pending,
          pings.rttNanos(),
          startMillis,
          activity);
    }
  }
}

package io.frond.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.frond.options.WebSocketOptions;
import io.frond.transport.Arrival.Tls;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for one HTTP request, of bounded size and for a bounded time, answers it, and when it is a
/// WebSocket's puts [WebSocketFrames] and the link in its place. On its connection's event loop.
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  /// Limits of the request; a JWT may come in a cookie.
  private static final int LINE_BYTES_MAX = 4096;

  private static final int HEADERS_BYTES_MAX = 32 * 1024;
  private static final int BROWSER_FRAME_BYTES = 4096;

  private final Reception reception;
  private final Reception.Plan plan;
  private final boolean leafAllowed;
  private final boolean secured;
  private final HttpRequestDecoder decoder;
  private @Nullable HttpRequest request;
  private @Nullable Future<?> timer;
  private boolean answered;

  private WebSocketUpgrade(
      Reception reception,
      Reception.Plan plan,
      boolean leafAllowed,
      boolean secured,
      HttpRequestDecoder decoder) {
    this.reception = reception;
    this.plan = plan;
    this.leafAllowed = leafAllowed;
    this.secured = secured;
    this.decoder = decoder;
  }

  /// Adds to the pipeline's tail what waits for the request.
  static void await(
      Channel channel,
      Reception reception,
      Reception.Plan plan,
      boolean leafAllowed,
      boolean secured) {
    var decoder =
        new HttpRequestDecoder(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(LINE_BYTES_MAX)
                .setMaxHeaderSize(HEADERS_BYTES_MAX));
    channel
        .pipeline()
        .addLast(decoder, new WebSocketUpgrade(reception, plan, leafAllowed, secured, decoder));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    WebSocketOptions options = plan.settings().websocket();
    var limit = options == null ? DEFAULT_TIMEOUT : options.handshakeTimeout();
    timer =
        context
            .executor()
            .schedule(
                () -> refuse(context, 408, "no complete HTTP request in time"),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (answered) {
        return;
      }
      if (message instanceof HttpRequest began) {
        request = began;
        if (began.decoderResult().isFailure()) {
          refuseMalformed(context, began.decoderResult().cause());
          return;
        }
      }
      if (message instanceof HttpContent content && content.content().isReadable()) {
        refuse(context, 400, "the request has a body");
      } else if (message instanceof LastHttpContent && request != null) {
        answer(context, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void refuseMalformed(ChannelHandlerContext context, @Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      refuse(context, 414, "the request line is too long");
    } else if (cause instanceof TooLongFrameException) {
      refuse(context, 431, "the request's headers are too long");
    } else {
      refuse(context, 400, "this is not HTTP: " + (cause == null ? "" : cause.getMessage()));
    }
  }

  private void answer(ChannelHandlerContext context, HttpRequest asked) {
    var tls = plan.settings().tls();
    if (tls != null && !tls.plainAllowed() && !secured) {
      refuse(context, 400, "an HTTP request in plain text where TLS is required");
      return;
    }
    switch (plan.rules().judge(asked, secured)) {
      case UpgradeRules.Refused refused -> refuse(context, refused.status(), refused.reason());
      case UpgradeRules.Agreed agreed -> upgrade(context, agreed);
    }
  }

  private void upgrade(ChannelHandlerContext context, UpgradeRules.Agreed agreed) {
    answered = true;
    stopTimer();
    var channel = context.channel();
    var frames =
        new WebSocketFrames(
            reception.loops().zlib(),
            agreed.masked() ? WebSocketFrames.Masking.INBOUND : WebSocketFrames.Masking.NONE,
            agreed.compressed(),
            agreed.browser() ? BROWSER_FRAME_BYTES : WebSocketFrames.FRAME_BYTES_MAX);
    var _ =
        context.writeAndFlush(
            ByteBufUtil.encodeString(
                context.alloc(), CharBuffer.wrap(agreed.answer()), ISO_8859_1));
    channel.pipeline().replace(this, null, frames);
    reception.accept(
        channel,
        plan.settings(),
        secured ? Tls.ESTABLISHED : Tls.NONE,
        leafAllowed,
        agreed.upgrade());
    if (decoderIn(channel)) {
      channel.pipeline().remove(decoder); // passes on what came behind the request
    }
  }

  private boolean decoderIn(Channel channel) {
    return channel.pipeline().context(decoder) != null;
  }

  private void refuse(ChannelHandlerContext context, int status, String reason) {
    if (answered) {
      return;
    }
    answered = true;
    stopTimer();
    var remote = ProxyReader.remote(context.channel());
    reception
        .acceptor()
        .refused(
            remote,
            plan.settings().kind(),
            new TransportException("websocket handshake error: " + reason));
    var phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
    var text =
        """
        HTTP/1.1 %d %s\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: %d\r
        Sec-WebSocket-Version: 13\r
        X-Content-Type-Options: nosniff\r
        Connection: close\r
        \r
        %s
        """
            .formatted(status, phrase, phrase.length() + 1, phrase);
    context
        .writeAndFlush(ByteBufUtil.encodeString(context.alloc(), CharBuffer.wrap(text), ISO_8859_1))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    stopTimer();
    if (!answered) {
      answered = true;
      reception
          .acceptor()
          .refused(
              ProxyReader.remote(context.channel()),
              plan.settings().kind(),
              new TransportException("before the WebSocket was up", cause));
    }
    var _ = context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopTimer();
    answered = true;
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stopTimer();
  }
}

package io.frond.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.frond.options.HostPort;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.CharBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The dialling side of the WebSocket handshake (RFC 6455, 4.1): asks, checks the answer, and puts
/// [WebSocketFrames] in its place. On the connection's event loop.
final class WebSocketRequest extends ChannelInboundHandlerAdapter {
  private static final int HEADERS_BYTES_MAX = 16 * 1024;

  private final DialWebSocket websocket;
  private final HostPort address;
  private final String key;
  private final Zlib zlib;
  private final Consumer<@Nullable TransportException> told;
  private final HttpResponseDecoder decoder =
      new HttpResponseDecoder(new HttpDecoderConfig().setMaxHeaderSize(HEADERS_BYTES_MAX));
  private @Nullable HttpResponse response;
  private @Nullable Future<?> timer;
  private boolean ended;

  private WebSocketRequest(
      DialWebSocket websocket,
      HostPort address,
      String key,
      Zlib zlib,
      Consumer<@Nullable TransportException> told) {
    this.websocket = websocket;
    this.address = address;
    this.key = key;
    this.zlib = zlib;
    this.told = told;
  }

  /// @param told on the event loop: null when frames are in place, else why not
  static void send(
      Channel channel,
      DialWebSocket websocket,
      HostPort address,
      String key,
      Zlib zlib,
      Consumer<@Nullable TransportException> told) {
    var request = new WebSocketRequest(websocket, address, key, zlib, told);
    channel
        .pipeline()
        .addBefore(DialAttempt.HANDLER, null, new NatsAnswer(request::fail))
        .addBefore(DialAttempt.HANDLER, null, request.decoder)
        .addBefore(DialAttempt.HANDLER, null, request);
    request.timer =
        channel
            .eventLoop()
            .schedule(
                () -> request.fail("no answer in time"),
                websocket.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
    var _ =
        channel.writeAndFlush(
            ByteBufUtil.encodeString(channel.alloc(), CharBuffer.wrap(request.text()), ISO_8859_1));
  }

  private String text() {
    var text = new StringBuilder(256);
    text.append("GET ").append(websocket.path()).append(" HTTP/1.1\r\n");
    header(text, "Host", Dialer.bracketed(address.host()) + ":" + address.port());
    header(text, "Upgrade", "websocket");
    header(text, "Connection", "Upgrade");
    header(text, "Sec-WebSocket-Key", key);
    header(text, "Sec-WebSocket-Version", "13");
    if (websocket.compression()) {
      header(text, "Sec-WebSocket-Extensions", Deflate.EXTENSION);
    }
    if (websocket.noMasking()) {
      header(text, UpgradeRules.NO_MASKING_HEADER, UpgradeRules.NO_MASKING);
    }
    return text.append("\r\n").toString();
  }

  private static void header(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (ended) {
        return;
      }
      if (message instanceof HttpResponse began) {
        response = began;
        if (began.decoderResult().isFailure()) {
          fail("the answer is not HTTP");
        } else if (!began.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
          fail("the server answers " + began.status());
        }
      } else if (message instanceof LastHttpContent && response != null) {
        answered(context, response);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answered(ChannelHandlerContext context, HttpResponse answer) {
    var headers = answer.headers();
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        || !WebSocketKey.accept(key).equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
      fail("invalid websocket connection");
      return;
    }
    var compression = Deflate.answered(headers);
    if (compression == Deflate.Answer.UNUSABLE
        || (compression == Deflate.Answer.AGREED && !websocket.compression())) {
      fail("compression negotiation error");
      return;
    }
    var unmasked =
        websocket.noMasking()
            && UpgradeRules.NO_MASKING.equals(headers.get(UpgradeRules.NO_MASKING_HEADER));
    ended = true;
    var frames =
        new WebSocketFrames(
            zlib,
            unmasked ? WebSocketFrames.Masking.NONE : WebSocketFrames.Masking.OUTBOUND,
            compression == Deflate.Answer.AGREED,
            WebSocketFrames.FRAME_BYTES_MAX);
    var pipeline = context.pipeline();
    pipeline.replace(this, null, frames);
    told.accept(null);
    if (pipeline.context(decoder) != null) {
      pipeline.remove(decoder); // passes on what came behind the answer
    }
  }

  private void fail(String reason) {
    if (!ended) {
      ended = true;
      told.accept(
          new TransportException("WebSocket handshake with " + address + " failed: " + reason));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail("the connection was closed");
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}

package io.frond.monitor;

import io.frond.transport.Inbound;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP connection: takes its requests one after the other and sends the answers in that order.
/// On its event loop only.
final class RequestHandler extends Inbound {
  /// From the connection's start to its first whole request.
  static final long FIRST_REQUEST_MILLIS = 10_000;

  /// From an answer to the next whole request.
  static final long NEXT_REQUEST_MILLIS = 120_000;

  /// For making an answer and sending it.
  static final long ANSWER_MILLIS = 120_000;

  /// Requests that may wait for the answer to an earlier one.
  static final int WAITING_MAX = 64;

  /// Bytes that a request's body may have; nobody reads them.
  static final int BODY_MAX = 64 * 1024;

  private final Endpoints endpoints;
  private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>(1);
  private @Nullable HttpRequest arriving;
  private int bodyBytes;
  private boolean busy;
  private boolean ending;
  private @Nullable Future<?> limit;

  RequestHandler(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    limit(context, FIRST_REQUEST_MILLIS);
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ending = true;
    waiting.clear();
    if (limit != null) {
      limit.cancel(false);
    }
    context.fireChannelInactive();
  }

  private void limit(ChannelHandlerContext context, long millis) {
    if (limit != null) {
      limit.cancel(false);
    }
    limit =
        context.executor().schedule(() -> context.channel().close(), millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!ending && message instanceof HttpObject part) {
        take(context, part);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(ChannelHandlerContext context, HttpObject message) {
    if (message instanceof HttpRequest request) {
      arriving = request;
      bodyBytes = 0;
    }
    if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
      if (bodyBytes > BODY_MAX) {
        end(context);
        return;
      }
    }
    var malformed = message.decoderResult().isFailure(); // nothing of it follows
    if (arriving != null && (malformed || message instanceof LastHttpContent)) {
      arriving.setDecoderResult(message.decoderResult());
      waiting.add(arriving);
      arriving = null;
      if (waiting.size() > WAITING_MAX) {
        end(context);
        return;
      }
      next(context);
    }
  }

  private void end(ChannelHandlerContext context) {
    ending = true;
    waiting.clear();
    var _ = context.close();
  }

  private void next(ChannelHandlerContext context) {
    var request = busy || ending ? null : waiting.poll();
    if (request == null) {
      return;
    }
    busy = true;
    limit(context, ANSWER_MILLIS);
    var failure = request.decoderResult().cause();
    if (failure != null) {
      ending = true;
      send(context, request, Answer.text(status(failure), "malformed request\n"), false);
      return;
    }
    var keepAlive = HttpUtil.isKeepAlive(request);
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      send(context, request, Answer.NOT_ALLOWED, keepAlive);
      return;
    }
    endpoints.answer(
        request.uri(),
        answer -> {
          if (context.executor().inEventLoop()) {
            send(context, request, answer, keepAlive);
          } else {
            context.executor().execute(() -> send(context, request, answer, keepAlive));
          }
        });
  }

  private static int status(Throwable failure) {
    return switch (failure) {
      case TooLongHttpLineException _ -> 414;
      case TooLongHttpHeaderException _ -> 431;
      default -> 400;
    };
  }

  private void send(
      ChannelHandlerContext context, HttpRequest request, Answer answer, boolean keepAlive) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    var headers = response.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    headers.set("X-Content-Type-Options", "nosniff");
    if (answer == Answer.NOT_ALLOWED) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    HttpUtil.setKeepAlive(headers, request.protocolVersion(), keepAlive);
    context
        .writeAndFlush(response)
        .addListener(sent -> {
          if (!keepAlive || !sent.isSuccess()) {
            end(context);
            return;
          }
          busy = false;
          limit(context, NEXT_REQUEST_MILLIS);
          next(context);
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    endpoints.log().debug("monitoring: " + context.channel().remoteAddress() + " - " + cause);
    end(context);
  }
}

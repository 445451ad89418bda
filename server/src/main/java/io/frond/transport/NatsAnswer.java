package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Looks at the first bytes of the answer to a WebSocket request: where the other side takes no
/// WebSocket from us it speaks NATS, and its error says why. Everything else passes. On its
/// connection's event loop.
final class NatsAnswer extends ChannelInboundHandlerAdapter {
  private static final String GREETING = "INFO ";

  /// More than this is not read of an INFO and the error behind it.
  private static final int BYTES_MAX = 64 * 1024;

  private final Consumer<String> fail;
  private final StringBuilder text = new StringBuilder();

  /// @param fail is told why there will be no WebSocket; later calls have no effect
  NatsAnswer(Consumer<String> fail) {
    this.fail = fail;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (text.isEmpty() && !isNats(bytes)) {
      context.pipeline().remove(this);
      context.fireChannelRead(message);
      return;
    }
    text.append(bytes.toString(StandardCharsets.UTF_8));
    bytes.release();
    var error = text.indexOf("\r\n-ERR ");
    if (error >= 0 && text.indexOf("\r\n", error + 2) > 0) {
      tell(text.substring(error + 2, text.indexOf("\r\n", error + 2)));
    } else if (text.length() > BYTES_MAX) {
      tell("no WebSocket is taken there");
    }
  }

  /// A whole answer of a web server is never shorter than the greeting.
  private static boolean isNats(ByteBuf bytes) {
    var length = GREETING.length();
    var at = bytes.readerIndex();
    return bytes.readableBytes() >= length
        && bytes.toString(at, length, StandardCharsets.US_ASCII).equals(GREETING);
  }

  private void tell(String what) {
    fail.accept("the server answers as to a client: " + what);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!text.isEmpty()) {
      tell("no WebSocket is taken there");
    }
    context.fireChannelInactive();
  }
}

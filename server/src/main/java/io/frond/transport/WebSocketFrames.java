package io.frond.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// WebSocket frames (RFC 6455, and RFC 7692 when compression was agreed) around a stream of bytes:
/// the link above reads and writes plain `ByteBuf`s. A frame's payload is passed on as it comes, in
/// place, so a frame may be of any length; what is written goes out as whole messages. Answers
/// pings and closes. A text message is taken as a binary one. On its connection's event loop.
///
/// Netty's own codec is not used, because it collects each frame and copies its payload.
final class WebSocketFrames extends ChannelDuplexHandler {
  /// Which side masks its frames.
  enum Masking {
    /// We accepted: the other side must mask.
    INBOUND,
    /// We dialled: we mask.
    OUTBOUND,
    /// Agreed with a leaf that neither does.
    NONE
  }

  /// Payload of one outbound frame; what is longer is split.
  static final int FRAME_BYTES_MAX = 64 * 1024;

  /// Below this, compression costs more than it brings.
  private static final int COMPRESS_BYTES_MIN = 65;

  /// What zlib's sync flush ends with, and the receiver adds again (RFC 7692, 7.2.1).
  private static final int FLUSH_TAIL_BYTES = 4;

  private static final int STATUS_BYTES = 2;

  private final Zlib zlib;
  private final Masking masking;
  private final boolean compression;
  private final int frameBytesMax;
  private final MessageInflater inflater;
  private final FrameHeader header = new FrameHeader();

  /// Payload bytes of the current data frame that are still to come; -1 between frames.
  private long remaining = -1;

  private boolean inMessage;
  private boolean compressedMessage;

  /// The payload of a control frame that is being collected.
  private @Nullable ByteBuf control;

  /// Whether the other side is heard no more.
  private boolean ended;

  private boolean closeSent;
  private boolean flushWanted;
  private int closeStatus = WebSocketStatus.NORMAL;
  private String closeReason = "";

  WebSocketFrames(Zlib zlib, Masking masking, boolean compression, int frameBytesMax) {
    this.zlib = zlib;
    this.masking = masking;
    this.compression = compression;
    this.frameBytesMax = frameBytesMax;
    inflater = new MessageInflater(zlib);
  }

  /// What the other side said, or did wrong, stays the answer.
  void closeStatus(int status, String reason) {
    if (!ended) {
      closeStatus = status;
      closeReason = reason;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var in = (ByteBuf) message;
    try {
      while (in.isReadable() && !ended && !closeSent) {
        if (control != null) {
          readControl(context, in, control);
        } else if (remaining >= 0) {
          readPayload(context, in);
        } else if (header.read(in)) {
          begin(context);
        }
      }
    } finally {
      in.release();
    }
  }

  private void begin(ChannelHandlerContext context) {
    var fault = fault();
    if (fault != null) {
      end(context, WebSocketStatus.PROTOCOL_ERROR, fault);
    } else if (header.control()) {
      control = context.alloc().buffer(FrameHeader.CONTROL_PAYLOAD_MAX);
      endControl(context, control);
    } else {
      if (!inMessage) {
        compressedMessage = header.compressed();
      }
      inMessage = !header.last();
      remaining = header.length();
      endPayload(context);
    }
  }

  private @Nullable String fault() {
    var fault = header.fault();
    if (fault != null) {
      return fault;
    }
    if (masking == Masking.INBOUND && !header.masked()) {
      return "mask bit missing";
    }
    if (masking == Masking.OUTBOUND && header.masked()) {
      return "a server must not mask";
    }
    if (header.control()) {
      return null;
    }
    if (header.compressed() && (!compression || inMessage)) {
      return "compressed frame received without negotiated permessage-deflate";
    }
    if (header.opcode() == FrameHeader.CONTINUATION) {
      return inMessage ? null : "invalid continuation frame";
    }
    return inMessage
        ? "new message started before final frame for previous message was received"
        : null;
  }

  private void readPayload(ChannelHandlerContext context, ByteBuf in) {
    var length = (int) Math.min(remaining, in.readableBytes());
    header.unmask(in, length);
    remaining -= length;
    if (compressedMessage) {
      try {
        inflater.inflate(context, in, length);
      } catch (DataFormatException e) {
        end(context, WebSocketStatus.INVALID_PAYLOAD, "invalid compressed data");
        return;
      }
    } else {
      context.fireChannelRead(in.readRetainedSlice(length));
    }
    endPayload(context);
  }

  private void endPayload(ChannelHandlerContext context) {
    if (remaining > 0) {
      return;
    }
    remaining = -1;
    if (compressedMessage && !inMessage) {
      try {
        inflater.endMessage(context);
      } catch (DataFormatException e) {
        end(context, WebSocketStatus.INVALID_PAYLOAD, "invalid compressed data");
      }
    }
  }

  private void readControl(ChannelHandlerContext context, ByteBuf in, ByteBuf payload) {
    var length = Math.min((int) header.length() - payload.readableBytes(), in.readableBytes());
    header.unmask(in, length);
    payload.writeBytes(in, length);
    endControl(context, payload);
  }

  private void endControl(ChannelHandlerContext context, ByteBuf payload) {
    if (payload.readableBytes() < header.length()) {
      return;
    }
    control = null;
    try {
      switch (header.opcode()) {
        case FrameHeader.PING -> pong(context, payload);
        case FrameHeader.CLOSE -> closed(context, payload);
        default -> {} // a pong answers nothing that we asked
      }
    } finally {
      payload.release();
    }
  }

  /// A side that sends pings and reads no answers gets none while it is behind.
  private void pong(ChannelHandlerContext context, ByteBuf payload) {
    if (!closeSent && context.channel().isWritable()) {
      writeControl(context, FrameHeader.PONG, payload);
      flushWanted = true;
    }
  }

  private void closed(ChannelHandlerContext context, ByteBuf payload) {
    var length = payload.readableBytes();
    if (length == 0) {
      end(context, WebSocketStatus.NONE_RECEIVED, "");
      return;
    }
    if (length < STATUS_BYTES) {
      end(context, WebSocketStatus.PROTOCOL_ERROR, "close frame payload cannot be 1 byte");
      return;
    }
    var status = payload.readUnsignedShort();
    if (!WebSocketStatus.valid(status)) {
      end(context, WebSocketStatus.PROTOCOL_ERROR, "invalid close status code " + status);
      return;
    }
    try {
      end(context, status, UTF_8.newDecoder().decode(payload.nioBuffer()).toString());
    } catch (CharacterCodingException e) {
      end(context, WebSocketStatus.INVALID_PAYLOAD, "invalid utf8 body in close frame");
    }
  }

  /// Answers with the same status and reason, and closes.
  private void end(ChannelHandlerContext context, int status, String reason) {
    closeStatus(status, reason);
    ended = true;
    context.fireUserEventTriggered(new TransportEvent.WebSocketClosed(status, reason));
    if (context.channel().isOpen()) {
      close(context, context.newPromise());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (flushWanted) {
      flushWanted = false;
      context.flush();
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    var bytes = (ByteBuf) message;
    if (closeSent) {
      bytes.release();
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    var piece = Math.min(bytes.readableBytes(), frameBytesMax);
    while (bytes.readableBytes() > piece) {
      writeMessage(context, bytes.readRetainedSlice(piece), context.newPromise());
    }
    writeMessage(context, bytes, promise);
  }

  /// Writes one message and releases its payload.
  private void writeMessage(
      ChannelHandlerContext context, ByteBuf payload, ChannelPromise promise) {
    if (compression && payload.readableBytes() >= COMPRESS_BYTES_MIN) {
      var compressed = deflate(context, payload);
      payload.release();
      writeFrame(context, FrameHeader.BINARY, true, compressed, promise);
    } else {
      writeFrame(context, FrameHeader.BINARY, false, payload, promise);
    }
  }

  private ByteBuf deflate(ChannelHandlerContext context, ByteBuf payload) {
    var deflater = zlib.deflater();
    deflater.setInput(payload.nioBuffer());
    var out = context.alloc().directBuffer(payload.readableBytes() / 2);
    int written;
    do {
      if (!out.isWritable()) {
        out.ensureWritable(payload.readableBytes() / 2);
      }
      ByteBuffer space = out.nioBuffer(out.writerIndex(), out.writableBytes());
      written = deflater.deflate(space, Deflater.SYNC_FLUSH);
      out.writerIndex(out.writerIndex() + written);
    } while (!out.isWritable());
    return out.writerIndex(out.writerIndex() - FLUSH_TAIL_BYTES);
  }

  /// Writes one frame and releases its payload. Unmasked, the payload is not copied; masked, it
  /// must be, since others may be about to write the same bytes.
  private void writeFrame(
      ChannelHandlerContext context,
      int opcode,
      boolean compressed,
      ByteBuf payload,
      ChannelPromise promise) {
    var length = payload.readableBytes();
    if (masking == Masking.OUTBOUND) {
      var mask = ThreadLocalRandom.current().nextInt();
      var frame = context.alloc().directBuffer(FrameHeader.BYTES_MAX + length);
      FrameHeader.write(frame, opcode, compressed, length, mask);
      var start = frame.writerIndex();
      frame.writeBytes(payload);
      payload.release();
      FrameHeader.mask(mask, frame, start, length);
      var _ = context.write(frame, promise);
      return;
    }
    var head = context.alloc().directBuffer(FrameHeader.BYTES_MAX);
    FrameHeader.write(head, opcode, compressed, length, null);
    var _ = context.write(head);
    var _ = context.write(payload, promise);
  }

  private void writeControl(ChannelHandlerContext context, int opcode, ByteBuf payload) {
    writeFrame(context, opcode, false, payload.retain(), context.newPromise());
  }

  /// Sends a close frame if the socket takes it at once, and closes.
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (!closeSent && context.channel().isActive()) {
      var payload = closePayload(context);
      writeControl(context, FrameHeader.CLOSE, payload);
      payload.release();
      closeSent = true;
      context.flush();
    }
    var _ = context.close(promise);
  }

  private ByteBuf closePayload(ChannelHandlerContext context) {
    var payload = context.alloc().buffer(FrameHeader.CONTROL_PAYLOAD_MAX);
    if (closeStatus != WebSocketStatus.NONE_RECEIVED) {
      payload.writeShort(closeStatus);
      if (ByteBufUtil.utf8Bytes(closeReason) <= FrameHeader.CONTROL_PAYLOAD_MAX - STATUS_BYTES) {
        payload.writeCharSequence(closeReason, UTF_8);
      }
    }
    return payload;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    inflater.close();
    if (control != null) {
      control.release();
      control = null;
    }
  }
}

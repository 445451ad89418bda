package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Decompresses one message after the other and passes on what comes out piece by piece, so that
/// its size needs no limit. Holds a decompressor only within a message. On its connection's event
/// loop.
final class MessageInflater {
  private static final int PIECE_BYTES = 32 * 1024;

  /// The empty block that the sender left out (RFC 7692, 7.2.2).
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final Zlib zlib;
  private @Nullable Inflater inflater;

  MessageInflater(Zlib zlib) {
    this.zlib = zlib;
  }

  /// Decompresses the next bytes of the message, and consumes them.
  void inflate(ChannelHandlerContext context, ByteBuf in, int length) throws DataFormatException {
    if (inflater == null) {
      inflater = zlib.takeInflater();
    }
    inflater.setInput(in.nioBuffer(in.readerIndex(), length));
    drain(context, inflater);
    in.skipBytes(length);
  }

  void endMessage(ChannelHandlerContext context) throws DataFormatException {
    if (inflater != null) {
      inflater.setInput(TAIL);
      drain(context, inflater);
      close();
    }
  }

  private void drain(ChannelHandlerContext context, Inflater from) throws DataFormatException {
    while (context.channel().isOpen()) {
      var piece = context.alloc().directBuffer(PIECE_BYTES, PIECE_BYTES);
      int written;
      try {
        ByteBuffer space = piece.nioBuffer(0, PIECE_BYTES);
        written = from.inflate(space);
      } catch (DataFormatException e) {
        piece.release();
        throw e;
      }
      if (written == 0) {
        piece.release();
        if (from.needsDictionary()) {
          throw new DataFormatException("a dictionary is needed");
        }
        return;
      }
      context.fireChannelRead(piece.writerIndex(written));
    }
  }

  void close() {
    if (inflater != null) {
      zlib.giveBack(inflater);
      inflater = null;
    }
  }
}

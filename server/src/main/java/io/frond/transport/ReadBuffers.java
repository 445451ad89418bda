package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/// Where a socket's bytes are read to: one direct buffer for each event loop, taken again as soon
/// as nobody holds a part of it any more, else replaced. So an idle connection holds no buffer, and
/// a small read costs no allocation.
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  /// Large enough to take what a fast producer sends between two turns of the loop.
  static final int READ_BYTES = 128 * 1024;

  /// Reads of one connection before the others get their turn.
  private static final int READS_PER_TURN = 4;

  private final FastThreadLocal<ByteBuf> current =
      new FastThreadLocal<>() {
        @Override
        protected void onRemoval(ByteBuf buffer) {
          buffer.release();
        }
      };

  ReadBuffers() {
    super(READS_PER_TURN);
  }

  @Override
  public ExtendedHandle newHandle() {
    return new ReadHandle();
  }

  private ByteBuf take(ByteBufAllocator allocator) {
    var buffer = current.getIfExists();
    if (buffer == null || buffer.refCnt() != 1) {
      if (buffer != null) {
        buffer.release();
      }
      buffer = allocator.directBuffer(READ_BYTES, READ_BYTES);
      current.set(buffer);
    }
    return buffer.clear().retain();
  }

  private final class ReadHandle extends MaxMessageHandle {
    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return take(allocator);
    }

    @Override
    public int guess() {
      return READ_BYTES;
    }
  }
}

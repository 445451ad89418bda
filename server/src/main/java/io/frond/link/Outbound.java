package io.frond.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The bytes queued for one link, in chunks of which each ends where an operation ends. Not
/// synchronized: the link's lock guards it.
///
/// A quiet link holds no chunk; the chunks of a busy one grow with what was sent at a time.
final class Outbound {
  private static final int CHUNK_MIN = 512;

  /// The largest size that Netty's allocator keeps in each thread's cache by default.
  private static final int CHUNK_MAX = 32 * 1024;

  private final ByteBufAllocator allocator;
  private @Nullable ArrayDeque<ByteBuf> full;
  private @Nullable ByteBuf tail;
  private @Nullable ByteBuffer memory;
  private int base;
  private int used;
  private int capacity;
  private int hint = CHUNK_MIN;
  private long bytes;
  private long queued;

  Outbound(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  long bytes() {
    return bytes;
  }

  /// Bytes that were ever queued.
  long queued() {
    return queued;
  }

  /// Queues a line and a body as one operation.
  void add(byte[] line, int from, int to, ByteBuffer body, int bodyAt, int bodyLength) {
    var length = to - from;
    var into = room(length + bodyLength);
    into.put(base + used, line, from, length);
    if (bodyLength > 0) {
      into.put(base + used + length, body, bodyAt, bodyLength);
    }
    used += length + bodyLength;
    bytes += length + bodyLength;
    queued += length + bodyLength;
  }

  void add(byte[] operation) {
    var into = room(operation.length);
    into.put(base + used, operation);
    used += operation.length;
    bytes += operation.length;
    queued += operation.length;
  }

  /// Queues an operation ahead of all others.
  void addFirst(byte[] operation) {
    seal();
    var chunk = allocator.directBuffer(operation.length).writeBytes(operation);
    queue().addFirst(chunk);
    bytes += operation.length;
    queued += operation.length;
  }

  private ArrayDeque<ByteBuf> queue() {
    if (full == null) {
      full = new ArrayDeque<>(4);
    }
    return full;
  }

  private ByteBuffer room(int length) {
    if (memory != null && capacity - used >= length) {
      return memory;
    }
    if (tail != null) {
      seal();
      hint = Math.min(CHUNK_MAX, 2 * hint);
    }
    var chunk = allocator.directBuffer(Math.max(length, hint));
    capacity = chunk.capacity();
    var fresh = chunk.internalNioBuffer(0, capacity);
    base = fresh.position();
    used = 0;
    tail = chunk;
    memory = fresh;
    return fresh;
  }

  private void seal() {
    if (tail != null) {
      queue().addLast(tail.writerIndex(used));
      tail = null;
      memory = null;
    }
  }

  /// Takes the oldest chunk, null when nothing is queued.
  @Nullable ByteBuf poll() {
    ByteBuf next;
    if (full != null && !full.isEmpty()) {
      next = full.pollFirst();
    } else {
      if (tail == null) {
        return null;
      }
      next = tail.writerIndex(used);
      tail = null;
      memory = null;
      if (used < hint / 4) {
        hint = Math.max(CHUNK_MIN, hint / 2);
      }
    }
    bytes -= next.readableBytes();
    return next;
  }

  void release() {
    for (var chunk = poll(); chunk != null; chunk = poll()) {
      chunk.release();
    }
    full = null;
  }
}

package io.frond.subject;

import java.nio.ByteBuffer;

/// Bytes taken eight at a time, and the hash that the tables of this package share. Stateless: any
/// thread.
///
/// A `ByteBuffer` around an array is removed by the compiler where it stays in one method, and
/// needs no start-up, unlike a `VarHandle`, which costs milliseconds before the first use.
final class Words {
  private static final long FACTOR = 0x9FB2_1C65_1E98_DF25L;

  /// Differs with each process, so that nobody can prepare subjects that fall into one slot.
  private static final long SEED = mix(System.nanoTime() ^ 0x9E37_79B9_7F4A_7C15L);

  /// In the place of a hash that a table has another use for.
  private static final int SUBSTITUTE = 0x5BD1_E995;

  private Words() {}

  /// Of the bytes from `from` up to `to`; never [NodeTable#FREE] or [NodeTable#REMOVED].
  static int hash(byte[] s, int from, int to) {
    return hash(ByteBuffer.wrap(s), from, to);
  }

  /// As [#hash(byte[],int,int)]; the buffer is in big-endian order.
  static int hash(ByteBuffer buf, int from, int to) {
    int len = to - from;
    long h = SEED + len;
    if (len >= Long.BYTES) {
      int last = to - Long.BYTES;
      for (int i = from; i < last; i += Long.BYTES) {
        h = step(h, buf.getLong(i));
      }
      return finish(step(h, buf.getLong(last)));
    }
    if (len >= Integer.BYTES) {
      long high = buf.getInt(from);
      return finish(step(h, high << Integer.SIZE ^ buf.getInt(to - Integer.BYTES)));
    }
    if (len == 0) {
      return finish(h);
    }
    long first = buf.get(from) & 0xFF;
    long ends = first << Byte.SIZE | (buf.get(to - 1) & 0xFF);
    return finish(step(h, ends << Byte.SIZE | (buf.get(from + (len >> 1)) & 0xFF)));
  }

  private static long step(long hash, long word) {
    long h = (hash ^ word) * FACTOR;
    return h ^ (h >>> 32);
  }

  private static int finish(long hash) {
    int h = (int) mix(hash);
    return h == NodeTable.FREE || h == NodeTable.REMOVED ? SUBSTITUTE : h;
  }

  private static long mix(long h) {
    long m = (h ^ (h >>> 29)) * FACTOR;
    return m ^ (m >>> 32);
  }
}

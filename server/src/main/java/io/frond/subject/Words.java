package io.frond.subject;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Bytes taken eight at a time, and the hash that the tables of this package share. Stateless: any
/// thread.
final class Words {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /// Differs with each process, so that nobody can prepare subjects that fall into one slot.
  private static final long SEED = mix(System.nanoTime() ^ 0x9E37_79B9_7F4A_7C15L);

  private static final long FACTOR = 0x9FB2_1C65_1E98_DF25L;

  private Words() {}

  /// Eight bytes, the first one highest.
  static long at(byte[] s, int i) {
    return (long) LONGS.get(s, i);
  }

  /// Of the bytes from `from` up to `to`; never [NodeTable#FREE] or [NodeTable#REMOVED].
  static int hash(byte[] s, int from, int to) {
    long h = SEED + to - from;
    int i = from;
    for (; i + Long.BYTES < to; i += Long.BYTES) {
      h = step(h, at(s, i));
    }
    return finish(step(h, tail(s, i, to)));
  }

  /// The at most eight bytes from `i` up to `to`, the last one lowest.
  private static long tail(byte[] s, int i, int to) {
    int left = to - i;
    if (to >= Long.BYTES && left > 0) {
      // One read that ends at `to`, without the bytes ahead of `i`.
      return at(s, to - Long.BYTES) & (-1L >>> (Long.SIZE - left * Byte.SIZE));
    }
    long word = 0;
    for (; i < to; i++) {
      word = word << Byte.SIZE | (s[i] & 0xFF);
    }
    return word;
  }

  static long step(long hash, long word) {
    long h = (hash ^ word) * FACTOR;
    return h ^ (h >>> 32);
  }

  static int finish(long hash) {
    int h = (int) mix(hash);
    return h == NodeTable.FREE || h == NodeTable.REMOVED ? FINISHED_RESERVED : h;
  }

  private static final int FINISHED_RESERVED = 0x5BD1_E995;

  private static long mix(long h) {
    long m = (h ^ (h >>> 29)) * FACTOR;
    return m ^ (m >>> 32);
  }
}

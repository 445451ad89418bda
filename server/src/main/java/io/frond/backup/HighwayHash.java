package io.frond.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// HighwayHash of 64 bits, with which nats-server checks its records (Alakuijala, Cox, Wassenberg:
/// "Fast keyed hash/pseudo-random function using SIMD multiply and permute"). One thread.
final class HighwayHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PACKET = 32;
  private static final long LOW = 0xffffffffL;

  private static final long[] MUL0 = {
    0xdbe6d5d5fe4cce2fL, 0xa4093822299f31d0L, 0x13198a2e03707344L, 0x243f6a8885a308d3L
  };
  private static final long[] MUL1 = {
    0x3bd39e10cb0ef593L, 0xc0acf169b5f18a8cL, 0xbe5466cf34e90c6cL, 0x452821e638d01377L
  };

  private final long[] key = new long[4];
  private final long[] v0 = new long[4];
  private final long[] v1 = new long[4];
  private final long[] mul0 = new long[4];
  private final long[] mul1 = new long[4];
  private final byte[] pending = new byte[PACKET];
  private int held;

  /// @param key of 32 bytes
  HighwayHash(byte[] key) {
    for (var i = 0; i < 4; i++) {
      this.key[i] = (long) LONG.get(key, i * 8);
    }
    reset();
  }

  /// Begins anew.
  HighwayHash reset() {
    for (var i = 0; i < 4; i++) {
      mul0[i] = MUL0[i];
      mul1[i] = MUL1[i];
      v0[i] = MUL0[i] ^ key[i];
      v1[i] = MUL1[i] ^ Long.rotateLeft(key[i], 32);
    }
    held = 0;
    return this;
  }

  HighwayHash update(byte[] data, int from, int length) {
    var at = from;
    var end = from + length;
    if (held > 0) {
      var take = Math.min(PACKET - held, length);
      System.arraycopy(data, at, pending, held, take);
      held += take;
      at += take;
      if (held < PACKET) {
        return this;
      }
      packet(pending, 0);
      held = 0;
    }
    for (; end - at >= PACKET; at += PACKET) {
      packet(data, at);
    }
    System.arraycopy(data, at, pending, 0, end - at);
    held = end - at;
    return this;
  }

  private void packet(byte[] data, int at) {
    for (var i = 0; i < 4; i++) {
      step(i, (long) LONG.get(data, at + i * 8));
    }
    mix();
  }

  private void step(int i, long word) {
    v1[i] += word + mul0[i];
    mul0[i] ^= (v1[i] & LOW) * (v0[i] >>> 32);
    v0[i] += mul1[i];
    mul1[i] ^= (v0[i] & LOW) * (v1[i] >>> 32);
  }

  private void mix() {
    zipper(v1, v0, 0);
    zipper(v1, v0, 2);
    zipper(v0, v1, 0);
    zipper(v0, v1, 2);
  }

  /// Adds the bytes of two words, in the order that the multiplications leave them best mixed.
  private static void zipper(long[] from, long[] to, int at) {
    var a = from[at];
    var b = from[at + 1];
    to[at] +=
        (((a & 0xff000000L) | (b & 0xff00000000L)) >>> 24)
            | (((a & 0xff0000000000L) | (b & 0xff000000000000L)) >>> 16)
            | (a & 0xff0000L)
            | ((a & 0xff00L) << 32)
            | ((b & 0xff00000000000000L) >>> 8)
            | (a << 56);
    to[at + 1] +=
        (((b & 0xff000000L) | (a & 0xff00000000L)) >>> 24)
            | (b & 0xff0000L)
            | ((b & 0xff0000000000L) >>> 16)
            | ((b & 0xff00L) << 24)
            | ((a & 0xff000000000000L) >>> 8)
            | ((b & 0xffL) << 48)
            | (a & 0xff00000000000000L);
  }

  /// The hash of all that was given; then [#reset] before anything else.
  long finish() {
    if (held > 0) {
      remainder();
    }
    for (var round = 0; round < 4; round++) {
      var a = Long.rotateLeft(v0[2], 32);
      var b = Long.rotateLeft(v0[3], 32);
      var c = Long.rotateLeft(v0[0], 32);
      var d = Long.rotateLeft(v0[1], 32);
      step(0, a);
      step(1, b);
      step(2, c);
      step(3, d);
      mix();
    }
    return v0[0] + v1[0] + mul0[0] + mul1[0];
  }

  private void remainder() {
    var size = (long) held;
    for (var i = 0; i < 4; i++) {
      v0[i] += (size << 32) + size;
      var low = Integer.rotateLeft((int) v1[i], held);
      var high = Integer.rotateLeft((int) (v1[i] >>> 32), held);
      v1[i] = ((long) high << 32) | (low & LOW);
    }
    var packet = new byte[PACKET];
    var whole = held & ~3;
    var rest = held & 3;
    System.arraycopy(pending, 0, packet, 0, whole);
    if ((held & 16) != 0) {
      INT.set(packet, 28, (int) INT.get(pending, held - 4));
    } else if (rest > 0) {
      packet[16] = pending[whole];
      packet[17] = pending[whole + (rest >> 1)];
      packet[18] = pending[held - 1];
    }
    packet(packet, 0);
  }
}

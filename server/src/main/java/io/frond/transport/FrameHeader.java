package io.frond.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The header of a WebSocket frame (RFC 6455, 5.2), read in as many pieces as it comes in, and the
/// unmasking of its payload. On its connection's event loop.
final class FrameHeader {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int BYTES_MAX = 14;
  static final int CONTROL_PAYLOAD_MAX = 125;

  private static final int FINAL = 0x80;
  private static final int COMPRESSED = 0x40;
  private static final int RESERVED = 0x30;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;
  private static final int MASK_BYTES = 4;

  private final byte[] bytes = new byte[BYTES_MAX];
  private int have;
  private int mask;

  /// Reads on.
  ///
  /// @return whether the header is complete; the next call then begins the next one
  boolean read(ByteBuf in) {
    while (have < need()) {
      if (!in.isReadable()) {
        return false;
      }
      bytes[have++] = in.readByte();
    }
    have = 0;
    mask = masked() ? number(lengthBytes() + 2, MASK_BYTES) : 0;
    return true;
  }

  private int need() {
    return have < 2 ? 2 : 2 + lengthBytes() + (masked() ? MASK_BYTES : 0);
  }

  private int lengthBytes() {
    return switch (bytes[1] & 0x7f) {
      case LENGTH_16 -> Short.BYTES;
      case LENGTH_64 -> Long.BYTES;
      default -> 0;
    };
  }

  private int number(int at, int length) {
    var number = 0;
    for (var i = at; i < at + length; i++) {
      number = (number << 8) | (bytes[i] & 0xff);
    }
    return number;
  }

  boolean last() {
    return (bytes[0] & FINAL) != 0;
  }

  boolean compressed() {
    return (bytes[0] & COMPRESSED) != 0;
  }

  int opcode() {
    return bytes[0] & 0x0f;
  }

  boolean control() {
    return opcode() >= CLOSE;
  }

  boolean masked() {
    return (bytes[1] & MASKED) != 0;
  }

  /// Payload bytes; negative when the highest bit is set, which is not allowed.
  long length() {
    return switch (lengthBytes()) {
      case 0 -> bytes[1] & 0x7f;
      case Short.BYTES -> number(2, Short.BYTES);
      default -> ((long) number(2, Integer.BYTES) << 32) | (number(6, Integer.BYTES) & 0xffffffffL);
    };
  }

  /// What is wrong with the header by itself, null for nothing.
  @Nullable String fault() {
    if ((bytes[0] & RESERVED) != 0) {
      return "RSV2 and RSV3 must be clear";
    }
    if (length() < 0) {
      return "invalid 64-bit payload length";
    }
    if (!control()) {
      return opcode() > BINARY ? "unknown opcode " + opcode() : null;
    }
    if (opcode() > PONG) {
      return "unknown opcode " + opcode();
    }
    if (length() > CONTROL_PAYLOAD_MAX) {
      return "control frame length bigger than maximum allowed of 125 bytes";
    }
    if (!last()) {
      return "control frame does not have final bit set";
    }
    return compressed() ? "control frame must not be compressed" : null;
  }

  /// Unmasks, in place, the next part of the payload.
  void unmask(ByteBuf in, int length) {
    if (mask != 0) {
      mask = mask(mask, in, in.readerIndex(), length);
    }
  }

  /// Masks or unmasks bytes in place.
  ///
  /// @return the mask for the bytes that follow
  static int mask(int mask, ByteBuf bytes, int start, int length) {
    var at = start;
    var end = start + length;
    var wide = ((long) mask << 32) | (mask & 0xffffffffL);
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      bytes.setLong(at, bytes.getLong(at) ^ wide);
    }
    var rest = mask;
    for (; at < end; at++) {
      bytes.setByte(at, bytes.getByte(at) ^ (rest >>> 24));
      rest = Integer.rotateLeft(rest, 8);
    }
    return rest;
  }

  /// Writes a whole message's header.
  ///
  /// @param mask null for none
  static void write(
      ByteBuf out, int opcode, boolean compressed, int length, @Nullable Integer mask) {
    out.writeByte(FINAL | (compressed ? COMPRESSED : 0) | opcode);
    var masked = mask == null ? 0 : MASKED;
    if (length < LENGTH_16) {
      out.writeByte(masked | length);
    } else if (length <= 0xffff) {
      out.writeByte(masked | LENGTH_16).writeShort(length);
    } else {
      out.writeByte(masked | LENGTH_64).writeLong(length);
    }
    if (mask != null) {
      out.writeInt(mask);
    }
  }
}

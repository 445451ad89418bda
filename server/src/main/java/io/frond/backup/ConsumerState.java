package io.frond.backup;

import java.io.ByteArrayOutputStream;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far a consumer is, as nats-server's file `o.dat` has it: numbers of the consumer and of the
/// stream up to which all is acknowledged and delivered, and what is between.
///
/// @param pending by stream sequence: what was delivered and not acknowledged
/// @param redelivered by stream sequence: how often it was delivered again
public record ConsumerState(
    long ackFloorConsumer,
    long ackFloorStream,
    long deliveredConsumer,
    long deliveredStream,
    SortedMap<Long, Pending> pending,
    SortedMap<Long, Long> redelivered) {
  private static final int MAGIC = 22;
  private static final int VERSION = 2;
  private static final long SECOND = 1_000_000_000;

  /// @param consumerSequence of the delivery
  /// @param timestamp of the delivery, nanoseconds since the epoch
  public record Pending(long consumerSequence, long timestamp) {}

  /// The file's content.
  ///
  /// @param now nanoseconds since the epoch
  byte[] encode(long now) {
    var out = new ByteArrayOutputStream();
    out.write(MAGIC);
    out.write(VERSION);
    unsigned(out, ackFloorConsumer);
    unsigned(out, ackFloorStream);
    unsigned(out, deliveredConsumer);
    unsigned(out, deliveredStream);
    unsigned(out, pending.size());
    if (!pending.isEmpty()) {
      var base = now / SECOND;
      signed(out, base);
      pending.forEach((sequence, one) -> {
        unsigned(out, sequence - ackFloorStream);
        unsigned(out, one.consumerSequence - ackFloorConsumer);
        signed(out, base - one.timestamp / SECOND);
      });
    }
    unsigned(out, redelivered.size());
    redelivered.forEach((sequence, times) -> {
      unsigned(out, sequence - ackFloorStream);
      unsigned(out, times);
    });
    return out.toByteArray();
  }

  private static void unsigned(ByteArrayOutputStream out, long value) {
    var rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static void signed(ByteArrayOutputStream out, long value) {
    unsigned(out, (value << 1) ^ (value >> 63));
  }

  private static final class In {
    private final byte[] bytes;
    private int at = 2;

    In(byte[] bytes) {
      this.bytes = bytes;
    }

    long unsigned() throws BackupException {
      var value = 0L;
      for (var shift = 0; shift < 64; shift += 7) {
        if (at >= bytes.length) {
          break;
        }
        var b = bytes[at++];
        value |= (b & 0x7fL) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new BackupException("a consumer's state is damaged");
    }

    long signed() throws BackupException {
      var value = unsigned();
      return (value >>> 1) ^ -(value & 1);
    }
  }

  /// @throws BackupException when it is damaged, or of a version that is not known
  static ConsumerState decode(byte[] bytes) throws BackupException {
    if (bytes.length < 2 || bytes[0] != MAGIC || (bytes[1] != 1 && bytes[1] != VERSION)) {
      throw new BackupException("a consumer's state has an unknown format");
    }
    var old = bytes[1] == 1;
    var in = new In(bytes);
    var ackFloorConsumer = in.unsigned();
    var ackFloorStream = in.unsigned();
    var deliveredConsumer = in.unsigned();
    var deliveredStream = in.unsigned();
    if (old) { // it had the next to deliver, counted from the ack floor
      deliveredConsumer += Math.max(0, ackFloorConsumer - 1);
      deliveredStream += Math.max(0, ackFloorStream - 1);
    }
    if (ackFloorStream < 0 || deliveredStream < 0) {
      throw new BackupException("a consumer's state is damaged");
    }
    var pending = new TreeMap<Long, Pending>();
    var count = in.unsigned();
    var base = count == 0 ? 0 : in.signed();
    for (var i = 0L; i < count; i++) {
      var sequence = in.unsigned() + ackFloorStream;
      var delivery = old ? 0 : in.unsigned() + ackFloorConsumer;
      var offset = in.signed();
      pending.put(sequence, new Pending(delivery, (old ? base + offset : base - offset) * SECOND));
    }
    var redelivered = new TreeMap<Long, Long>();
    for (var left = in.unsigned(); left > 0; left--) {
      var sequence = in.unsigned() + ackFloorStream;
      redelivered.put(sequence, in.unsigned());
    }
    return new ConsumerState(
        ackFloorConsumer, ackFloorStream, deliveredConsumer, deliveredStream, pending, redelivered);
  }
}

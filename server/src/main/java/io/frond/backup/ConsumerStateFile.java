package io.frond.backup;

import io.frond.consumer.ConsumerState;
import io.frond.consumer.ConsumerState.Delivered;
import java.io.ByteArrayOutputStream;
import java.util.TreeMap;

/// The file `o.dat`, in which nats-server has how far a consumer is. Stateless.
final class ConsumerStateFile {
  private static final int MAGIC = 22;
  private static final int VERSION = 2;
  private static final long SECOND = 1_000_000_000;

  private ConsumerStateFile() {}

  /// The file's content.
  ///
  /// @param now nanoseconds since the epoch
  static byte[] encode(ConsumerState state, long now) {
    var out = new ByteArrayOutputStream();
    out.write(MAGIC);
    out.write(VERSION);
    unsigned(out, state.ackFloorConsumer());
    unsigned(out, state.ackFloorStream());
    unsigned(out, state.deliveredConsumer());
    unsigned(out, state.deliveredStream());
    var pending = state.pending();
    unsigned(out, pending.size());
    if (!pending.isEmpty()) {
      var base = now / SECOND;
      signed(out, base);
      pending.forEach((sequence, one) -> {
        unsigned(out, sequence - state.ackFloorStream());
        unsigned(out, one.consumerSequence() - state.ackFloorConsumer());
        signed(out, base - one.timestamp() / SECOND);
      });
    }
    unsigned(out, state.redelivered().size());
    state
        .redelivered()
        .forEach((sequence, times) -> {
          unsigned(out, sequence - state.ackFloorStream());
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
    var pending = new TreeMap<Long, Delivered>();
    var count = in.unsigned();
    var base = count == 0 ? 0 : in.signed();
    for (var i = 0L; i < count; i++) {
      var sequence = in.unsigned() + ackFloorStream;
      var delivery = old ? 0 : in.unsigned() + ackFloorConsumer;
      var offset = in.signed();
      pending.put(
          sequence, new Delivered(delivery, (old ? base + offset : base - offset) * SECOND));
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

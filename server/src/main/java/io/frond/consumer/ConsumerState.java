package io.frond.consumer;

import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far a consumer is: numbers of the consumer and of the stream up to which all is acknowledged
/// and delivered, and what is between. What backups carry.
///
/// @param pending by stream sequence: what was delivered and not acknowledged
/// @param redelivered by stream sequence: how often it was delivered again; what is not pending was
///   delivered as often as is allowed
public record ConsumerState(
    long ackFloorConsumer,
    long ackFloorStream,
    long deliveredConsumer,
    long deliveredStream,
    SortedMap<Long, Delivered> pending,
    SortedMap<Long, Long> redelivered) {
  /// A message that was delivered.
  ///
  /// @param consumerSequence of the delivery
  /// @param timestamp of the delivery, nanoseconds since the epoch
  public record Delivered(long consumerSequence, long timestamp) {}

  /// As a log entry has it.
  public byte[] bytes() {
    var to = new Numbers(64);
    to.put(ackFloorConsumer);
    to.put(ackFloorStream);
    to.put(deliveredConsumer);
    to.put(deliveredStream);
    to.put(pending.size());
    pending.forEach((sequence, one) -> {
      to.put(sequence);
      to.put(one.consumerSequence);
      to.put(one.timestamp);
    });
    to.put(redelivered.size());
    redelivered.forEach((sequence, times) -> {
      to.put(sequence);
      to.put(times);
    });
    return to.copy();
  }

  /// Reads what [#bytes] gave.
  static ConsumerState read(ByteBuffer bytes, int at, int length) {
    var from = new Numbers.Reader(bytes, at, length);
    var ackFloorConsumer = from.next();
    var ackFloorStream = from.next();
    var deliveredConsumer = from.next();
    var deliveredStream = from.next();
    var pending = new TreeMap<Long, Delivered>();
    for (var left = from.next(); left > 0; left--) {
      var sequence = from.next();
      pending.put(sequence, new Delivered(from.next(), from.next()));
    }
    var redelivered = new TreeMap<Long, Long>();
    for (var left = from.next(); left > 0; left--) {
      var sequence = from.next();
      redelivered.put(sequence, from.next());
    }
    return new ConsumerState(
        ackFloorConsumer, ackFloorStream, deliveredConsumer, deliveredStream, pending, redelivered);
  }
}

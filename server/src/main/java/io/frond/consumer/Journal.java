package io.frond.consumer;

import io.frond.log.LogBatch;
import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The way of a consumer's entries to its ledger: through the log, or (a consumer in memory) at
/// once. On the shard's thread.
///
/// Payloads, all little endian, behind the consumer's number u32 and the time u64:
///
/// - [#DELIVERED]: consumer sequence of the first u64, then for each message (they have rising
///   consumer sequences) its distance from the one before, as [Numbers#zigzag], shifted by one; the
///   lowest bit says that the number of deliveries follows.
/// - [#POSITION]: consumer sequence u64 and stream sequence u64, up to which all is delivered and
///   settled.
/// - [#SETTLED]: for each message its distance from the one before, as [Numbers#zigzag], shifted by
///   three, with what happened to it (see [Settling]) in the lowest bits.
/// - [#RESET]: the stream sequence u64 to begin with anew.
/// - [#RESTORED]: [ConsumerState#bytes].
final class Journal {
  static final byte DELIVERED = EntryKind.CONSUMER_FIRST;
  static final byte POSITION = EntryKind.CONSUMER_FIRST + 1;
  static final byte SETTLED = EntryKind.CONSUMER_FIRST + 2;
  static final byte RESET = EntryKind.CONSUMER_FIRST + 3;
  static final byte RESTORED = EntryKind.CONSUMER_RESTORED;

  private final Shard shard;
  private final long stream;
  private final int number;
  private final LogBatch.EntryVisitor machine;
  private final LogBatch own = new LogBatch(64);
  private boolean local;

  /// @param machine applies entries; gets the payload behind the consumer's number
  Journal(Shard shard, long stream, int number, LogBatch.EntryVisitor machine) {
    this.shard = shard;
    this.stream = stream;
    this.number = number;
    this.machine = machine;
  }

  /// Whether entries are applied at once and not logged.
  void local(boolean now) {
    local = now;
  }

  boolean isLocal() {
    return local;
  }

  LogBatch begin(byte kind) {
    var to = local ? own.begin(kind, stream) : shard.begin(kind, stream);
    return to.putInt(number).putLong(shard.now());
  }

  void end(Shard.@Nullable Completion done) {
    if (!local) {
      shard.propose(done);
      return;
    }
    own.end();
    own.forEach((index, kind, of, bytes, at, length) ->
        machine.entry(index, kind, of, bytes, at + 4, length - 4));
    own.reset(1);
    if (done != null) {
      done.done(null, null);
    }
  }

  /// Applies an entry; `at` is behind the consumer's number.
  static void apply(byte kind, ByteBuffer bytes, int at, int length, Ledger to) {
    var time = bytes.getLong(at);
    switch (kind) {
      case DELIVERED -> delivered(bytes, at, length, time, to);
      case POSITION -> to.position(bytes.getLong(at + 8), bytes.getLong(at + 16), time);
      case SETTLED -> settled(bytes, at, length, time, to);
      case RESET -> to.reset(bytes.getLong(at + 8));
      case RESTORED -> to.take(ConsumerState.read(bytes, at + 8, length - 8));
      default -> throw new IllegalArgumentException("no entry of consumers: " + kind);
    }
  }

  private static void delivered(ByteBuffer bytes, int at, int length, long time, Ledger to) {
    var consumerSequence = bytes.getLong(at + 8);
    var from = new Numbers.Reader(bytes, at + 16, length - 16);
    var sequence = 0L;
    while (from.hasMore()) {
      var step = from.next();
      sequence += Numbers.unzigzag(step >>> 1);
      if ((step & 1) == 0) {
        to.first(sequence, consumerSequence, time);
      } else {
        to.again(sequence, consumerSequence, (int) from.next(), time);
      }
      consumerSequence++;
    }
  }

  private static void settled(ByteBuffer bytes, int at, int length, long time, Ledger to) {
    var from = new Numbers.Reader(bytes, at + 8, length - 8);
    var sequence = 0L;
    while (from.hasMore()) {
      var step = from.next();
      sequence += Numbers.unzigzag(step >>> 3);
      switch ((int) step & 7) {
        case Settling.DONE -> to.settle(sequence, time);
        case Settling.DONE_ALL -> to.settleAll(sequence, time);
        case Settling.REFUSED -> to.refuse(sequence, from.next(), time);
        case Settling.TOUCHED -> to.touch(sequence, time);
        case Settling.EXHAUSTED -> to.exhaust(sequence);
        default -> throw new IllegalStateException("a consumer's entry is damaged");
      }
    }
  }
}

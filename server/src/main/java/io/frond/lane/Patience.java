package io.frond.lane;

import io.frond.shard.Shard;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Notices that nothing is acknowledged any more, later and later when it happens again and again.
/// The shard's thread.
final class Patience {
  private static final long FIRST = 5_000_000_000L;
  private static final int DOUBLINGS = 4;

  private final Shard shard;
  private final Supplier<Flight.@Nullable Sent> oldest;
  private final LongSupplier exchanged;
  private final BooleanSupplier leaving;
  private final LongConsumer late;
  private int timeouts;
  private Shard.@Nullable Timer timer;

  /// @param oldest of what is on its way
  /// @param exchanged when the other end was last heard
  /// @param leaving whether some of it has not even left
  /// @param late gets how long nothing came, in nanoseconds
  Patience(
      Shard shard,
      Supplier<Flight.@Nullable Sent> oldest,
      LongSupplier exchanged,
      BooleanSupplier leaving,
      LongConsumer late) {
    this.shard = shard;
    this.oldest = oldest;
    this.exchanged = exchanged;
    this.leaving = leaving;
    this.late = late;
  }

  /// Something is on its way.
  void watch() {
    var first = oldest.get();
    if (timer == null && first != null) {
      timer = shard.schedule(since(first) + limit(), this::look);
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /// Something was acknowledged.
  void rewarded() {
    timeouts = 0;
  }

  private long since(Flight.Sent first) {
    return Math.max(first.at(), exchanged.getAsLong());
  }

  private long limit() {
    return FIRST << Math.min(timeouts, DOUBLINGS);
  }

  private void look() {
    timer = null;
    var first = oldest.get();
    if (first == null) {
      return;
    }
    var nanos = shard.now() - since(first);
    if (nanos < limit()) {
      watch();
    } else if (leaving.getAsBoolean()) {
      timer = shard.schedule(shard.now() + limit(), this::look);
    } else {
      timeouts++;
      late.accept(nanos);
    }
  }
}

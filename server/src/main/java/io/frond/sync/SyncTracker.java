package io.frond.sync;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Follows one part from sample to sample. Guarded by its [SyncWatch].
final class SyncTracker {
  /// What waits for less is in flight, not behind.
  private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// A part discards as long as the last discard is no older.
  private static final long DISCARDING_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int PROGRESS_STEP = 10;
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// The weight of the newest second in the rate.
  private static final double SMOOTHING = 0.3;

  private @Nullable SyncStatus last;
  private long lastNanos;
  private long mostBehind;
  private long discardNanos;
  private boolean discarded;
  private double rate;
  private int toldPercent;
  private long toldNanos;

  @Nullable SyncStatus status() {
    return last;
  }

  /// Takes the next sample.
  ///
  /// @return what there is to tell, null for nothing
  @Nullable SyncChange take(SyncSample sample, long nowNanos, long nowMillis) {
    var before = last;
    measure(sample, before, nowNanos);
    var state = state(sample);
    var percent = percent(sample, state);
    var since = before == null || before.state() != state ? nowMillis : before.sinceMillis();
    var now = new SyncStatus(sample, state, since, rate, percent, left(sample));
    last = now;
    lastNanos = nowNanos;
    if (before == null ? state != SyncState.IN_STEP : before.state() != state) {
      toldPercent = percent;
      toldNanos = nowNanos;
      return new SyncChange(now, false);
    }
    if (state == SyncState.CATCHING_UP
        && (percent - toldPercent >= PROGRESS_STEP || nowNanos - toldNanos > PROGRESS_NANOS)) {
      toldPercent = percent;
      toldNanos = nowNanos;
      return new SyncChange(now, true);
    }
    return null;
  }

  private void measure(SyncSample sample, @Nullable SyncStatus before, long now) {
    if (before == null) {
      return;
    }
    var seconds = (now - lastNanos) / 1e9;
    if (seconds > 0) {
      var newest = Math.max(0, sample.settled() - before.sample().settled()) / seconds;
      var share = Math.min(1, SMOOTHING * Math.max(1, seconds));
      rate += share * (newest - rate);
    }
    if (sample.discarded() > before.sample().discarded()) {
      discarded = true;
      discardNanos = now;
    } else if (discarded && now - discardNanos > DISCARDING_NANOS) {
      discarded = false;
    }
  }

  private SyncState state(SyncSample sample) {
    if (discarded) {
      return SyncState.DISCARDING;
    }
    if (!sample.connected()) {
      return sample.backlogMessages() == 0 ? SyncState.CUT : SyncState.BUFFERING;
    }
    return sample.backlogMessages() == 0 || sample.oldestNanos() < BEHIND_NANOS
        ? SyncState.IN_STEP
        : SyncState.CATCHING_UP;
  }

  private int percent(SyncSample sample, SyncState state) {
    if (state == SyncState.IN_STEP) {
      mostBehind = 0;
      return 100;
    }
    mostBehind = Math.max(mostBehind, sample.backlogMessages());
    return mostBehind == 0
        ? 100
        : (int) (100 * (mostBehind - sample.backlogMessages()) / mostBehind);
  }

  private long left(SyncSample sample) {
    if (sample.backlogMessages() == 0) {
      return 0;
    }
    if (!sample.connected() || rate < 0.01) {
      return -1;
    }
    return (long) (sample.backlogMessages() / rate * 1e9);
  }
}

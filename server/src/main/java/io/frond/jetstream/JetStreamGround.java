package io.frond.jetstream;

import io.frond.disk.Disk;
import io.frond.disk.RealDisk;
import io.frond.shard.ShardClock;

/// The disk and the clock that JetStream stands on; a test has others. What a disk is given as
/// paths lies in the store's directory, whose lock is on the real one.
public record JetStreamGround(Disk disk, ShardClock clock) {
  /// What this machine has.
  public static JetStreamGround real() {
    return new JetStreamGround(new RealDisk(), ShardClock.system());
  }
}

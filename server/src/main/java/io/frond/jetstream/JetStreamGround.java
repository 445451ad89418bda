package io.frond.jetstream;

import io.frond.disk.Disk;
import io.frond.disk.RealDisk;
import io.frond.outage.OutageClock;
import io.frond.shard.ShardClock;

/// The disk and the clock that JetStream stands on; a test has others. What a disk is given as
/// paths lies in the store's directory, whose lock is on the real one.
///
/// @param links the clock of what is kept for leaf links
public record JetStreamGround(Disk disk, ShardClock clock, OutageClock links) {
  public JetStreamGround(Disk disk, ShardClock clock) {
    this(disk, clock, OutageClock.SYSTEM);
  }

  /// What this machine has.
  public static JetStreamGround real() {
    return new JetStreamGround(new RealDisk(), ShardClock.system());
  }
}

package io.frond.leafnode;

import java.util.concurrent.atomic.AtomicLong;

/// What happened to leaf links since the start. Any thread.
public final class LeafCounters {
  private final AtomicLong joined = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong refusedAddresses = new AtomicLong();
  private final AtomicLong dials = new AtomicLong();

  void joined() {
    joined.incrementAndGet();
  }

  void refused() {
    refused.incrementAndGet();
  }

  void refusedAddress() {
    refused.incrementAndGet();
    refusedAddresses.incrementAndGet();
  }

  void dial() {
    dials.incrementAndGet();
  }

  /// Links that came up, in either direction.
  public long joinedTotal() {
    return joined.get();
  }

  /// Leaves that were not admitted, for whatever reason.
  public long refusedTotal() {
    return refused.get();
  }

  /// Of those the ones whose address the allowlist does not hold.
  public long refusedAddressTotal() {
    return refusedAddresses.get();
  }

  /// Attempts to connect to hubs.
  public long dialTotal() {
    return dials.get();
  }
}

package io.frond.account;

/// What an account's connections received and sent, counted by event loop so that no two loops
/// write to the same memory. Each loop writes only its own part; readers on any thread see sums
/// that may be a moment old.
public final class AccountStats {
  /// Over which connections.
  public enum Way {
    /// All, clients' among them.
    ALL,
    ROUTES,
    LEAVES
  }

  private static final int STRIDE = 16;
  private static final int FIELDS = 4;

  private final long[] counts;

  AccountStats(int loops) {
    counts = new long[loops * STRIDE];
  }

  /// A message has gone to all who get it. On its loop.
  void count(Delivery message) {
    var base = message.loop() * STRIDE;
    var size = message.frame().size();
    if (message.source() != null) { // what the server itself publishes did not come in
      add(base, 1, size);
      switch (message.side()) {
        case LOCAL -> {}
        case ROUTE -> add(base + FIELDS * Way.ROUTES.ordinal(), 1, size);
        case SPOKE, HUB -> add(base + FIELDS * Way.LEAVES.ordinal(), 1, size);
      }
    }
    if (message.sent() > 0) {
      add(base + 2, message.sent(), size);
      if (message.overRoutes() > 0) {
        add(base + 2 + FIELDS * Way.ROUTES.ordinal(), message.overRoutes(), size);
      }
      if (message.overLeaves() > 0) {
        add(base + 2 + FIELDS * Way.LEAVES.ordinal(), message.overLeaves(), size);
      }
    }
  }

  /// A message of another server went to leaves below this one by what sessions know of them. On
  /// the loop.
  public void passed(int loop, int leaves, int size) {
    var base = loop * STRIDE;
    add(base, 1, size);
    add(base + FIELDS * Way.ROUTES.ordinal(), 1, size);
    add(base + 2, leaves, size);
    add(base + 2 + FIELDS * Way.LEAVES.ordinal(), leaves, size);
  }

  private void add(int at, int messages, int size) {
    counts[at] += messages;
    counts[at + 1] += (long) messages * size;
  }

  private long sum(Way way, int field) {
    var sum = 0L;
    for (var i = FIELDS * way.ordinal() + field; i < counts.length; i += STRIDE) {
      sum += counts[i];
    }
    return sum;
  }

  public long inMessages(Way way) {
    return sum(way, 0);
  }

  public long inBytes(Way way) {
    return sum(way, 1);
  }

  public long outMessages(Way way) {
    return sum(way, 2);
  }

  public long outBytes(Way way) {
    return sum(way, 3);
  }
}

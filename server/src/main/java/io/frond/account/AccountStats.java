package io.frond.account;

/// What an account's connections received and sent, counted by event loop so that no two loops
/// write to the same memory. Each loop writes only its own part; readers on any thread see sums
/// that may be a moment old.
public final class AccountStats {
  private static final int STRIDE = 16;

  private final long[] counts;

  AccountStats(int loops) {
    counts = new long[loops * STRIDE];
  }

  void in(int loop, int bytes) {
    counts[loop * STRIDE]++;
    counts[loop * STRIDE + 1] += bytes;
  }

  void out(int loop, int messages, long bytes) {
    counts[loop * STRIDE + 2] += messages;
    counts[loop * STRIDE + 3] += bytes;
  }

  private long sum(int offset) {
    var sum = 0L;
    for (var i = offset; i < counts.length; i += STRIDE) {
      sum += counts[i];
    }
    return sum;
  }

  public long inMessages() {
    return sum(0);
  }

  public long inBytes() {
    return sum(1);
  }

  public long outMessages() {
    return sum(2);
  }

  public long outBytes() {
    return sum(3);
  }
}

package io.frond.stream;

/// How much a server allows batch publishing (ADR-50), and how much of it is in use. One for each
/// server; the shard's thread.
public final class BatchBudget {
  /// Bytes that one atomic batch may have.
  static final int ATOMIC_BYTES_MAX = 64 << 20;

  /// Bytes of atomic batches that wait for their commit, in the whole server.
  static final long STAGED_BYTES_MAX = 256L << 20;

  private static final int ATOMIC_PER_STREAM = 50;
  private static final int ATOMIC_TOTAL = 1_000;
  private static final int ATOMIC_SIZE = 1_000;
  private static final int FAST_PER_STREAM = 1_000;
  private static final int FAST_TOTAL = 50_000;
  private static final long TIMEOUT_NANOS = 10_000_000_000L;

  private final int perStream;
  private final int total;
  private final int size;
  private final long timeout;
  private int atomic;
  private int fast;
  private long staged;

  /// nats-server's defaults.
  public BatchBudget() {
    this(0, 0, 0, 0);
  }

  /// The server's limits `max_batch_…`; 0 for nats-server's default.
  ///
  /// @param perStream batches in flight in a stream
  /// @param total batches in flight in the server
  /// @param size messages in an atomic batch
  /// @param timeoutNanos after which a batch that nothing comes for ends
  public BatchBudget(int perStream, int total, int size, long timeoutNanos) {
    this.perStream = perStream;
    this.total = total;
    this.size = size > 0 ? size : ATOMIC_SIZE;
    timeout = timeoutNanos > 0 ? timeoutNanos : TIMEOUT_NANOS;
  }

  int atomicSizeMax() {
    return size;
  }

  long timeoutNanos() {
    return timeout;
  }

  /// @param inStream how many the stream has already
  boolean beginAtomic(int inStream) {
    if (inStream >= (perStream > 0 ? perStream : ATOMIC_PER_STREAM)
        || atomic >= (total > 0 ? total : ATOMIC_TOTAL)) {
      return false;
    }
    atomic++;
    return true;
  }

  /// Whether so many more bytes may be staged; they are counted then.
  boolean stage(long bytes) {
    if (staged + bytes > STAGED_BYTES_MAX) {
      return false;
    }
    staged += bytes;
    return true;
  }

  void endAtomic(long stagedBytes) {
    atomic--;
    staged -= stagedBytes;
  }

  /// Whether one more fast batch may begin.
  ///
  /// @param inStream how many the stream has already
  boolean mayBeginFast(int inStream) {
    return inStream < (perStream > 0 ? perStream : FAST_PER_STREAM)
        && fast < (total > 0 ? total : FAST_TOTAL);
  }

  void beginFast() {
    fast++;
  }

  void endFast() {
    fast--;
  }

  public int atomicInFlight() {
    return atomic;
  }

  public int fastInFlight() {
    return fast;
  }
}

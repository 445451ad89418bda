package io.frond.store;

/// How much memory the write buffers of all stores of one factory may take. Owner-thread only.
final class BufferBudget {
  private long left;

  BufferBudget(long bytes) {
    left = bytes;
  }

  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /// Takes what has to be there, even beyond the limit.
  void force(long bytes) {
    left -= bytes;
  }

  void give(long bytes) {
    left += bytes;
  }
}

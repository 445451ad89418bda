package io.frond.store;

/// How much the file stores of one factory take.
///
/// @param segmentBytes a segment that has become so large is closed
/// @param cacheBytes for parts of files that were read
/// @param bufferBytes for what is to be written; a store that gets nothing of it works with 1 KiB
/// @param openFilesMax files open at a time
public record StoreLimits(int segmentBytes, long cacheBytes, long bufferBytes, int openFilesMax) {
  public static final StoreLimits DEFAULT = new StoreLimits(16 << 20, 32L << 20, 64L << 20, 256);

  private static final int CACHE_MIN = 256 << 10;

  public StoreLimits {
    if (segmentBytes < 1 || cacheBytes < CACHE_MIN || bufferBytes < 0 || openFilesMax < 1) {
      throw new IllegalArgumentException("limits of stores: " + segmentBytes + ", " + cacheBytes);
    }
  }
}

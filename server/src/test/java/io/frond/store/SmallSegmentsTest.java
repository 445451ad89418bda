package io.frond.store;

/// A store in files so small that everything crosses them, with hardly any memory.
class SmallSegmentsTest extends FileStoreTest {
  @Override
  StoreLimits limits() {
    return new StoreLimits(3_000, 256 << 10, 0, 3);
  }
}

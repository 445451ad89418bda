package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file. Reads may come from any thread; writes from one at a time.
public interface DiskFile extends AutoCloseable {
  /// Writes all of `from` at a place; bytes of a write that was not forced may survive a power
  /// failure in part or not at all.
  void write(ByteBuffer from, long at) throws IOException;

  /// Reads until `into` is full or the file ends.
  ///
  /// @return bytes read, 0 at or behind the end
  int read(ByteBuffer into, long at) throws IOException;

  long size() throws IOException;

  void truncate(long size) throws IOException;

  /// Returns when all that was written before is safe.
  void force() throws IOException;

  @Override
  void close() throws IOException;
}

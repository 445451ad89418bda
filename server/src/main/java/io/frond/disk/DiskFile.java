package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file. Reads may come from any thread; writes from one at a time.
public interface DiskFile extends AutoCloseable {
  /// Writes all of `from` at a place; bytes of a write that was not forced may survive a power
  /// failure in part or not at all. What lies between the end of the file and a place behind it
  /// becomes anything.
  void write(ByteBuffer from, long at) throws IOException;

  /// Reads until `into` is full or the file ends.
  ///
  /// @return bytes read, 0 at or behind the end
  int read(ByteBuffer into, long at) throws IOException;

  long size() throws IOException;

  void truncate(long size) throws IOException;

  /// Returns when all that was written before is safe. When it fails, nobody knows what is: the
  /// system may have dropped what it could not write, so a later success says nothing about it.
  void force() throws IOException;

  /// Takes the space for bytes that will be written soon, so that a full disk shows now and forcing
  /// them is cheap. What lies there must not be needed, and becomes anything at all.
  ///
  /// @param to the first byte behind
  default void reserve(long from, long to) throws IOException {
    Zeros.write(this, from, to);
  }

  /// Overwrites bytes so that what they were cannot be read from the file any more, not even by who
  /// has its key. They become anything at all.
  ///
  /// @param to the first byte behind
  default void erase(long from, long to) throws IOException {
    Zeros.write(this, from, to);
  }

  @Override
  void close() throws IOException;
}

package io.frond.store;

import java.io.IOException;

/// Where the parts of a compressed segment lie.
interface FrameTable {
  /// Reads a part of [SegmentReader#BLOCK] bytes.
  ///
  /// @return how many bytes it has
  int read(OpenFiles.Handle file, int number, byte[] into) throws IOException;

  SegmentScan.Source source(OpenFiles.Handle file);
}

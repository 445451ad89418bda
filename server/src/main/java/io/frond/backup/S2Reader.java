package io.frond.backup;

/// Takes S2 or Snappy frames in pieces of any size and gives what is in them. One thread.
final class S2Reader {
  private static final int CHUNK_MAX = S2.FRAME_MAX + (S2.FRAME_MAX >> 2) + 64;

  private final Sink sink;
  private final byte[] head = new byte[4];
  private byte[] chunk = new byte[0];
  private byte[] plain = new byte[0];
  private int headLength;
  private int chunkLength;
  private int missing;
  private boolean begun;

  S2Reader(Sink sink) {
    this.sink = sink;
  }

  /// Takes the next bytes.
  ///
  /// @throws BackupException when they are no frames, or damaged
  void read(byte[] data, int from, int length) throws BackupException {
    var at = from;
    var end = from + length;
    while (at < end) {
      if (headLength < head.length) {
        head[headLength++] = data[at++];
        if (headLength == head.length) {
          beginChunk();
        }
      } else {
        var take = Math.min(missing, end - at);
        System.arraycopy(data, at, chunk, chunkLength, take);
        chunkLength += take;
        missing -= take;
        at += take;
      }
      if (headLength == head.length && missing == 0) {
        endChunk();
      }
    }
  }

  /// Whether nothing of a frame is missing.
  boolean isComplete() {
    return headLength == 0;
  }

  private void beginChunk() throws BackupException {
    missing = (head[1] & 0xff) | ((head[2] & 0xff) << 8) | ((head[3] & 0xff) << 16);
    if (missing > CHUNK_MAX) {
      throw new BackupException("a compressed frame is too large");
    }
    if (chunk.length < missing) {
      chunk = new byte[Math.max(missing, 64 << 10)];
    }
    chunkLength = 0;
  }

  private void endChunk() throws BackupException {
    var type = head[0] & 0xff;
    headLength = 0;
    if (type == S2.IDENTIFIER) {
      begun = true;
    } else if (!begun) {
      throw new BackupException("not an S2 stream");
    } else if (type == S2.COMPRESSED) {
      var length = decompress();
      check(plain, 0, length);
      sink.bytes(plain, 0, length);
    } else if (type == S2.UNCOMPRESSED) {
      if (chunkLength < 4) {
        throw new BackupException("a frame is too short");
      }
      check(chunk, 4, chunkLength - 4);
      sink.bytes(chunk, 4, chunkLength - 4);
    } else if (type < 0x80) {
      throw new BackupException("a frame of an unknown kind");
    }
  }

  private void check(byte[] data, int at, int length) throws BackupException {
    var sum =
        (chunk[0] & 0xff)
            | ((chunk[1] & 0xff) << 8)
            | ((chunk[2] & 0xff) << 16)
            | ((chunk[3] & 0xff) << 24);
    if (sum != S2.checksum(data, at, length)) {
      throw new BackupException("a frame's checksum is wrong");
    }
  }

  private int decompress() throws BackupException {
    var at = 4;
    var length = 0L;
    for (var shift = 0; ; shift += 7) {
      if (at >= chunkLength || shift > 28) {
        throw new BackupException("a frame is damaged");
      }
      var b = chunk[at++];
      length |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        break;
      }
    }
    if (length > S2.FRAME_MAX) {
      throw new BackupException("a frame is too large");
    }
    if (plain.length < length) {
      plain = new byte[(int) length];
    }
    try {
      if (new S2Block(chunk, at, chunkLength, plain, (int) length).decode() != length) {
        throw new BackupException("a frame is damaged");
      }
    } catch (IndexOutOfBoundsException e) {
      throw new BackupException("a frame is damaged");
    }
    return (int) length;
  }
}

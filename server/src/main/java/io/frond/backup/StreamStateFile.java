package io.frond.backup;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What a backup of nats-server's says of the stream as a whole (`msgs/index.db`). It alone tells
/// which messages went because of a limit: they still stand in their blocks; and how far a stream
/// without messages was. Ours has none, since what is gone is not in its blocks. Stateless.
final class StreamStateFile {
  private static final int MAGIC = 11;
  private static final int VERSION_MAX = 4;
  private static final int SET_MAGIC = 22;
  private static final int BITS = 64;

  private StreamStateFile() {}

  /// Takes what is gone.
  interface Gone {
    /// All before a sequence.
    void before(long sequence) throws BackupException;

    void deleted(long sequence) throws BackupException;

    /// There was nothing behind a sequence.
    void last(long sequence) throws BackupException;
  }

  /// @param key of the file's hash, see [BlockWriter#key]
  static void read(byte[] file, byte[] key, Gone to) throws BackupException {
    var end = file.length - BlockWriter.HASH;
    var in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (end < 2 || new HighwayHash(key).update(file, 0, end).finish() != in.getLong(end)) {
      throw new BackupException("the checksum of the stream's state is wrong");
    }
    in.limit(end);
    try {
      read(in, to);
    } catch (BufferUnderflowException e) {
      throw new BackupException("the stream's state is cut");
    }
  }

  private static void read(ByteBuffer in, Gone to) throws BackupException {
    var magic = in.get();
    var version = in.get();
    if (magic != MAGIC || version < 1 || version > VERSION_MAX) {
      throw new BackupException("the stream's state has an unknown format");
    }
    number(in); // messages
    number(in); // bytes
    var first = number(in);
    number(in); // first time
    to.last(number(in));
    to.before(first);
    number(in); // last time
    for (var subjects = number(in); subjects > 0; subjects--) {
      subject(in, version);
    }
    for (var blocks = number(in); blocks > 0; blocks--) {
      for (var field = 0; field < 6; field++) { // index, bytes, first and last with their times
        number(in);
      }
      var deleted = number(in);
      for (var field = 1; field < Math.min(version, 3); field++) { // messages with TTL, schedules
        number(in);
      }
      if (deleted > 0) {
        set(in, to);
      }
    }
  }

  private static void subject(ByteBuffer in, int version) {
    var length = number(in);
    if (length == 0) {
      return;
    }
    skip(in, length);
    var messages = number(in);
    number(in); // first block
    if (messages > 1 || version >= 4) {
      number(in); // last block
    }
  }

  /// Sequences: nodes of 2,048 bits each.
  private static void set(ByteBuffer in, Gone to) throws BackupException {
    var magic = in.get();
    var version = in.get();
    if (magic != SET_MAGIC || version < 1 || version > 2) {
      throw new BackupException("the stream's state has an unknown set");
    }
    var words = version == 1 ? 64 : 32;
    var nodes = in.getInt();
    in.getInt(); // how many sequences
    for (; nodes > 0; nodes--) {
      var base = in.getLong();
      for (var word = 0; word < words; word++) {
        for (var bits = in.getLong(); bits != 0; bits &= bits - 1) {
          to.deleted(base + (long) word * BITS + Long.numberOfTrailingZeros(bits));
        }
      }
      in.getShort(); // the node's height
    }
  }

  private static void skip(ByteBuffer in, long length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + (int) length);
  }

  /// A number of variable length, as Go writes it; what has a sign is only skipped.
  private static long number(ByteBuffer in) {
    var value = 0L;
    for (var shift = 0; ; shift += 7) {
      var next = in.get();
      value |= (next & 0x7fL) << Math.min(shift, 63);
      if (next >= 0) {
        return value;
      }
    }
  }
}

package io.frond.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the reply subject of a message of a fast batch says (ADR-50):
/// `PREFIX.ID.FLOW.GAPMODE.SEQUENCE.OPERATION.$FI`.
///
/// @param flow how many messages there may be to an acknowledgement
/// @param gapOk whether the batch goes on behind messages that were lost
record FastBatchReply(String id, int flow, boolean gapOk, long sequence, Operation operation) {
  private static final byte[] SUFFIX = {'.', '$', 'F', 'I'};
  private static final int FLOW_DEFAULT = 10;
  private static final int FLOW_MAX = 65_535;

  /// In the order of their numbers on the wire.
  enum Operation {
    START,
    APPEND,
    /// The last message.
    COMMIT,
    /// The end of the batch, no message.
    COMMIT_EOB,
    /// Asks for an acknowledgement, no message.
    PING
  }

  /// Whether a reply subject is a fast batch's.
  static boolean is(ByteBuffer bytes, int at, int length) {
    if (length <= SUFFIX.length || bytes.get(at + length - 1) != 'I') {
      return false;
    }
    for (var i = 0; i < SUFFIX.length; i++) {
      if (bytes.get(at + length - SUFFIX.length + i) != SUFFIX[i]) {
        return false;
      }
    }
    return true;
  }

  /// Null when it is not as it must be.
  static @Nullable FastBatchReply parse(ByteBuffer bytes, int at, int length) {
    var copy = new byte[length];
    bytes.get(at, copy);
    var words = new String(copy, StandardCharsets.UTF_8).split("\\.", -1);
    var last = words.length - 2;
    if (last < 5) {
      return null;
    }
    var operation = number(words[last]);
    var sequence = number(words[last - 1]);
    var gap = words[last - 2];
    if (operation < 0
        || operation >= Operation.values().length
        || sequence <= 0
        || !(gap.equals("ok") || gap.equals("fail"))) {
      return null;
    }
    var what = Operation.values()[(int) operation];
    var fits =
        switch (what) {
          case START -> sequence == 1;
          case APPEND, COMMIT_EOB -> sequence > 1;
          case COMMIT, PING -> true;
        };
    var flow = number(words[last - 3]);
    return fits
        ? new FastBatchReply(
            words[last - 4],
            flow <= 0 ? FLOW_DEFAULT : (int) Math.min(flow, FLOW_MAX),
            gap.equals("ok"),
            sequence,
            what)
        : null;
  }

  private static long number(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return MessageHeaders.number(bytes, 0, bytes.length);
  }

  boolean commits() {
    return operation == Operation.COMMIT || operation == Operation.COMMIT_EOB;
  }
}

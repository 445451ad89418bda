package io.frond.account;

import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How the line of a message for another server is written. Stateless: any thread.
final class ServerLine {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private ServerLine() {}

  /// The most bytes that [#put] writes.
  static int lengthMax(
      MessageFrame f,
      byte @Nullable [] named,
      byte @Nullable [] origin,
      byte @Nullable [] account,
      byte[][] queues,
      int count) {
    var length = 96 + f.subjectLength() + f.replyLength() + (account == null ? 0 : account.length);
    length += origin == null ? 0 : origin.length + 1;
    length += named == null ? 0 : 1 + named.length;
    for (var i = 0; i < count; i++) {
      length += queues[i].length + 1;
    }
    return length;
  }

  /// Writes the line to the array's beginning, see [Delivery#serverLine].
  ///
  /// @param named the subject that the other server's clients see, null for the frame's own
  /// @return its length
  static int put(
      byte[] to,
      MessageFrame f,
      byte @Nullable [] named,
      int source,
      long sequence,
      byte @Nullable [] origin,
      byte @Nullable [] account,
      byte[][] queues,
      int count) {
    var at = source < 0 ? 5 : tag(to, source, sequence);
    to[0] = (byte) (f.headerLength() > 0 ? 'H' : account == null ? 'L' : 'R');
    putVerb(to, source >= 0);
    if (origin != null) {
      to[0] = 'L';
      at = word(to, at, origin);
    }
    if (account != null) {
      at = word(to, at, account);
    }
    f.buffer().get(f.subjectAt(), to, at, f.subjectLength());
    at += f.subjectLength();
    to[at++] = ' ';
    if (count > 0) {
      to[at++] = (byte) (f.replyLength() > 0 ? '+' : '|');
      to[at++] = ' ';
    }
    if (f.replyLength() > 0) {
      f.buffer().get(f.replyAt(), to, at, f.replyLength());
      at += f.replyLength();
      if (named != null) { // the other server's clients see it under this subject
        to[at++] = '@';
        System.arraycopy(named, 0, to, at, named.length);
        at += named.length;
      }
      to[at++] = ' ';
    }
    for (var i = 0; i < count; i++) {
      at = word(to, at, queues[i]);
    }
    if (f.headerLength() > 0 || origin != null) {
      at = Delivery.digits(to, at, f.headerLength());
      to[at++] = ' ';
    }
    at = Delivery.digits(to, at, f.size());
    to[at++] = '\r';
    to[at++] = '\n';
    return at;
  }

  static void putVerb(byte[] to, boolean tagged) {
    to[1] = (byte) (tagged ? 'T' : 'M');
    to[2] = (byte) (tagged ? 'A' : 'S');
    to[3] = 'G';
  }

  /// Writes `source:sequence` and a blank behind the verb.
  private static int tag(byte[] to, int source, long sequence) {
    var at = Delivery.digits(to, 5, source);
    to[at++] = ':';
    var low = (int) sequence;
    var shift = Math.max(0, 28 - Integer.numberOfLeadingZeros(low) / 4 * 4);
    for (; shift >= 0; shift -= 4) {
      to[at++] = HEX[low >>> shift & 15];
    }
    to[at] = ' ';
    return at + 1;
  }

  private static int word(byte[] to, int at, byte[] word) {
    System.arraycopy(word, 0, to, at, word.length);
    to[at + word.length] = ' ';
    return at + word.length + 1;
  }
}

package io.frond.outage;

import io.frond.wire.MessageFrame;
import java.nio.ByteBuffer;

/// A message to append, as views of where it lies; reused for each message of a loop, and valid
/// during one call of `append`.
public final class OutageMessage {
  static final byte[] NONE = {};

  private MessageFrame frame = MessageFrame.blank();
  private byte[] suffix = NONE;
  private byte[][] queues = {};
  private int queueCount;
  private int queueBytes;

  /// Takes a frame as it is.
  public OutageMessage of(MessageFrame frame) {
    return of(frame, NONE, new byte[][] {}, 0);
  }

  /// @param suffix what is put behind the frame's reply, for example `@` and the subject that
  ///   clients are to see; empty for nothing
  /// @param queues the chosen queue groups; the first `queueCount` are valid
  public OutageMessage of(MessageFrame frame, byte[] suffix, byte[][] queues, int queueCount) {
    this.frame = frame;
    this.suffix = suffix;
    this.queues = queues;
    this.queueCount = queueCount;
    queueBytes = 0;
    for (var i = 0; i < queueCount; i++) {
      queueBytes += 2 + queues[i].length;
    }
    return this;
  }

  /// Writes the lengths of its parts into an entry.
  void putLengths(ByteBuffer to, int at) {
    to.putInt(at + Layout.SUBJECT_LENGTH, subjectLength());
    to.putInt(at + Layout.REPLY_LENGTH, replyLength());
    to.putInt(at + Layout.HEADER_LENGTH, headerLength());
    to.putInt(at + Layout.BODY_LENGTH, bodyLength());
    to.putInt(at + Layout.QUEUES, queueCount()); // and no kind
  }

  int subjectLength() {
    return frame.subjectLength();
  }

  int replyLength() {
    return frame.replyLength() + suffix.length;
  }

  int headerLength() {
    return frame.headerLength();
  }

  int bodyLength() {
    return frame.size();
  }

  int queueCount() {
    return queueCount;
  }

  /// Bytes of everything that [#copy] writes.
  int bytes() {
    return queueBytes + subjectLength() + replyLength() + bodyLength() + 2;
  }

  /// Writes queue names (each behind its length, u16), subject, reply, body and CR LF, one after
  /// the other.
  void copy(ByteBuffer to, int at) {
    var place = at;
    for (var i = 0; i < queueCount; i++) {
      var name = queues[i];
      to.putShort(place, (short) name.length);
      to.put(place + 2, name);
      place += 2 + name.length;
    }
    var from = frame.buffer();
    if (frame.subjectLength() > 0) {
      to.put(place, from, frame.subjectAt(), frame.subjectLength());
      place += frame.subjectLength();
    }
    if (frame.replyLength() > 0) { // an absent part has no place
      to.put(place, from, frame.replyAt(), frame.replyLength());
      place += frame.replyLength();
    }
    to.put(place, suffix);
    place += suffix.length;
    if (frame.size() > 0) {
      to.put(place, from, frame.bodyAt(), frame.size());
      place += frame.size();
    }
    to.put(place, (byte) '\r');
    to.put(place + 1, (byte) '\n');
  }
}

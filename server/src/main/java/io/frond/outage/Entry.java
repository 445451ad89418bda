package io.frond.outage;

import io.frond.wire.MessageFrame;
import java.nio.ByteBuffer;

/// An entry as it lies in the log's memory; reused for every entry of a cursor, so it is valid only
/// until the next call to its log or cursor. The loop.
public final class Entry {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private ByteBuffer bytes = NONE;
  private int at;
  private int queuesAt;
  private int subjectAt;

  /// @param pair bytes of each pair
  Entry place(ByteBuffer bytes, int at, int pair) {
    this.bytes = bytes;
    this.at = at;
    queuesAt = at + Layout.HEADER + pair * bytes.getInt(at + Layout.PAIRS);
    subjectAt = queuesAt;
    for (var i = 0; i < queueCount(); i++) {
      subjectAt += 2 + Short.toUnsignedInt(bytes.getShort(subjectAt));
    }
    return this;
  }

  public long sequence() {
    return bytes.getLong(at + Layout.SEQUENCE);
  }

  /// When it was appended: milliseconds since the epoch by the wall clock of then.
  public long timeMillis() {
    return bytes.getLong(at + Layout.TIME);
  }

  /// Whether it was appended for all sessions of the group, so that this one may not want it.
  public boolean isForAll() {
    return bytes.getInt(at + Layout.GROUP) != 0;
  }

  /// The memory that all places refer to, absolutely.
  public ByteBuffer buffer() {
    return bytes;
  }

  public int subjectAt() {
    return subjectAt;
  }

  public int subjectLength() {
    return bytes.getInt(at + Layout.SUBJECT_LENGTH);
  }

  /// 0 when there is no reply subject.
  public int replyLength() {
    return bytes.getInt(at + Layout.REPLY_LENGTH);
  }

  /// Bytes of the header block, 0 when there is none.
  public int headerLength() {
    return bytes.getInt(at + Layout.HEADER_LENGTH);
  }

  /// Bytes of headers and payload together.
  public int size() {
    return bytes.getInt(at + Layout.BODY_LENGTH);
  }

  /// Makes a frame one of this entry: subject, reply, body and CR LF lie one after the other.
  public MessageFrame frame(MessageFrame frame) {
    return frame.place(bytes, subjectAt, subjectLength(), replyLength(), headerLength(), size());
  }

  /// Queue groups that were chosen.
  public int queueCount() {
    return Short.toUnsignedInt(bytes.getShort(at + Layout.QUEUES));
  }

  /// Names of the chosen queue groups, in new arrays.
  public byte[][] queues() {
    var queues = new byte[queueCount()][];
    var place = queuesAt;
    for (var i = 0; i < queues.length; i++) {
      queues[i] = new byte[Short.toUnsignedInt(bytes.getShort(place))];
      bytes.get(place + 2, queues[i]);
      place += 2 + queues[i].length;
    }
    return queues;
  }

  public byte[] subject() {
    return copy(subjectAt, subjectLength());
  }

  public byte[] reply() {
    return copy(subjectAt + subjectLength(), replyLength());
  }

  /// Headers and payload.
  public byte[] body() {
    return copy(subjectAt + subjectLength() + replyLength(), size());
  }

  private byte[] copy(int from, int length) {
    var copy = new byte[length];
    bytes.get(from, copy);
    return copy;
  }
}

package io.frond.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A message as it lies in the read buffer: PUB, HPUB, RMSG, LMSG or HMSG, as offsets. Reused for
/// every message of one parser, so it is valid only during the call that hands it over and only on
/// that thread. The body is followed by CR LF in the buffer.
public final class MessageFrame {
  static final int QUEUES_MAX = 1024;

  ByteBuffer buffer;
  int originAt;
  int originLength;
  int accountAt;
  int accountLength;
  int subjectAt;
  int subjectLength;
  int replyAt;
  int replyLength;
  int headerLength;
  int bodyAt;
  int size;
  int source = -1;
  long sequenceLow;
  int queues;
  int[] queueAt = new int[4];
  int[] queueLength = new int[4];

  MessageFrame(ByteBuffer none) {
    buffer = none;
  }

  /// A frame of the server's own making.
  ///
  /// @param body headers (when `headerLength` is over 0) and payload
  public static MessageFrame of(byte[] subject, byte[] reply, int headerLength, byte[] body) {
    var all = new byte[subject.length + reply.length + body.length + 2];
    System.arraycopy(subject, 0, all, 0, subject.length);
    System.arraycopy(reply, 0, all, subject.length, reply.length);
    System.arraycopy(body, 0, all, subject.length + reply.length, body.length);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    var frame = new MessageFrame(ByteBuffer.wrap(all));
    frame.subjectLength = subject.length;
    frame.replyAt = subject.length;
    frame.replyLength = reply.length;
    frame.headerLength = headerLength;
    frame.bodyAt = subject.length + reply.length;
    frame.size = body.length;
    return frame;
  }

  /// An empty frame for [#place].
  public static MessageFrame blank() {
    return new MessageFrame(ByteBuffer.allocate(0));
  }

  /// Makes this the frame of a message that lies in a buffer: subject, reply, body and CR LF one
  /// after the other from `at` on.
  public MessageFrame place(
      ByteBuffer in, int at, int subjectLength, int replyLength, int headerLength, int size) {
    buffer = in;
    subjectAt = at;
    this.subjectLength = subjectLength;
    replyAt = at + subjectLength;
    this.replyLength = replyLength;
    this.headerLength = headerLength;
    bodyAt = replyAt + replyLength;
    this.size = size;
    queues = 0;
    return this;
  }

  /// This message with memory of its own, which may be kept.
  public MessageFrame copy() {
    return with(headerLength, body());
  }

  /// This message with another body, in memory of its own.
  public MessageFrame with(int headers, byte[] body) {
    var copy = of(subject(), reply(), headers, body);
    var at = copy.buffer.capacity();
    var more = accountLength + originLength;
    for (var i = 0; i < queues; i++) {
      more += queueLength[i];
    }
    var all = new byte[at + more];
    copy.buffer.get(0, all, 0, at);
    copy.buffer = ByteBuffer.wrap(all);
    copy.accountAt = at;
    copy.accountLength = accountLength;
    at = append(all, at, accountAt, accountLength);
    copy.originAt = at;
    copy.originLength = originLength;
    at = append(all, at, originAt, originLength);
    copy.queues = queues;
    copy.queueAt = new int[Math.max(1, queues)];
    copy.queueLength = new int[Math.max(1, queues)];
    for (var i = 0; i < queues; i++) {
      copy.queueAt[i] = at;
      copy.queueLength[i] = queueLength[i];
      at = append(all, at, queueAt[i], queueLength[i]);
    }
    copy.source = source;
    copy.sequenceLow = sequenceLow;
    return copy;
  }

  private int append(byte[] to, int at, int from, int length) {
    if (length > 0) {
      buffer.get(from, to, at, length);
    }
    return at + length;
  }

  /// The memory that all offsets refer to, absolutely.
  public ByteBuffer buffer() {
    return buffer;
  }

  public int subjectAt() {
    return subjectAt;
  }

  public int subjectLength() {
    return subjectLength;
  }

  public int replyAt() {
    return replyAt;
  }

  /// 0 when there is no reply subject.
  public int replyLength() {
    return replyLength;
  }

  /// Bytes of the header block, 0 when there is none.
  public int headerLength() {
    return headerLength;
  }

  /// Where headers and payload begin.
  public int bodyAt() {
    return bodyAt;
  }

  /// Bytes of headers and payload together, without the final CR LF.
  public int size() {
    return size;
  }

  /// Queue groups that the sending server chose; 0 when it named none.
  public int queueCount() {
    return queues;
  }

  public byte[] queue(int index) {
    return bytes(queueAt[index], queueLength[index]);
  }

  /// Whether the sending server chose this queue group.
  public boolean namesQueue(byte[] queue) {
    for (var i = 0; i < queues; i++) {
      if (queueLength[i] == queue.length && same(queueAt[i], queue)) {
        return true;
      }
    }
    return false;
  }

  private boolean same(int at, byte[] bytes) {
    for (var i = 0; i < bytes.length; i++) {
      if (buffer.get(at + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /// The sender's number of the source that the message is tagged with, -1 when it has no tag.
  public int source() {
    return source;
  }

  /// The low half of the sequence in its tag.
  public long sequenceLow() {
    return sequenceLow;
  }

  /// Length of the name of the leaves' cluster that a message on a route came from, 0 for none.
  public int originLength() {
    return originLength;
  }

  public boolean originIs(byte[] name) {
    return originLength == name.length && same(originAt, name);
  }

  public byte[] origin() {
    return bytes(originAt, originLength);
  }

  public boolean accountIs(byte[] name) {
    return accountLength == name.length && same(accountAt, name);
  }

  public byte[] account() {
    return bytes(accountAt, accountLength);
  }

  public byte[] subject() {
    return bytes(subjectAt, subjectLength);
  }

  public byte[] reply() {
    return bytes(replyAt, replyLength);
  }

  /// Headers and payload, copied.
  public byte[] body() {
    return bytes(bodyAt, size);
  }

  public String subjectText() {
    return new String(subject(), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int at, int length) {
    var copy = new byte[length];
    if (length > 0) { // an absent part has no place
      buffer.get(at, copy);
    }
    return copy;
  }
}

package io.frond.stream;

import java.nio.ByteBuffer;

/// Answers to publishers: none while entries are applied again, none where the stream gives no
/// acknowledgements, none to a message without a reply subject. The shard's thread.
final class Answers {
  private final Stream stream;
  private final PubAck ack;
  private long refused;

  Answers(Stream stream) {
    this.stream = stream;
    ack = new PubAck(stream.config().name(), stream.domain());
  }

  /// What acknowledgements are written with.
  PubAck ack() {
    return ack;
  }

  /// Messages that were refused since the stream was opened.
  long refused() {
    return refused;
  }

  boolean wanted(Incoming message) {
    return wanted(message.replyLength());
  }

  private boolean wanted(int replyLength) {
    return stream.isLive() && replyLength > 0 && !stream.config().noAck();
  }

  void give(Incoming message, PubAck with) {
    give(message.entry(), message.replyAt(), message.replyLength(), with);
  }

  void give(ByteBuffer from, int replyAt, int replyLength, PubAck with) {
    give(from, replyAt, replyLength, with.bytes(), with.length());
  }

  /// Gives an answer of the caller's own making.
  void give(ByteBuffer from, int replyAt, int replyLength, byte[] body, int length) {
    if (wanted(replyLength)) {
      stream.outlet().answer(from, replyAt, replyLength, body, length);
    }
  }

  void refuse(Incoming message, ApiError error) {
    refuse(message.entry(), message.replyAt(), message.replyLength(), error);
  }

  void refuse(ByteBuffer from, int replyAt, int replyLength, ApiError error) {
    refused++;
    if (wanted(replyLength)) {
      var said = ack.refusal(error);
      stream.outlet().answer(from, replyAt, replyLength, said, said.length);
    }
  }
}

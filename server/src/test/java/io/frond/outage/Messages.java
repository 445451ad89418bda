package io.frond.outage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.frond.wire.MessageFrame;

/// Messages for the tests.
final class Messages {
  private Messages() {}

  static OutageMessage message(String subject, String body) {
    return new OutageMessage()
        .of(MessageFrame.of(subject.getBytes(UTF_8), new byte[0], 0, body.getBytes(UTF_8)));
  }

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}

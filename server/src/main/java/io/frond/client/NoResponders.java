package io.frond.client;

import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;

/// The answer of the server itself to a request that nobody listens to: status 503 with the
/// request's subject.
final class NoResponders {
  private NoResponders() {}

  static byte[] message(MessageFrame request, byte[] sid) {
    var header = "NATS/1.0 503\r\nNats-Subject: " + text(request.subject()) + "\r\n\r\n";
    var length = header.length();
    var message =
        "HMSG " + text(request.reply()) + " " + text(sid) + " " + length + " " + length + "\r\n";
    return (message + header + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /// One character for each byte, so that lengths are bytes.
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

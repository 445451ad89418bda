package io.frond.wire;

import java.nio.charset.StandardCharsets;

/// The answer of a server itself to a request that nobody takes: status 503 with the request's
/// subject and no payload (NATS client protocol, ADR-4). Stateless.
public final class NoResponders {
  private NoResponders() {}

  /// The headers of the answer.
  public static byte[] headers(byte[] subject) {
    return bytes(header(subject));
  }

  /// The whole answer to a client.
  ///
  /// @param sid of the client's subscription to the reply subject
  public static byte[] message(MessageFrame request, byte[] sid) {
    var header = header(request.subject());
    var length = header.length();
    var line =
        "HMSG " + text(request.reply()) + " " + text(sid) + " " + length + " " + length + "\r\n";
    return bytes(line + header + "\r\n");
  }

  private static String header(byte[] subject) {
    return "NATS/1.0 503\r\nNats-Subject: " + text(subject) + "\r\n\r\n";
  }

  /// One character for each byte, so that lengths are bytes.
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

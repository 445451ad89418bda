package io.frond.session;

import io.frond.wire.MessageFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Marks what may come behind later messages. What a server of a cluster kept before its restart:
/// its publishers may have gone on at another server meanwhile, whose messages the receiver has had
/// already; the header tells the server and when the message was published. And what the others
/// sent on to a server while it was out of their reach, when the leaf had come to it meanwhile: the
/// header tells that server and when the message came to it. Immutable.
public final class Late {
  /// The header's name.
  public static final String HEADER = "Frond-Late";

  private static final byte[] VERSION = bytes("NATS/1.0\r\n");
  private static final byte[] CRLF = {'\r', '\n'};

  private final String server;
  private final int sizeMax;

  /// @param server this server's name
  /// @param sizeMax of a message with its headers; one that the header would make larger goes as it
  ///   is
  public Late(String server, int sizeMax) {
    this.server = server;
    this.sizeMax = sizeMax;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// @param timeMillis when it was published, or came, by the wall clock
  /// @return the message with the header
  public MessageFrame mark(MessageFrame frame, long timeMillis) {
    var header = bytes(HEADER + ": " + server + ' ' + Instant.ofEpochMilli(timeMillis) + "\r\n");
    if (frame.size() + VERSION.length + header.length + CRLF.length > sizeMax) {
      return frame;
    }
    var body = frame.body();
    var given = frame.headerLength();
    var all = new ByteArrayOutputStream(body.length + header.length + 16);
    if (given > CRLF.length) {
      all.write(body, 0, given - CRLF.length);
    } else {
      all.writeBytes(VERSION);
    }
    all.writeBytes(header);
    all.writeBytes(CRLF);
    var headerLength = all.size();
    all.write(body, given, body.length - given);
    return frame.with(headerLength, all.toByteArray());
  }
}

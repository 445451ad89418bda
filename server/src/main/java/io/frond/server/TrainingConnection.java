package io.frond.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client of the [Training], on a blocking socket, so that nothing of a client library gets into
/// the AOT cache. It looks for texts in what comes, nothing more. The training's thread only.
final class TrainingConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 3000;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Socket socket;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /// What was read and not yet looked at.
  private final StringBuilder unread = new StringBuilder();

  TrainingConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Waits until the server has handled all that was sent.
  void ping() throws IOException {
    send("PING\r\n");
    await("PONG\r\n", 1);
  }

  /// Reads until the text has come as often as said.
  void await(String text, int times) throws IOException {
    var left = times;
    while (true) {
      var from = 0;
      for (var at = unread.indexOf(text); at >= 0 && left > 0; at = unread.indexOf(text, from)) {
        from = at + text.length();
        left--;
      }
      // The end may be the beginning of the next one.
      unread.delete(0, Math.max(from, left > 0 ? unread.length() - text.length() : 0));
      if (left == 0) {
        return;
      }
      var count = socket.getInputStream().read(buffer);
      if (count < 0) {
        throw new IOException("closed before " + text);
      }
      unread.append(new String(buffer, 0, count, ISO_8859_1));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

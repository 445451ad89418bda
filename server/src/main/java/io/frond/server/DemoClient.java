package io.frond.server;

import io.frond.options.HostPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Just enough of a NATS client to show what the servers do. One thread.
final class DemoClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final BufferedInputStream in;
  private int sids;

  DemoClient(HostPort server) throws IOException {
    socket = new Socket(server.host(), server.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    line();
    say("CONNECT {\"verbose\":false,\"lang\":\"demo\",\"version\":\"1\",\"protocol\":0}\r\n");
    flush();
  }

  private void say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  void subscribe(String subject) throws IOException {
    sids++;
    say("SUB " + subject + " " + sids + "\r\n");
    flush();
  }

  void publish(String subject, String text) throws IOException {
    var length = text.getBytes(StandardCharsets.UTF_8).length;
    say("PUB " + subject + " " + length + "\r\n" + text + "\r\n");
  }

  /// Waits until the server has handled all that was said.
  void flush() throws IOException {
    say("PING\r\n");
    for (var line = line(); !line.equals("PONG"); line = line()) {
      if (line.startsWith("PING")) {
        say("PONG\r\n");
      } else if (line.startsWith("-ERR")) {
        throw new IOException(line);
      }
    }
  }

  /// The text of the next message; waits five seconds at most.
  String next() throws IOException {
    for (; ; ) {
      var line = line();
      if (line.startsWith("MSG ")) {
        var size = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
        var text = new String(in.readNBytes(size), StandardCharsets.UTF_8);
        line();
        return text;
      }
      if (line.startsWith("PING")) {
        say("PONG\r\n");
      }
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (var c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

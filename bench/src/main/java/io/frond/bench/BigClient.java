package io.frond.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// A client that can do what [Big] needs: publish without waiting, and send many requests at once.
/// One thread.
final class BigClient implements AutoCloseable {
  /// Requests on their way.
  private static final int WINDOW = 64;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  BigClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(5));
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
    send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"big\"}\r\n");
    send("SUB _INBOX.big 1\r\n");
    flush();
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] text) throws IOException {
    out.write(text);
  }

  /// Returns when the server has read all that was sent.
  void flush() throws IOException {
    send("PING\r\n");
    while (!line().equals("PONG")) {
      // INFO, or another ping was answered
    }
  }

  private String line() throws IOException {
    while (true) {
      var text = new StringBuilder();
      for (var c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the server closed the connection");
        }
        if (c != '\r') {
          text.append((char) c);
        }
      }
      var line = text.toString();
      if (line.equals("PING")) {
        send("PONG\r\n");
      } else if (line.startsWith("-ERR")) {
        throw new IOException(line);
      } else {
        return line;
      }
    }
  }

  private String message() throws IOException {
    var line = line();
    while (!line.startsWith("MSG ")) {
      line = line();
    }
    var body = in.readNBytes(Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
    line();
    return new String(body, StandardCharsets.UTF_8);
  }

  /// Makes the text of a request's subject or body from its number.
  interface Numbered {
    String of(int number);
  }

  /// Sends requests, a window of them at a time; each has to succeed.
  void requests(int from, int to, Numbered subject, Numbered body) throws IOException {
    var sent = from;
    for (var answered = from; answered < to; answered++) {
      for (; sent < to && sent < answered + WINDOW; sent++) {
        var text = body.of(sent);
        send("PUB " + subject.of(sent) + " _INBOX.big " + text.length() + "\r\n" + text + "\r\n");
      }
      var answer = message();
      if (answer.contains("\"error\":")) {
        throw new IOException(answer);
      }
    }
  }

  String request(String subject, String body) throws IOException {
    send("PUB " + subject + " _INBOX.big " + body.length() + "\r\n" + body + "\r\n");
    return message();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

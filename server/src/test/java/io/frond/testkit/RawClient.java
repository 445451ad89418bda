package io.frond.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client that says exactly what a test tells it to, on a blocking socket, and compares what
/// comes line by line. PINGs of the server are answered and left out unless asked for. The test's
/// thread only.
public final class RawClient implements AutoCloseable {
  /// A CONNECT as client libraries send it, without credentials.
  public static final String USUAL =
      "{\"verbose\":false,\"pedantic\":false,\"tls_required\":false,\"lang\":\"raw\","
          + "\"version\":\"1\",\"protocol\":1,\"echo\":true,\"headers\":true,\"no_responders\":true}";

  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;
  private final String greeting;
  private @Nullable JsonObject connectInfo;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
    greeting = Objects.requireNonNull(read(), "no greeting");
  }

  /// Connects and reads the greeting: the INFO, or an error.
  public static RawClient open(TestServer server) {
    return open(server.port());
  }

  public static RawClient open(int port) {
    try {
      return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As [#open] on a socket that the caller has made; a TLS socket, say.
  public static RawClient over(Socket socket) {
    try {
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A client whose socket takes little at a time, for tests of slow receivers.
  public static RawClient openWithSmallBuffer(int port, int receiveBytes) {
    try {
      var socket = new Socket();
      socket.setReceiveBufferSize(receiveBytes);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A client that has connected as client libraries do.
  public static RawClient connected(TestServer server) {
    return open(server).connect(USUAL);
  }

  /// A client that has connected with [#USUAL] and more fields, `"user":"a","pass":"b"` say.
  public static RawClient connected(TestServer server, String fields) {
    return open(server).connect(with(fields));
  }

  /// [#USUAL] with more fields.
  public static String with(String fields) {
    return USUAL.substring(0, USUAL.length() - 1) + "," + fields + "}";
  }

  /// The first line that came.
  public String greeting() {
    return greeting;
  }

  /// What the greeting's INFO says.
  public JsonObject info() {
    return info(greeting);
  }

  /// What an INFO line says.
  public static JsonObject info(String line) {
    if (!line.startsWith("INFO {")) {
      throw new AssertionError("no INFO: " + line);
    }
    try {
      return JsonObject.parse(line.substring(5).getBytes(UTF_8));
    } catch (JsonException e) {
      throw new AssertionError(line, e);
    }
  }

  /// Sends the CONNECT and waits until the server took it, and for the INFO that a client then gets
  /// which understands it.
  public RawClient connect(String json) {
    send("CONNECT " + json);
    ping();
    if (connectInfo == null && json.contains("\"protocol\":1")) {
      connectInfo = info(line());
    }
    return this;
  }

  /// What the INFO behind the first PONG said.
  public JsonObject connectInfo() {
    return Objects.requireNonNull(connectInfo, "connect first");
  }

  /// Sends lines, each ended by CR LF.
  public RawClient send(String... lines) {
    return raw(String.join("\r\n", lines) + "\r\n");
  }

  public RawClient raw(String text) {
    return raw(text.getBytes(UTF_8));
  }

  public RawClient raw(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until the server has handled all that was sent, and nothing but the PONG came.
  public void ping() {
    send("PING");
    expect("PONG");
  }

  /// The next lines are these.
  public RawClient expect(String... lines) {
    for (var wanted : lines) {
      var line = line();
      if (!wanted.equals(line)) {
        throw new AssertionError("expected <" + wanted + "> but came <" + line + ">");
      }
    }
    return this;
  }

  /// The next line is this error.
  public RawClient expectError(String text) {
    return expect("-ERR '" + text + "'");
  }

  /// The server closes the connection and says nothing before.
  public void expectClosed() {
    var line = read();
    if (line != null && !line.equals("PING")) {
      throw new AssertionError("expected the end but came <" + line + ">");
    }
  }

  /// The server cuts the connection off, as nats-server does with data that it has not read.
  public void expectReset() {
    try {
      throw new AssertionError("expected a reset but came " + in.read());
    } catch (SocketException e) {
      // as expected
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next line that is no PING, without its end; those that come before are answered.
  public String line() {
    while (true) {
      var line = read();
      if (line == null) {
        throw new AssertionError("the server closed the connection");
      }
      if (!line.equals("PING")) {
        return line;
      }
      send("PONG");
    }
  }

  /// The next line, PINGs too; null at the end.
  public @Nullable String read() {
    try {
      var line = new ByteArrayOutputStream();
      for (var b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          return line.toString(UTF_8).stripTrailing();
        }
        line.write(b);
      }
      return null;
    } catch (SocketException e) {
      return null; // a reset is an end
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads everything until the end and tells how many bytes that were.
  public long drain() {
    try {
      return in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      return -1; // reset
    }
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

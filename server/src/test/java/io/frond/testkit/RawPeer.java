package io.frond.testkit;

import io.frond.server.FrondServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A socket that speaks as another server would, over a route or a leaf link.
public final class RawPeer implements AutoCloseable {
  /// The server that [#connect] and [#info] introduce.
  public static final String ID = "NPEER";

  private final Socket socket;
  private final BufferedReader in;

  private RawPeer(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    var info = line();
    if (!info.startsWith("INFO {")) {
      throw new IOException("no INFO but " + info);
    }
  }

  /// Dials the route port, and reads the INFO.
  public static RawPeer routeTo(FrondServer server) throws IOException {
    return new RawPeer(TestCluster.routePort(server));
  }

  /// Dials the leaf port, and introduces a server of this cluster of leaves.
  public static RawPeer leafOf(FrondServer server, String name, String cluster) throws IOException {
    return leafOf(server, name, cluster, "");
  }

  /// @param more of the CONNECT's JSON, beginning with a comma
  public static RawPeer leafOf(FrondServer server, String name, String cluster, String more)
      throws IOException {
    var peer = new RawPeer(Objects.requireNonNull(server.leaves().listening()).port());
    peer.send(
        "CONNECT {\"server_id\":\"N"
            + name
            + "\",\"name\":\""
            + name
            + "\",\"headers\":true,\"cluster\":\""
            + cluster
            + "\",\"remote_account\":\"$G\""
            + more
            + "}\r\n");
    var lines = peer.linesToPong();
    if (lines.stream().anyMatch(it -> it.startsWith("-ERR"))) {
      throw new IOException(lines.toString());
    }
    return peer;
  }

  /// The CONNECT of a route.
  public static String connect(String cluster, String more) {
    return "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
        + "\"headers\":true,\"name\":\""
        + ID
        + "\",\"cluster\":\""
        + cluster
        + "\""
        + more
        + "}\r\n";
  }

  /// The INFO of a route.
  public static String info(String cluster, String more) {
    return "INFO {\"server_id\":\""
        + ID
        + "\",\"server_name\":\"peer\",\"version\":\"2.14.5\",\"host\":\"127.0.0.1\",\"port\":1,"
        + "\"headers\":true,\"max_payload\":1048576,\"proto\":1,\"cluster\":\""
        + cluster
        + "\""
        + more
        + "}\r\n";
  }

  public void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The next line, "end" at the connection's end; without the interest in requests of the system
  /// account that every server has.
  public String line() throws IOException {
    var line = in.readLine();
    while (line != null && line.startsWith("RS+ $SYS $SYS.")) {
      line = in.readLine();
    }
    return line == null ? "end" : line;
  }

  /// All lines that were on their way. A PONG may overtake what was queued before it, but not what
  /// was queued before the PING that got the PONG before.
  public List<String> linesToPong() throws IOException {
    var lines = new ArrayList<String>();
    for (var round = 0; round < 2; round++) {
      send("PING\r\n");
      for (var line = line(); !line.equals("PONG"); line = line()) {
        if (line.equals("end")) {
          throw new IOException("the server closed: " + lines);
        }
        if (!line.equals("PING")) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

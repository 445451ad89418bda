package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// Which hub a leaf of several remotes has, when the servers of a core without a cluster name are
/// started anew or say that they are one.
class FormerHubTest extends NamelessCoreTest {
  private TestServer leaf(int... hubs) {
    var remotes = new StringBuilder();
    for (var hub : hubs) {
      remotes.append(" { url: \"nats://127.0.0.1:").append(hub).append("\" },");
    }
    return TestServer.start(
        "server_name: leaf",
        "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
        "leaf { reconnect: 100ms, remotes [" + remotes + " ] }");
  }

  /// The servers do not even have to meet again.
  @Test
  void aCoreThatWasStartedAnewIsTheSameHub() throws Exception {
    var one = TestServer.freePort();
    var two = TestServer.freePort();
    var first = TestServer.freePort();
    var second = TestServer.freePort();
    try (var leaf = leaf(one, two)) {
      try (var a = TestServer.startAt(one, core("a", first, second));
          var b = TestServer.startAt(two, core("b", second, first))) {
        Await.until(
            "the leaf has one hub", () -> hubs(leaf).size() == 1 && links(a) + links(b) == 1);
        Await.until(
            "both have kept the same name",
            () -> !kept("a").isEmpty() && kept("a").equals(kept("b")));
      }
      var before = hubs(leaf);
      try (var a = TestServer.startAt(one, core("a", first));
          var b = TestServer.startAt(two, core("b", second))) {
        Await.until("the leaf is joined", () -> links(a) + links(b) == 1);
        Await.until(
            "the other remote stands by",
            () ->
                leaf.server().leaves().remotes().stream()
                        .filter(it -> it.state() == RemoteStatus.State.JOINED)
                        .count()
                    == 1);
        Await.until("it is the hub that it was", () -> hubs(leaf).equals(before));
        Await.until("there is one link", () -> links(a) + links(b) == 1);
      }
    }
  }

  private static int links(TestServer hub) {
    return hub.server().leaves().leaves().size();
  }

  private String kept(String name) {
    try {
      var file = folder.resolve(name).resolve("jetstream/frond/outage/cluster");
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void aNameThatIsDamagedIsMadeAnew() throws Exception {
    var port = TestServer.freePort();
    var file = folder.resolve("a").resolve("jetstream/frond/outage/cluster");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "not a name\n");
    try (var a = TestServer.start(core("a", port))) {
      Await.until("it is told", () -> a.logged("is damaged: another one is made"));
      Await.until("another one is kept", () -> kept("a").strip().length() == 22);
      var made = kept("a").strip();
      Await.until("it is the cluster's", () -> a.logged("Cluster name is " + made));
    }
  }

  /// Says that it is a hub of its own, and then that another link leads to it, too.
  private static final class Twin implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    Twin() throws IOException {}

    int port() {
      return listener.getLocalPort();
    }

    /// @param joined the leaf has taken it for a hub
    void refuse(Runnable joined) throws IOException {
      try (var socket = listener.accept();
          var in =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
        var out = socket.getOutputStream();
        var info =
            "INFO {\"server_id\":\"NTWIN\",\"server_name\":\"twin\",\"version\":\"2.14.5\","
                + "\"cluster\":\"0123456789012345678901\",\"headers\":true,\"client_id\":7,"
                + "\"max_payload\":1048576,\"go\":\"frond\",\"frond_resume\":1,"
                + "\"leafnode_urls\":[\"127.0.0.1:"
                + port()
                + "\"]}\r\n";
        out.write(info.getBytes(StandardCharsets.US_ASCII));
        for (var line = in.readLine();
            line != null && !line.startsWith("CONNECT");
            line = in.readLine()) {}
        joined.run();
        var refusal = "-ERR 'Duplicate Remote LeafNode Connection'\r\n";
        out.write(refusal.getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
      listener.close();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  @Test
  void nothingIsKeptForAHubThatSaysItIsAnother() throws Exception {
    try (var twin = new Twin();
        var a = TestServer.start(core("a", TestServer.freePort()));
        var leaf = leaf(a.port(), twin.port())) {
      Await.until("the leaf is joined", () -> links(a) == 1);
      twin.refuse(() -> Await.until("the leaf has two hubs", () -> hubs(leaf).size() == 2));
      Await.until("the leaf has one", () -> hubs(leaf).size() == 1);
      assertEquals(1, links(a));
    }
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.RawClient;
import io.frond.testkit.RawPeer;
import io.frond.testkit.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operations of links that resume, from those who should not send them, or not so.
class SessionPeerTest {
  @TempDir Path folder;
  private Fleet fleet;
  private FrondServer hub;

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    hub =
        fleet.frond(
            "hub",
            "jetstream { store_dir: \""
                + folder.resolve("hub")
                + "\" }\nleafnodes { listen: \"127.0.0.1:-1\" }\n"
                + "cluster { name: core, listen: \"127.0.0.1:-1\" }\n");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private RawPeer leaf() throws IOException {
    return RawPeer.leafOf(
        hub, "L", "C", ",\"frond_session\":\"abc\",\"frond_link\":1,\"jetstream\":true");
  }

  private RawPeer route(String more) throws IOException {
    var peer = RawPeer.routeTo(hub);
    peer.send(RawPeer.connect("core", "") + RawPeer.info("core", more));
    TestCluster.awaitPeers(hub, 1);
    return peer;
  }

  private static void assertEnds(RawPeer peer, String line) throws IOException {
    peer.send(line + "\r\nhi\r\n");
    for (var read = peer.line(); !read.equals("end"); read = peer.line()) {
      assertTrue(!read.startsWith("+OK"), read);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SRC 0 x 1",
        "LTAG 0:1 a 2",
        "HTAG 0:1 a 0 2",
        "RTAG 0:1 A a 2",
        "LACK x 1",
        "LAGN x 1",
        "LEND x",
        "LS=",
        "FENCE 1",
        "FENCED 1",
        "SES A {}",
        "SS+ A i s",
        "SACK A i s 1",
        "LDOM A {}"
      })
  void whoDidNotSayThatItResumesIsRefused(String line) throws Exception {
    try (var client = RawClient.open(Fleet.port(hub))) {
      client.connect(RawClient.USUAL).raw(line + "\r\nhi\r\n");
      client.expectError("Unknown Protocol Operation");
      client.expectClosed();
    }
    try (var leaf = RawPeer.leafOf(hub, "L", "C")) {
      assertEnds(leaf, line);
    }
    try (var route = route("")) {
      assertEnds(route, line);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LTAG 0:1 a 2",
        "LTAG 70000:1 a 2",
        "SRC 65536 x 1",
        "SRC 0 x 2147483648",
        "RTAG 0:1 A a 2",
        "FENCE 1",
        "SES $G {}",
        "SS+ $G i s",
        "LDOM $G {}"
      })
  void aLeafThatResumesMustKeepToItsOperations(String line) throws Exception {
    try (var leaf = leaf()) {
      assertEnds(leaf, line);
    }
  }

  @Test
  void aMessageThatComesAgainIsDroppedAndSettled() throws Exception {
    var wanted = subscribe(fleet.client(hub), "a");
    try (var leaf = leaf()) {
      leaf.send("SRC 3 src 7\r\nLTAG 3:1 a 3\r\none\r\nLTAG 3:1 a 3\r\none\r\n");
      leaf.send("LTAG 3:3 a 5\r\nthree\r\nLTAG 3:2 a 3\r\ntwo\r\nLTAG 3:4 a 4\r\nfour\r\n");
      assertEquals("one", next(wanted));
      assertEquals("three", next(wanted));
      assertEquals("four", next(wanted));
      var last = (7L << 32) + 4;
      for (var line = leaf.line(); !line.equals("LACK src " + last); line = leaf.line()) {
        assertTrue(!line.equals("end"), "the server closed");
      }
    }
    try (var again = leaf()) {
      again.send("SRC 0 src 7\r\nLTAG 0:4 a 4\r\nfour\r\nLTAG 0:5 a 4\r\nfive\r\n");
      assertEquals("five", next(wanted));
    }
  }

  /// What told it so may have been lost with the route that it came over.
  @Test
  void whoSendsAgainWhatIsSettledIsToldAgain() throws Exception {
    try (var leaf = leaf()) {
      leaf.send("SRC 3 src 7\r\n");
      var settled = "LACK src " + ((7L << 32) + 2);
      for (var times = 0; times < 3; times++) {
        leaf.send("LTAG 3:1 a 3\r\none\r\nLTAG 3:2 a 3\r\ntwo\r\n");
        for (var line = leaf.line(); !line.equals(settled); line = leaf.line()) {
          assertTrue(!line.equals("end"), "the server closed");
        }
      }
    }
  }

  private RawPeer resumingRoute() throws IOException {
    return route(",\"go\":\"frond\",\"frond_resume\":2");
  }

  /// So the other server knows that what it does not hear of may come by another way.
  @Test
  void whenALeafComesAgainOthersAreToldItsSourceAgain() throws Exception {
    try (var route = resumingRoute()) {
      route.send("RS+ $G a\r\n");
      for (var n = 1; n < 4; n++) {
        try (var leaf = leaf()) {
          leaf.send("SRC 3 src 7\r\n");
          for (var i = 1; i < 3; i++) {
            leaf.send("LTAG 3:" + (10 * n + i) + " a 2\r\nhi\r\n");
            if (i == 1) {
              assertEquals("SRC 0 src 7", answering(route, "SRC"));
            }
            var tag = "RTAG 0:" + (10 * n + i) + " ";
            assertTrue(answering(route, "RTAG").startsWith(tag), tag);
          }
        }
      }
    }
  }

  /// The next line of a kind, or the message after it; fences are answered.
  private static String answering(RawPeer route, String start) throws IOException {
    var line = route.line();
    while (!line.startsWith(start)) {
      assertTrue(!line.equals("end") && !line.startsWith("SRC"), line);
      if (line.startsWith("FENCE ")) {
        route.send("FENCED" + line.substring("FENCE".length()) + "\r\n");
      }
      line = route.line();
    }
    return line;
  }

  @Test
  void whatAServerThatWasNotHeardHadIsTakenLateAndMarked() throws Exception {
    var wanted = subscribe(fleet.client(hub), "a");
    try (var route = resumingRoute();
        var leaf = leaf()) {
      route.send("SRC 0 src 7\r\nRTAG 0:4 $G a 3\r\none\r\n");
      assertEquals("one", next(wanted));
      leaf.send("SRC 3 src 7\r\nLTAG 3:10 a 3\r\ntwo\r\n");
      assertEquals("two", next(wanted));
      route.send("RTAG 0:4 $G a 3\r\none\r\nRTAG 0:5 $G a 4\r\nlate\r\n");
      var late = Objects.requireNonNull(wanted.nextMessage(Fleet.WAIT));
      assertEquals("late", new String(late.getData(), StandardCharsets.UTF_8));
      assertTrue(String.valueOf(late.getHeaders().getFirst("Frond-Late")).startsWith("hub 20"));
      route.send("RTAG 0:5 $G a 4\r\nlate\r\nRTAG 0:10 $G a 3\r\ntwo\r\n");
      leaf.send("LTAG 3:5 a 4\r\nlate\r\nLTAG 3:11 a 5\r\nthree\r\n");
      assertEquals("three", next(wanted));
    }
  }

  @Test
  void newsThatMakeNoSenseEndNothing() throws Exception {
    try (var route = resumingRoute()) {
      route.send("SES $G {}\r\nSES $G x\r\nSES $G {\"session\":\"q\",\"state\":\"none\"}\r\n");
      route.send("SS+ $G nobody a.b\r\nSS- $G nobody a.b\r\nSACK $G nobody x 5\r\n");
      route.send("LDOM $G {}\r\nLDOM $G x\r\nSES nobody {}\r\nFENCED 99\r\nFENCE 5\r\n");
      for (var line = route.line(); !line.equals("FENCED 5"); line = route.line()) {
        assertTrue(!line.equals("end"), "the server closed");
      }
      assertEnds(route, "RTAG 65536:1 $G a 2");
    }
  }
}

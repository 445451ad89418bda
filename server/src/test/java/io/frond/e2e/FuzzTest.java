package io.frond.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bad input at every listener: no exception escapes, nobody else notices, memory stays bounded.
/// The property `frond.fuzz.cases` says how many cases, `frond.fuzz.seed` repeats a run.
@Tag("fuzz")
class FuzzTest {
  private static final int CASES = Integer.getInteger("frond.fuzz.cases", 2000);
  private static final int LINGERING_MAX = 50;
  private static final int CANARY_EVERY = 50;
  private static final long DIRECT_MAX = 64L << 20;
  private static final long HEAP_GROWTH_MAX = 64L << 20;

  private final long seed = Long.getLong("frond.fuzz.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final BadInput input = new BadInput(random);
  private final ArrayList<Socket> lingering = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void badInputHarmsNobody() throws Exception {
    var cluster = TestServer.freePort();
    var leaf = TestServer.freePort();
    var websocket = TestServer.freePort();
    var http = TestServer.freePort();
    try (var plain =
            TestServer.start(
                "max_payload: 65536",
                "http: \"127.0.0.1:" + http + "\"",
                "cluster { name: F, listen: \"127.0.0.1:" + cluster + "\" }",
                "leafnodes { listen: \"127.0.0.1:" + leaf + "\" }",
                "websocket { listen: \"127.0.0.1:" + websocket + "\", no_tls: true }");
        var allowing =
            TestServer.start("authorization { allowed_leaf_cidrs: [ \"127.0.0.0/8\" ] }");
        var secure = TestServer.start(tls());
        var withUsers = TestServer.start("authorization { user: a, password: b, timeout: 1 }")) {
      var ports =
          List.of(
              plain.port(),
              cluster,
              leaf,
              websocket,
              http,
              allowing.port(),
              secure.port(),
              withUsers.port());
      throwAt(ports, List.of(plain, allowing));
      for (var server : List.of(plain, allowing, secure, withUsers)) {
        settle(server);
      }
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
  }

  private String tls() {
    var certificates = TestCertificates.create(folder);
    var issued = certificates.server();
    return "tls { cert_file: \"%s\", key_file: \"%s\", timeout: 1 }"
        .formatted(issued.certificate(), issued.key());
  }

  private void throwAt(List<Integer> ports, List<TestServer> watched) throws IOException {
    System.out.println("fuzz seed " + seed + ", " + CASES + " cases");
    var canaries = new ArrayList<RawClient>();
    var heapBefore = heap();
    for (var server : watched) {
      var canary = RawClient.connected(server);
      canary.send("SUB canary.> 1").ping();
      canaries.add(canary);
    }
    for (var i = 0; i < CASES; i++) {
      throwOne(ports.get(random.nextInt(ports.size())));
      if (i % CANARY_EVERY == 0) {
        for (var canary : canaries) {
          canary.send("PUB canary.alive 4", "tell").expect("MSG canary.alive 1 4", "tell");
        }
        for (var server : watched) {
          var direct = server.server().core().loops().allocatedBytes();
          assertTrue(direct < DIRECT_MAX, direct + " bytes allocated");
        }
      }
    }
    for (var socket : lingering) {
      socket.close();
    }
    for (var canary : canaries) {
      canary.ping();
      canary.close();
    }
    var grown = heap() - heapBefore;
    assertTrue(grown < HEAP_GROWTH_MAX, "the heap grew by " + grown + " bytes");
  }

  /// One connection that sends bad input, whole or in pieces, and then ends, is reset or stays.
  private void throwOne(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      socket.setTcpNoDelay(true);
      var out = socket.getOutputStream();
      var bytes = input.next();
      if (random.nextInt(4) == 0) {
        for (var at = 0; at < bytes.length; ) {
          var length = Math.min(bytes.length - at, 1 + random.nextInt(64));
          out.write(bytes, at, length);
          at += length;
        }
      } else {
        out.write(bytes);
      }
    } catch (IOException e) {
      // the server has closed it already, as it may
    }
    switch (random.nextInt(8)) {
      case 0 -> linger(socket);
      case 1 -> {
        socket.setSoLinger(true, 0); // a reset
        socket.close();
      }
      default -> socket.close();
    }
  }

  /// A slow-loris connection: it stays open and now and then sends a byte.
  private void linger(Socket socket) throws IOException {
    lingering.add(socket);
    if (lingering.size() > LINGERING_MAX) {
      lingering.removeFirst().close();
    }
    var other = lingering.get(random.nextInt(lingering.size()));
    try {
      other.getOutputStream().write(random.nextInt(256));
    } catch (IOException e) {
      other.close();
    }
  }

  private static long heap() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// All connections end, and the server still serves.
  private static void settle(TestServer server) {
    Await.until("all clients are gone", () -> server.clients() == 0);
    assertTrue(server.server().awaitReady(Duration.ofSeconds(1)));
    var escaped = server.log().stream().filter(TestServer::tellsOfAnException).toList();
    assertTrue(escaped.isEmpty(), () -> String.join("\n", escaped));
  }

  @Test
  void inputIsReallyBad() {
    var different = new HashSet<String>();
    for (var i = 0; i < 200; i++) {
      different.add(new String(input.next(), ISO_8859_1));
    }
    assertTrue(different.size() > 150, different.size() + " different of 200");
  }
}

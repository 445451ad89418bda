package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leaf says of a message that it is through with it when a client that takes its time has it.
class KilledLeafTest {
  private static final int COUNT = 4000;
  private static final int SIZE = 4096;
  private static final byte MARK = 1;
  private static final int READ_AT_A_TIME = 64 << 10;
  private static final long PAUSE_NANOS = 1_000_000;

  @TempDir Path folder;

  @Test
  void whatAKilledLeafHasSettledItsClientsHave() throws Exception {
    try (var fleet = new Fleet(folder)) {
      var hub =
          fleet.frond(
              "hub",
              LOOPBACK_LIST + "jetstream { store_dir: \"" + folder.resolve("hub") + "\" }\n");
      var config =
          "jetstream { store_dir: \""
              + folder.resolve("leaf")
              + "\" }\nleafnodes { remotes [ { url: \"nats://127.0.0.1:"
              + Fleet.port(hub)
              + "\" } ] }\n";
      try (var leaf = new ServerProcess(folder, config);
          var socket = new Socket()) {
        leaf.start();
        leaf.awaitReady();
        awaitLinks(hub, 1);
        socket.setReceiveBufferSize(READ_AT_A_TIME);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), leaf.port()));
        socket
            .getOutputStream()
            .write("CONNECT {\"verbose\":false}\r\nSUB slow 1\r\n".getBytes(US_ASCII));
        awaitInterest(hub, "slow");
        var read = CompletableFuture.supplyAsync(() -> messages(socket));
        var publisher = fleet.client(hub);
        var payload = new byte[SIZE];
        payload[0] = MARK;
        for (var i = 0; i < COUNT; i++) {
          publisher.publish("slow", payload);
        }
        Fleet.flush(publisher);
        Await.until("all is settled", () -> settled(hub));
        leaf.kill();
        assertEquals(COUNT, read.get());
      }
    }
  }

  private static boolean settled(FrondServer hub) {
    return Objects.requireNonNull(hub.leaves().sessions()).samples().stream()
        .anyMatch(it ->
            it.counts().getOrDefault("sent", 0L) == COUNT
                && it.settledSequence() == it.sentSequence());
  }

  /// Reads to the end, slowly, and counts messages: each begins with a mark.
  private static int messages(Socket socket) {
    var count = 0;
    var some = new byte[READ_AT_A_TIME];
    try {
      var in = socket.getInputStream();
      for (var n = in.read(some); n >= 0; n = in.read(some)) {
        for (var i = 0; i < n; i++) {
          count += some[i] == MARK ? 1 : 0;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException e) {
      System.out.println("the connection ended with " + e);
    }
    return count;
  }
}

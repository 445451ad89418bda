package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.jetstream.JetStreamGround;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.server.FrondServer;
import io.frond.shard.ShardClock;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyDisk;
import io.frond.testkit.TestServer;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A leaf whose disk gets full while it has no link.
class FullDiskTest extends FleetTest {
  private static final byte[] KILOBYTE = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
  private static final int PLAIN = 60_000; // more than memory holds

  private FrondServer hub(int port) {
    return fleet.frond(
        "hub",
        "leafnodes { listen: \"127.0.0.1:"
            + port
            + "\" }\njetstream { store_dir: \""
            + folder.resolve("hub")
            + "\" }\n");
  }

  private static void store(JetStream at) throws IOException {
    try {
      at.publish("local.x", KILOBYTE);
    } catch (JetStreamApiException e) {
      throw new IOException(e);
    }
  }

  private static long sync(TestServer leaf, String name) {
    var url = URI.create(Objects.requireNonNull(leaf.server().monitorUri()) + "/leafz");
    try (var in = url.toURL().openStream()) {
      return JsonObject.parse(in.readAllBytes()).objects("sync").stream()
          .filter(it -> "link".equals(it.text("kind", "")))
          .mapToLong(it -> it.number(name, -1))
          .findFirst()
          .orElse(0); // not looked at yet
    } catch (IOException | JsonException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void jetStreamsPublishersGetAnErrorAndPlainMessagesAreCounted() throws Exception {
    var port = TestServer.freePort();
    var hub = hub(port);
    var disk = new FaultyDisk(1);
    var ground = new JetStreamGround(disk, ShardClock.system());
    try (var leaf =
        TestServer.startOn(
            ground,
            -1,
            "http: \"127.0.0.1:-1\"",
            "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
            "leaf { reconnect: 100ms, remotes [ { url: \"nats-leaf://127.0.0.1:"
                + port
                + "\" } ] }")) {
      awaitLinks(leaf.server(), 1);
      Fleet.subscribe(fleet.client(hub), "n.>");
      awaitInterest(leaf.server(), "n.>");
      var client = fleet.client(leaf.server());
      client
          .jetStreamManagement()
          .addStream(StreamConfiguration.builder().name("LOCAL").subjects("local.>").build());
      fleet.close(hub);
      awaitLinks(leaf.server(), 0);

      disk.capacity(disk.used() + 300_000);
      var stored = new AtomicInteger();
      assertThrows(
          IOException.class,
          () -> {
            for (var i = 0; i < 10_000; i++) {
              store(client.jetStream());
              stored.incrementAndGet();
            }
          });
      for (var i = 0; i < PLAIN; i++) {
        client.publish("n.x", KILOBYTE);
      }
      Fleet.flush(client);
      Await.until("some were given up", () -> sync(leaf, "discarded_msgs") > 0);
      assertEquals(
          stored.get(),
          client.jetStreamManagement().getStreamInfo("LOCAL").getStreamState().getMsgCount(),
          "what was acknowledged is there, and nothing else");

      disk.capacity(Long.MAX_VALUE);
      hub = hub(port);
      var heard = new AtomicInteger();
      var back = fleet.client(hub);
      var dispatcher = back.createDispatcher(_ -> heard.incrementAndGet());
      dispatcher.setPendingLimits(-1, -1);
      dispatcher.subscribe("n.>");
      Fleet.flush(back);
      Await.until(
          "each arrived or was counted", () -> heard.get() + sync(leaf, "discarded_msgs") == PLAIN);
      assertTrue(heard.get() > 1000, "what memory held arrives: " + heard.get());
      Await.until(
          "JetStream takes messages again",
          () -> {
            try {
              store(client.jetStream());
              return true;
            } catch (IOException e) {
              return false;
            }
          });
    }
  }
}

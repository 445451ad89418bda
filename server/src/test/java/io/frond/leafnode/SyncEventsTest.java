package io.frond.leafnode;

import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.nats.client.Message;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told of an outage while it lasts: events, the log, `/leafz`, `/metrics`.
class SyncEventsTest {
  private static final String ACCOUNTS =
      "accounts { SYS { users: [ { user: sys, password: pw } ] }\n"
          + " A { jetstream: enabled, users: [ { user: a, password: pw } ] } }\n"
          + "system_account: SYS\nno_auth_user: a\nhttp: \"127.0.0.1:-1\"\n";

  @TempDir Path folder;
  private Fleet fleet;
  private final List<String> states = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void event(Message message) {
    try {
      var said = JsonObject.parse(message.getData());
      assertEquals("io.frond.server.sync.v1", said.text("type", ""));
      if (message.getSubject().endsWith(".SYNC.link")) {
        states.add(said.text("state", ""));
      }
    } catch (JsonException e) {
      states.add(String.valueOf(e.getMessage()));
    }
  }

  private static String get(FrondServer server, String path) {
    var url = URI.create(Objects.requireNonNull(server.monitorUri()) + path);
    try (var in = url.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }

  @Test
  void anOutageIsToldFromTheCutUntilBothAreInStepAgain() throws Exception {
    var hub = fleet.frond("hub", fleet.store("hub") + "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    try (var line = FaultyLink.to(Fleet.leafPort(hub))) {
      var remote =
          remoteWith(
              "account: A, ignore_discovered_servers: true",
              "nats-leaf://127.0.0.1:" + line.port());
      var leaf = fleet.frond("leaf", ACCOUNTS + fleet.store("leaf") + remote);
      var watcher = fleet.client("nats://sys:pw@127.0.0.1:" + Fleet.port(leaf));
      var service = fleet.client(hub);
      var machine = fleet.client("nats://a:pw@127.0.0.1:" + Fleet.port(leaf));
      watcher.createDispatcher(this::event).subscribe("$SYS.SERVER.*.SYNC.*");
      watcher.flush(Fleet.WAIT);
      var wanted = service.subscribe("readings");
      Fleet.flush(service);
      Await.until("the leaf knows what the hub wants", () -> interest(leaf) > 0);
      line.cut();
      Await.until("the cut is told", () -> states.contains("cut"));
      for (var i = 0; i < 100; i++) {
        machine.publish("readings", new byte[10]);
      }
      machine.flush(Fleet.WAIT);
      Await.until("what waits is told", () -> states.contains("buffering"));
      Await.until(
          "monitoring shows it",
          () -> get(leaf, "/leafz").replace(" ", "").contains("\"state\":\"buffering\""));
      assertTrue(get(leaf, "/metrics").contains("frond_sync_backlog_messages{kind=\"link\""));
      line.mend();
      for (var i = 0; i < 100; i++) {
        assertTrue(wanted.nextMessage(Fleet.WAIT) != null, "message " + i);
      }
      Await.until("the end is told", () -> states.getLast().equals("in step"));
      assertTrue(fleet.log(leaf).contains("buffering, 100 messages"), fleet.log(leaf));
    }
  }

  private static int interest(FrondServer leaf) {
    var account = Objects.requireNonNull(leaf.core().accounts().get("A"));
    return account.sublist().match("readings".getBytes(StandardCharsets.UTF_8)).plainCount();
  }
}

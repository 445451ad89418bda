package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.ForceReconnectOptions;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Java clients that find, lose and find again their servers.
@SuppressWarnings("try") // closing may be interrupted, and servers are closed early on purpose
class ReconnectTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void subscriptionsAndBufferedMessagesOutliveARestart() throws Exception {
    var events = new Watcher();
    var port = TestServer.freePort();
    Connection client;
    Subscription subscription;
    try (var server = TestServer.startAt(port)) {
      client = Watcher.connect(events.options(server.url()));
      subscription = client.subscribe("kept.*");
      client.flush(LIMIT);
    }
    try (client) {
      events.await(Events.DISCONNECTED);
      client.publish("kept.1", new byte[3]);
      try (var again = TestServer.startAt(port)) {
        events.await(Events.RESUBSCRIBED);
        assertNotNull(subscription.nextMessage(LIMIT));
        client.publish("kept.2", null);
        assertEquals("kept.2", subscription.nextMessage(LIMIT).getSubject());
        Await.until("one connection is left", () -> again.clients() == 1);
      }
    }
  }

  @Test
  void requestsGoOnAfterSeveralRestarts() throws Exception {
    var port = TestServer.freePort();
    var events = new Watcher();
    var server = TestServer.startAt(port);
    try (var client = Watcher.connect(events.options(server.url()).maxReconnects(-1))) {
      client.createDispatcher(m -> client.publish(m.getReplyTo(), null)).subscribe("svc");
      for (var i = 1; i <= 3; i++) {
        assertNotNull(client.request("svc", null, LIMIT));
        server.close();
        server = TestServer.startAt(port);
        var times = i;
        Await.until("reconnected " + times, () -> events.count(Events.RESUBSCRIBED) == times);
      }
      assertNotNull(client.request("svc", null, LIMIT));
    } finally {
      server.close();
    }
  }

  @Test
  void clientGoesToItsSecondServer() throws Exception {
    var events = new Watcher();
    try (var second = TestServer.start()) {
      var first = TestServer.start();
      try (var client =
          Watcher.connect(
              events
                  .options(first.url())
                  .servers(new String[] {first.url(), second.url()})
                  .noRandomize())) {
        assertEquals(first.port(), client.getServerInfo().getPort());
        var subscription = client.subscribe("moved");
        client.flush(LIMIT);
        first.close();
        events.await(Events.RESUBSCRIBED);
        assertEquals(second.port(), client.getServerInfo().getPort());
        client.publish("moved", null);
        assertNotNull(subscription.nextMessage(LIMIT));
      } finally {
        first.close();
      }
    }
  }

  @Test
  void clientTriesTheNextServerWhenTheFirstIsNotThere() throws Exception {
    try (var server = TestServer.start();
        var client =
            Watcher.connect(
                new Watcher()
                    .options(server.url())
                    .servers(
                        new String[] {"nats://127.0.0.1:" + TestServer.freePort(), server.url()})
                    .noRandomize())) {
      assertEquals(server.port(), client.getServerInfo().getPort());
    }
  }

  @Test
  void clientThatStartsFirstWaitsForItsServer() throws Exception {
    var port = TestServer.freePort();
    var events = new Watcher();
    Nats.connectAsynchronously(
        events.options("nats://127.0.0.1:" + port).maxReconnects(-1).build(), true);
    try (var server = TestServer.startAt(port)) {
      Await.until("it came", () -> server.clients() == 1);
      Await.until(
          "it knows",
          () ->
              events.states.contains(Events.CONNECTED)
                  || events.states.contains(Events.RECONNECTED));
    }
  }

  @Test
  void connectFailsWithoutServer() {
    var url = "nats://127.0.0.1:" + TestServer.freePort();
    assertThrows(IOException.class, () -> Nats.connect(new Watcher().options(url).build()));
  }

  @Test
  void clientReconnectsWhenItWantsTo() throws Exception {
    var events = new Watcher();
    try (var server = TestServer.start();
        var client = Watcher.connect(events.options(server.url()))) {
      var subscription = client.subscribe("forced");
      var before = client.getServerInfo().getClientId();
      client.forceReconnect(ForceReconnectOptions.FORCE_CLOSE_INSTANCE);
      events.await(Events.RESUBSCRIBED);
      assertFalse(before == client.getServerInfo().getClientId());
      client.publish("forced", null);
      assertNotNull(subscription.nextMessage(LIMIT));
      Await.until("the old one is gone", () -> server.clients() == 1);
    }
  }

  @Test
  void clientStopsAfterItsTries() throws Exception {
    var events = new Watcher();
    var server = TestServer.start();
    try (var client = Watcher.connect(events.options(server.url()).maxReconnects(2))) {
      server.close();
      events.await(Events.CLOSED);
      assertEquals(Connection.Status.CLOSED, client.getStatus());
    }
  }

  @Test
  void manyClientsComeBackTogether() throws Exception {
    var port = TestServer.freePort();
    var clients = new ArrayList<Connection>();
    var events = new ArrayList<Watcher>();
    var server = TestServer.startAt(port);
    try {
      for (var i = 0; i < 20; i++) {
        events.add(new Watcher());
        clients.add(Watcher.connect(events.getLast().options(server.url())));
      }
      server.close();
      server = TestServer.startAt(port);
      for (var one : events) {
        one.await(Events.RECONNECTED);
      }
      var again = server;
      Await.until("nobody is there twice", () -> again.clients() == 20);
    } finally {
      for (var client : clients) {
        client.close();
      }
      server.close();
    }
  }

  @Test
  void pingsOfTheClientAreAnswered() throws Exception {
    var events = new Watcher();
    try (var server = TestServer.start();
        var client =
            Watcher.connect(
                events
                    .options(server.url())
                    .pingInterval(Duration.ofMillis(100))
                    .maxPingsOut(20))) {
      var start = client.getStatistics().getPings();
      Await.until("more pings", () -> client.getStatistics().getPings() >= start + 25);
      client.flush(LIMIT);
      assertEquals(Connection.Status.CONNECTED, client.getStatus());
      assertFalse(events.states.contains(Events.DISCONNECTED));
    }
  }

  @Test
  void clientHearsTheServersError() throws Exception {
    var events = new Watcher();
    try (var server =
            TestServer.start(
                "authorization { users: [ { user: u, password: p, permissions {",
                "  publish: { deny: secret }, subscribe: { deny: secret } } } ] }");
        var client = Watcher.connect(events.options(server.url()).userInfo("u", "p"))) {
      client.publish("secret", null);
      events.awaitError("Permissions Violation for Publish to \"secret\"");
      client.subscribe("secret");
      events.awaitError("Permissions Violation for Subscription to \"secret\"");
      client.flush(LIMIT);
      assertEquals(Connection.Status.CONNECTED, client.getStatus());
    }
  }
}

package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.Interest;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Messages through the Java client: subscriptions, dispatchers, requests, drain, counts.
@SuppressWarnings("try") // closing may be interrupted, and servers are closed early on purpose
class JavaClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration NONE = Duration.ofMillis(1);

  private TestServer server;
  private Connection client;
  private Connection other;

  @BeforeEach
  void connect() throws Exception {
    server = TestServer.start();
    client = Watcher.connect(new Watcher().options(server.url()).supportUTF8Subjects());
    other = Watcher.connect(new Watcher().options(server.url()).supportUTF8Subjects());
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    other.close();
    server.close();
  }

  private static Message next(Subscription subscription) throws InterruptedException {
    return Objects.requireNonNull(subscription.nextMessage(LIMIT), "no message came");
  }

  private static String text(Message message) {
    return new String(message.getData(), UTF_8);
  }

  @Test
  void serverTellsWhatItCan() throws Exception {
    var info = client.getServerInfo();
    assertEquals(server.port(), info.getPort());
    assertTrue(info.isNewerVersionThan("2.13.99"), info.getVersion());
    assertTrue(info.isHeadersSupported());
    assertFalse(info.isJetStreamAvailable());
    assertEquals(1 << 20, client.getMaxPayload());
    assertTrue(client.RTT().toNanos() > 0);
    client.flush(LIMIT);
  }

  @Test
  void payloadsOfAllSizesComeAsTheyWere() throws Exception {
    var subscription = other.subscribe("sizes");
    other.flush(LIMIT);
    var random = new Random(7);
    for (var size : List.of(0, 1, 2, 511, 512, 4096, 65_535, 65_536, 200_000, 1 << 20)) {
      var body = new byte[size];
      random.nextBytes(body);
      client.publish("sizes", body);
      assertArrayEquals(body, next(subscription).getData(), "size " + size);
    }
  }

  @Test
  void clientRefusesWhatIsLargerThanTheServerTakes() {
    assertThrows(
        IllegalArgumentException.class, () -> client.publish("big", new byte[(1 << 20) + 1]));
  }

  @Test
  void subjectsAreUtf8AndWildcardsMatchTokens() throws Exception {
    var one = other.subscribe("maße.*.日本");
    var all = other.subscribe("maße.>");
    other.flush(LIMIT);
    client.publish("maße.länge.日本", "äöü".getBytes(UTF_8));
    client.publish("maße.x.y", null);
    assertEquals("äöü", text(next(one)));
    assertEquals("maße.länge.日本", next(all).getSubject());
    assertEquals("maße.x.y", next(all).getSubject());
    assertNull(one.nextMessage(NONE));
  }

  @Test
  void headersComeWithTheMessage() throws Exception {
    var subscription = other.subscribe("headed");
    other.flush(LIMIT);
    var headers = new Headers().add("A", "1", "2").add("Empty", "");
    client.publish(NatsMessage.builder().subject("headed").headers(headers).data("body").build());
    var message = next(subscription);
    assertEquals(List.of("1", "2"), message.getHeaders().get("A"));
    assertEquals(List.of(""), message.getHeaders().get("Empty"));
    assertEquals("body", text(message));
  }

  @Test
  void unsubscribeAfterSomeMessagesTakesExactlyThose() throws Exception {
    var subscription = other.subscribe("auto").unsubscribe(3);
    other.flush(LIMIT);
    for (var i = 0; i < 5; i++) {
      client.publish("auto", null);
    }
    client.flush(LIMIT);
    for (var i = 0; i < 3; i++) {
      next(subscription);
    }
    Await.until("the subscription ends", () -> !subscription.isActive());
    assertThrows(IllegalStateException.class, () -> subscription.nextMessage(NONE));
  }

  @Test
  void unsubscribeEndsTheMessages() throws Exception {
    var gone = other.subscribe("gone");
    var stays = other.subscribe("gone");
    gone.unsubscribe();
    other.flush(LIMIT);
    client.publish("gone", null);
    next(stays);
    assertFalse(gone.isActive());
  }

  @Test
  void membersOfAQueueGroupShareMessages() throws Exception {
    var first = other.subscribe("work", "crew");
    var second = client.subscribe("work", "crew");
    var everyone = other.subscribe("work");
    other.flush(LIMIT);
    client.flush(LIMIT);
    for (var i = 0; i < 200; i++) {
      client.publish("work", null);
    }
    client.flush(LIMIT);
    other.flush(LIMIT);
    Await.until(
        "all came", () -> first.getPendingMessageCount() + second.getPendingMessageCount() == 200);
    Await.until("the plain one has all", () -> everyone.getPendingMessageCount() == 200);
    assertTrue(first.getPendingMessageCount() > 40, "share " + first.getPendingMessageCount());
    assertTrue(second.getPendingMessageCount() > 40, "share " + second.getPendingMessageCount());
  }

  @Test
  void dispatcherHandlesSeveralSubjects() throws Exception {
    var came = new CopyOnWriteArrayList<String>();
    var dispatcher = other.createDispatcher(message -> came.add(message.getSubject()));
    dispatcher.subscribe("one").subscribe("two").subscribe("three", "queue");
    other.flush(LIMIT);
    for (var subject : List.of("one", "two", "three", "four")) {
      client.publish(subject, null);
    }
    Await.until("three came", () -> came.size() == 3);
    dispatcher.unsubscribe("two");
    other.flush(LIMIT);
    client.publish("two", null);
    client.publish("one", null);
    Await.until("one more came", () -> came.size() == 4);
    assertEquals(List.of("one", "two", "three", "one"), came);
    other.closeDispatcher(dispatcher);
  }

  @Test
  void dispatcherMayPublishFromItsHandler() throws Exception {
    var answers = client.subscribe("answer");
    client.flush(LIMIT);
    other
        .createDispatcher(message -> other.publish("answer", message.getData()))
        .subscribe("question");
    other.flush(LIMIT);
    client.publish("question", "why".getBytes(UTF_8));
    assertEquals("why", text(next(answers)));
  }

  @Test
  void requestIsAnswered() throws Exception {
    other.createDispatcher(m -> other.publish(m.getReplyTo(), m.getData())).subscribe("echo");
    other.flush(LIMIT);
    for (var i = 0; i < 100; i++) {
      var reply = client.request("echo", ("n" + i).getBytes(UTF_8), LIMIT);
      assertEquals("n" + i, text(Objects.requireNonNull(reply)));
    }
  }

  @Test
  void manyRequestsAreUnderWayAtOnce() throws Exception {
    other.createDispatcher(m -> other.publish(m.getReplyTo(), m.getData())).subscribe("echo");
    other.flush(LIMIT);
    var futures = new CopyOnWriteArrayList<CompletableFuture<Message>>();
    for (var i = 0; i < 500; i++) {
      futures.add(client.request("echo", Integer.toString(i).getBytes(UTF_8)));
    }
    for (var i = 0; i < 500; i++) {
      assertEquals(Integer.toString(i), text(futures.get(i).get(20, TimeUnit.SECONDS)));
    }
  }

  @Test
  void requestWithoutResponderIsCancelledAtOnce() {
    var failure =
        assertThrows(
            Exception.class, () -> client.request("nobody", null).get(20, TimeUnit.SECONDS));
    assertTrue(
        failure instanceof CancellationException || failure instanceof ExecutionException,
        failure.toString());
  }

  @Test
  void requestWithoutAnswerRunsIntoItsTimeout() throws Exception {
    other.createDispatcher(m -> {}).subscribe("silent");
    other.flush(LIMIT);
    assertNull(client.request("silent", null, Duration.ofMillis(50)));
  }

  @Test
  void oldStyleRequestsWork() throws Exception {
    try (var old = Watcher.connect(new Watcher().options(server.url()).oldRequestStyle())) {
      other.createDispatcher(m -> other.publish(m.getReplyTo(), m.getData())).subscribe("echo");
      other.flush(LIMIT);
      assertNotNull(old.request("echo", null, LIMIT));
      assertNotNull(old.request("echo", null, LIMIT));
    }
  }

  @Test
  void echoMayBeSwitchedOff() throws Exception {
    try (var silent = Watcher.connect(new Watcher().options(server.url()).noEcho())) {
      var own = silent.subscribe("echoed");
      var others = other.subscribe("echoed");
      silent.flush(LIMIT);
      other.flush(LIMIT);
      silent.publish("echoed", null);
      silent.flush(LIMIT);
      next(others);
      client.publish("echoed", "from another".getBytes(UTF_8));
      assertEquals("from another", text(next(own)));
    }
  }

  @Test
  void drainOfASubscriptionLosesNothing() throws Exception {
    var count = new AtomicInteger();
    var dispatcher = other.createDispatcher(m -> count.incrementAndGet()).subscribe("drained");
    other.flush(LIMIT);
    for (var i = 0; i < 1000; i++) {
      client.publish("drained", null);
    }
    client.flush(LIMIT);
    assertTrue(dispatcher.drain(LIMIT).get(20, TimeUnit.SECONDS));
    assertEquals(1000, count.get());
    assertEquals(0, Interest.count(server.server().core().accounts().global()));
  }

  @Test
  void drainOfAConnectionLosesNothingAndClosesIt() throws Exception {
    var count = new AtomicInteger();
    other.createDispatcher(m -> count.incrementAndGet()).subscribe("drained", "q");
    other.flush(LIMIT);
    for (var i = 0; i < 1000; i++) {
      client.publish("drained", null);
    }
    client.flush(LIMIT);
    assertTrue(other.drain(LIMIT).get(20, TimeUnit.SECONDS));
    assertEquals(1000, count.get());
    assertEquals(Connection.Status.CLOSED, other.getStatus());
    Await.until("the server knows", () -> server.clients() == 1);
  }

  @Test
  void queueGroupGoesOnWhenAMemberDrains() throws Exception {
    var count = new AtomicInteger();
    client.createDispatcher(m -> count.incrementAndGet()).subscribe("handed", "q");
    other.createDispatcher(m -> count.incrementAndGet()).subscribe("handed", "q");
    client.flush(LIMIT);
    other.flush(LIMIT);
    try (var publisher = Watcher.connect(server.url())) {
      for (var i = 0; i < 500; i++) {
        publisher.publish("handed", null);
      }
      publisher.flush(LIMIT);
      var drained = other.drain(LIMIT);
      for (var i = 0; i < 500; i++) {
        publisher.publish("handed", null);
      }
      publisher.flush(LIMIT);
      assertTrue(drained.get(20, TimeUnit.SECONDS));
    }
    Await.until("all came once", () -> count.get() == 1000);
  }

  @Test
  void clientAndServerCountTheSame() throws Exception {
    var subscription = other.subscribe("counted");
    other.flush(LIMIT);
    for (var i = 0; i < 10; i++) {
      client.publish("counted", new byte[100]);
    }
    client.flush(LIMIT);
    for (var i = 0; i < 10; i++) {
      next(subscription);
    }
    assertEquals(10, other.getStatistics().getInMsgs());
    var loops = server.server().core().linkLoops();
    Await.until("all are counted", () -> loops.totals().outMessages() == 10);
    var totals = loops.totals();
    assertEquals(10, totals.inMessages());
    assertEquals(1000, totals.inBytes());
    assertEquals(10, totals.outMessages());
    assertEquals(1000, totals.outBytes());
  }

  @Test
  void slowHandlerIsTheClientsOwnAffair() throws Exception {
    var events = new Watcher();
    try (var slow = Watcher.connect(events.options(server.url()))) {
      var subscription = slow.subscribe("fast");
      subscription.setPendingLimits(10, -1);
      slow.flush(LIMIT);
      for (var i = 0; i < 50; i++) {
        client.publish("fast", null);
      }
      client.flush(LIMIT);
      Await.until("told of it", () -> !events.slow.isEmpty());
      Await.until("all were sent", () -> subscription.getDroppedCount() == 40);
      slow.flush(LIMIT);
    }
  }
}

package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The consumer by which a stream elsewhere drains a work queue (ADR-60).
@Timeout(60)
class SourcingConsumerTest {
  private final AtomicLong clock = new AtomicLong(TestEngine.START);
  private TestEngine engine;
  private Runnable deaf = () -> {};

  @BeforeEach
  void start() throws IOException {
    engine = TestEngine.start(new FaultyDisk(1), clock);
    engine.make(
        "STREAM.CREATE.JOBS",
        "{\"name\":\"JOBS\",\"subjects\":[\"jobs\"],\"retention\":\"workqueue\",\"storage\":\"file\"}");
  }

  @AfterEach
  void stop() throws IOException {
    engine.close();
  }

  /// A stream elsewhere asks for its consumer, after it stopped listening where it did before.
  ///
  /// @return the stream sequence behind which it begins
  private long ask(String deliverSubject) {
    return ask(deliverSubject, "\"deliver_policy\":\"all\"");
  }

  private long ask(String deliverSubject, String beginning) {
    deaf.run();
    deaf = engine.listenUntil(deliverSubject);
    var answer =
        engine.make(
            "CONSUMER.CREATE.JOBS",
            "{\"stream_name\":\"JOBS\",\"config\":{\"name\":\"SRC\","
                + beginning
                + ",\"ack_policy\":\"none\",\"max_deliver\":1,\"replay_policy\":\"instant\","
                + "\"flow_control\":true,\"idle_heartbeat\":1000000000,\"direct\":true,"
                + "\"sourcing\":true,\"metadata\":{\"_nats.src.stream\":\"ALL\"},"
                + "\"deliver_subject\":\""
                + deliverSubject
                + "\"}}");
    var delivered = answer.object("delivered");
    assertNotNull(delivered);
    assertEquals(0, delivered.number("consumer_seq", -1));
    return delivered.number("stream_seq", -1);
  }

  /// Number of deliveries, stream sequence and consumer sequence, as the reply subject says.
  private String next(String deliverSubject) {
    TestEngine.Message message;
    do {
      message = engine.await(deliverSubject);
      assertNotNull(message);
    } while (message.headerLength() > 0); // flow control
    var words = message.reply().split("\\.", -1);
    var from = words.length - 5;
    return words[from] + " " + words[from + 1] + " " + words[from + 2];
  }

  private void publish(int count) {
    for (var i = 0; i < count; i++) {
      engine.await(engine.send("jobs", "", "x"));
    }
  }

  /// What was delivered and not acknowledged may have been lost: it comes again as if for the first
  /// time, so that who follows can tell that nothing is missing.
  @Test
  void whoAsksAgainGetsEverythingBehindTheFloor() {
    publish(3);
    assertEquals(0, ask("deliver.a"));
    for (var i = 1; i <= 3; i++) {
      assertEquals("1 " + i + " " + i, next("deliver.a"));
    }
    publish(2);
    assertEquals(0, ask("deliver.b"));
    for (var i = 1; i <= 5; i++) {
      assertEquals("1 " + i + " " + i, next("deliver.b"));
    }
    assertEquals(0, ask("deliver.c"));
    assertEquals("1 1 1", next("deliver.c"));
  }

  /// Where a link remembers interest for a while, the former subject seems to be listened to.
  @Test
  void whoAsksAgainNeedsNotWaitForItsFormerInterestToEnd() {
    publish(2);
    assertEquals(0, ask("deliver.a"));
    assertEquals("1 1 1", next("deliver.a"));
    deaf = () -> {};
    assertEquals(0, ask("deliver.b"));
    assertEquals("1 1 1", next("deliver.b"));
  }

  /// What was acknowledged is gone, and what follows is counted from one.
  @Test
  void theCountBeginsAnewBehindTheFloor() {
    publish(3);
    assertEquals(0, ask("deliver.a"));
    assertEquals("1 1 1", next("deliver.a"));
    assertEquals("1 2 2", next("deliver.a"));
    acknowledge(2, 2);
    assertEquals(2, ask("deliver.b"));
    assertEquals("1 3 1", next("deliver.b"));
  }

  /// What is before its beginning is not for it: somebody else may still work on that.
  @Test
  void whatIsBeforeItsBeginningStaysInTheQueue() {
    publish(5);
    var fourth = "\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":4";
    assertEquals(3, ask("deliver.a", fourth));
    assertEquals("1 4 1", next("deliver.a"));
    assertEquals("1 5 2", next("deliver.a"));
    acknowledge(2, 5);
    var state = engine.make("STREAM.INFO.JOBS", "").object("state");
    assertNotNull(state);
    assertEquals(3, state.number("messages", -1));
    assertEquals(1, state.number("first_seq", -1));
  }

  /// Tells the consumer that all came up to a message, by its number and the stream's.
  private void acknowledge(long consumer, long stream) {
    var came = "Nats-Last-Consumer: " + consumer + "\r\nNats-Last-Stream: " + stream + "\r\n";
    engine.publish(flowControl("deliver.a"), "", came, new byte[0]);
    engine.idle();
  }

  /// Where the consumer wants to be told what came.
  private String flowControl(String deliverSubject) {
    while (true) {
      clock.addAndGet(1_000_000_000L); // it asks when it has nothing to send for a while
      engine.idle();
      var message = engine.poll(deliverSubject);
      if (message != null && message.headers().contains("FlowControl")) {
        return message.reply();
      }
    }
  }
}

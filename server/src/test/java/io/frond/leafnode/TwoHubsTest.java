package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leaf with two hubs, where a queue group has a member at each.
class TwoHubsTest {
  private static final int JOBS = 60;

  @TempDir Path folder;
  private final int onePort = TestServer.freePort();
  private final int twoPort = TestServer.freePort();
  private Fleet fleet;
  private FrondServer two;
  private final AtomicInteger atOne = new AtomicInteger();
  private final AtomicInteger atTwo = new AtomicInteger();

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    var one = fleet.frond("one", onePort, Fleet.LOOPBACK_LIST + fleet.store("one"));
    two = fleet.frond("two", twoPort, Fleet.LOOPBACK_LIST + fleet.store("two"));
    work(fleet.client(one), atOne);
    work(fleet.client(two), atTwo);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private static void work(Connection at, AtomicInteger count) {
    at.createDispatcher(
            job -> {
              count.incrementAndGet();
              if (job.getReplyTo() != null) {
                at.publish(job.getReplyTo(), job.getData());
              }
            })
        .subscribe("job.*", "workers");
    Fleet.flush(at);
  }

  private FrondServer leaf(String ofTwo) {
    var leaf =
        fleet.frond(
            "leaf",
            fleet.store("leaf")
                + "leafnodes { reconnect: 200ms, remotes [ { url: \"nats://127.0.0.1:"
                + onePort
                + "\" }, { url: \"nats://127.0.0.1:"
                + twoPort
                + "\", "
                + ofTwo
                + " } ] }\n");
    return leaf;
  }

  private static void awaitGroup(FrondServer leaf, int hubs) {
    Await.until(
        "the leaf hears of the group at " + hubs,
        () ->
            leaf.leaves().leaves().stream()
                    .filter(it -> it.subscriptionList().stream().anyMatch(s -> s.startsWith("job")))
                    .count()
                == hubs);
  }

  private void publishJobs(FrondServer leaf) {
    atOne.set(0);
    atTwo.set(0);
    var client = fleet.client(leaf);
    for (var i = 0; i < JOBS; i++) {
      client.publish("job.a", new byte[1]);
    }
    Fleet.flush(client);
  }

  @Test
  void whatIsForAGroupGoesToTheHubThatIsThere() throws Exception {
    var leaf = leaf("");
    awaitGroup(leaf, 2);
    fleet.close(two);
    awaitGroup(leaf, 1);
    publishJobs(leaf);
    Await.until("all jobs are at the one", () -> atOne.get() == JOBS);
    requests(leaf);
    fleet.close(leaf);
    var again = leaf("");
    awaitGroup(again, 1);
    publishJobs(again);
    Await.until("all jobs are at the one", () -> atOne.get() == JOBS);
    requests(again);
  }

  private void requests(FrondServer leaf) throws Exception {
    var client = fleet.client(leaf);
    for (var i = 0; i < JOBS; i++) {
      var text = String.valueOf(i);
      var answer = client.request("job.a", text.getBytes(StandardCharsets.UTF_8), Fleet.WAIT);
      assertEquals(
          text, answer == null ? "none" : new String(answer.getData(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void whatOneHubMayNotHaveGoesToTheOther() {
    var leaf = leaf("deny_exports: [\"job.a\"]");
    awaitGroup(leaf, 2);
    publishJobs(leaf);
    Await.until("all jobs are at the one", () -> atOne.get() == JOBS);
    assertEquals(0, atTwo.get());
  }
}

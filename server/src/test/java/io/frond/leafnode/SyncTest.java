package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.leafnode.TwoDomains.Kind;
import io.frond.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Streams across leaf and core between Fronds.
class SyncTest extends SyncScenario {
  @Override
  Kind hub() {
    return Kind.FROND;
  }

  @Override
  Kind leaf() {
    return Kind.FROND;
  }

  private static String get(int port, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void howASourceStandsIsShown() throws Exception {
    sourceOrders();
    two.atLeaf.jetStream().publish("orders.new", new byte[1]);
    awaitMessages(two.atHub, "ALL", 1);
    var document = get(two.monitorPort, "/jsz?streams=true");
    assertTrue(document.replaceAll("\\s", "").contains("\"kind\":\"source\""), document);
    awaitMetric("frond_sync_state{kind=\"source\",name=\"$G > ALL from ORDERS:");
    awaitMetric("state=\"in step\"} 1");
    var source =
        Objects.requireNonNull(
                two.atHub.jetStreamManagement().getStreamInfo("ALL").getSourceInfos())
            .getFirst();
    assertEquals(0, source.getLag());
    two.line.cut();
    awaitMetric("frond_sync_connected{kind=\"source\",name=\"$G > ALL from ORDERS");
    try {
      Await.until("its loss is shown", () -> metrics().contains("state=\"cut\"} 1"));
    } catch (AssertionError e) {
      throw new AssertionError(metrics(), e);
    }
  }

  private void awaitMetric(String line) {
    Await.until(line, () -> metrics().contains(line));
  }

  private String metrics() {
    try {
      return get(two.monitorPort, "/metrics");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// What was missed is there within 5 s of the link's return, whichever way it goes and however
  /// long the line was cut.
  @Test
  void whatWasMissedIsThereSecondsAfterTheLinkIsBack() throws Exception {
    catchUpAfterCuts(6);
  }

  /// So it is when the very first requests were on their way as the line was cut.
  @RepeatedTest(5)
  void aCutAtTheVeryBeginningIsMendedAsSoon() throws Exception {
    catchUpAfterCuts(1);
  }

  private void catchUpAfterCuts(int cuts) throws Exception {
    sourceOrders();
    mirrorConfig();
    for (var cut = 1; cut <= cuts; cut++) {
      two.line.cut();
      two.atLeaf.jetStream().publish("orders.new", null);
      two.atHub.jetStream().publish("config.new", null);
      var missed = cut;
      assertTrue(
          Await.holds(Duration.ofMillis(400L * cut), () -> messages(two.atHub, "ALL") < missed));
      two.line.mend();
      two.awaitLink();
      var back = System.nanoTime();
      awaitMessages(two.atHub, "ALL", cut);
      awaitMessages(two.atLeaf, "CONFIGCOPY", cut);
      var took = Duration.ofNanos(System.nanoTime() - back);
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, "cut " + cut + ": " + took);
    }
  }
}

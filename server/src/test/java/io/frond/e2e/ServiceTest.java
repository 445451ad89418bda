package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.service.Discovery;
import io.nats.service.Service;
import io.nats.service.ServiceBuilder;
import io.nats.service.ServiceEndpoint;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The service API of the Java client: requests, queue groups and the `$SRV` subjects.
@SuppressWarnings("try") // closing may be interrupted, and servers are closed early on purpose
class ServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int REQUESTS = 200;

  private static Service service(Connection connection, String text) {
    var endpoint =
        ServiceEndpoint.builder()
            .endpointName("answer")
            .endpointSubject("ask")
            .handler(message -> message.respond(connection, text.getBytes(UTF_8)))
            .build();
    return new ServiceBuilder()
        .connection(connection)
        .name("Oracle")
        .version("1.0.0")
        .addServiceEndpoint(endpoint)
        .build();
  }

  @Test
  void instancesShareRequestsAndAreDiscovered() throws Exception {
    try (var server = TestServer.start();
        var one = Watcher.connect(server.url());
        var two = Watcher.connect(server.url());
        var client = Watcher.connect(server.url())) {
      var first = service(one, "one");
      var second = service(two, "two");
      first.startService();
      second.startService();
      one.flush(LIMIT);
      two.flush(LIMIT);
      var ofFirst = 0;
      for (var i = 0; i < REQUESTS; i++) {
        var reply = client.request("ask", null).get(20, TimeUnit.SECONDS);
        ofFirst += new String(reply.getData(), UTF_8).equals("one") ? 1 : 0;
      }
      assertTrue(ofFirst > 40 && ofFirst < REQUESTS - 40, "shares of " + ofFirst);
      var discovery = new Discovery(client, 20_000, 2);
      assertEquals(2, discovery.ping().size());
      assertEquals(2, discovery.info("Oracle").size());
      var info = discovery.info("Oracle", first.getId());
      assertEquals("ask", info.getEndpoints().getFirst().getSubject());
      long served = 0;
      for (var stats : discovery.stats("Oracle")) {
        served += stats.getEndpointStatsList().getFirst().getNumRequests();
      }
      assertEquals(REQUESTS, served);
      first.stop();
      one.flush(LIMIT);
      assertEquals(1, new Discovery(client, 20_000, 1).ping().size());
      var answer = java.util.Objects.requireNonNull(client.request("ask", null, LIMIT));
      assertEquals("two", new String(answer.getData(), UTF_8));
      second.stop();
    }
  }
}

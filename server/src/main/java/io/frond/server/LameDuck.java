package io.frond.server;

import io.frond.client.Client;
import io.frond.link.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.TimeUnit;

/// Closes clients gradually, so that a cluster's other servers are not stormed.
final class LameDuck {
  private static final long PAUSE_MAX_MILLIS = 1000;
  private static final long POLL_MILLIS = 50;

  private LameDuck() {}

  /// Waits for the grace period, then closes all clients in random order over the rest of the
  /// duration. Returns early when no client is left.
  static void drain(Core core) throws InterruptedException {
    var options = core.options().client();
    awaitEmpty(core, options.lameDuckGracePeriod());
    var clients = new ArrayList<Client>(core.connections().open());
    if (clients.isEmpty()) {
      return;
    }
    Collections.shuffle(clients);
    core.log().info("Closing existing clients");
    var span = options.lameDuckDuration().minus(options.lameDuckGracePeriod());
    var spanMillis = Math.max(1, span.toMillis());
    var pause = Math.min(PAUSE_MAX_MILLIS, Math.max(1, spanMillis / clients.size()));
    var batch = Math.max(1, (int) Math.ceil(clients.size() * (double) pause / spanMillis));
    for (var i = 0; i < clients.size(); i++) {
      clients.get(i).link().close(CloseReason.SERVER_SHUTDOWN, null);
      if ((i + 1) % batch == 0) {
        TimeUnit.MILLISECONDS.sleep(pause);
      }
    }
    awaitEmpty(core, Duration.ofSeconds(1));
  }

  private static void awaitEmpty(Core core, Duration limit) throws InterruptedException {
    var end = System.nanoTime() + limit.toNanos();
    while (core.connections().count() > 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}

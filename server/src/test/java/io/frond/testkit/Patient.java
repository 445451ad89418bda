package io.frond.testkit;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;

/// Java clients that wait longer for their server than the two seconds that are usual, also for the
/// answers of JetStream: a machine may have other things to do for so long.
public final class Patient {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Patient() {}

  public static Options.Builder options() {
    return Options.builder().connectionTimeout(LIMIT);
  }

  public static Connection connect(String url) throws IOException, InterruptedException {
    return Nats.connect(options().server(url).build());
  }
}

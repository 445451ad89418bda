package io.frond.monitor;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Java clients that are closed together.
final class Clients implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Connection> all = new ArrayList<>();

  Connection connect(String uri, Options.Builder options) {
    try {
      var client =
          Nats.connect(options.server(uri).connectionTimeout(LIMIT).maxReconnects(0).build());
      all.add(client);
      return client;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (var client : all) {
      try {
        client.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

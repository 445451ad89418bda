package io.frond.e2e;

import io.frond.testkit.Await;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What a Java client tells of its connection, and how the tests make one.
final class Watcher implements ConnectionListener, ErrorListener {
  final List<Events> states = new CopyOnWriteArrayList<>();
  final List<String> errors = new CopyOnWriteArrayList<>();
  final List<Exception> exceptions = new CopyOnWriteArrayList<>();
  final List<Consumer> slow = new CopyOnWriteArrayList<>();

  @Override
  @SuppressWarnings("deprecation") // the interface still wants it
  public void connectionEvent(Connection connection, Events event) {
    states.add(event);
  }

  @Override
  public void errorOccurred(Connection connection, String error) {
    errors.add(error);
  }

  @Override
  public void exceptionOccurred(Connection connection, Exception exception) {
    exceptions.add(exception);
  }

  @Override
  public void slowConsumerDetected(Connection connection, Consumer consumer) {
    slow.add(consumer);
  }

  long count(Events event) {
    return states.stream().filter(event::equals).count();
  }

  void await(Events event) {
    Await.until(event + " among " + states, () -> states.contains(event));
  }

  void awaitError(String text) {
    Await.until(text + " among " + errors, () -> errors.stream().anyMatch(e -> e.contains(text)));
  }

  /// Options that tell this of everything, and reconnect quickly.
  Options.Builder options(String url) {
    return new Options.Builder()
        .server(url)
        .connectionListener(this)
        .errorListener(this)
        .connectionTimeout(Duration.ofSeconds(20))
        .reconnectWait(Duration.ofMillis(20))
        .reconnectJitter(Duration.ofMillis(1))
        .reconnectJitterTls(Duration.ofMillis(1));
  }

  /// A client that reports to nobody.
  static Connection connect(String url) throws IOException, InterruptedException {
    return connect(new Watcher().options(url));
  }

  static Connection connect(Options.Builder options) throws IOException, InterruptedException {
    return Nats.connect(options.build());
  }
}

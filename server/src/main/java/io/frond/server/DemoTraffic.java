package io.frond.server;

import io.frond.options.HostPort;
import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One direction of the demo's traffic: a client that publishes numbered messages at a steady pace,
/// and one that looks whether each comes once and in order. Each on a thread of its own.
final class DemoTraffic implements AutoCloseable {
  private static final int BATCH = 20;
  private static final long BATCH_MILLIS = 10;

  private final String subject;
  private final DemoClient publisher;
  private final DemoClient subscriber;
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private volatile boolean over;

  /// Set by the publisher when [#published] will not grow any more: another batch may follow
  /// [#over].
  private volatile boolean counted;

  private volatile @Nullable String trouble;

  DemoTraffic(String subject, HostPort from, HostPort to) throws IOException {
    this.subject = subject;
    publisher = new DemoClient(from);
    subscriber = new DemoClient(to);
    subscriber.subscribe(subject);
    subscriber.flush();
  }

  /// Begins when the subscriber's interest has reached the publisher's server.
  void start() {
    Thread.ofVirtual().start(this::publish);
    Thread.ofVirtual().start(this::receive);
  }

  private void publish() {
    try {
      while (!over) {
        var first = published.getAndAdd(BATCH);
        for (var i = 0; i < BATCH; i++) {
          publisher.publish(subject, String.valueOf(first + i));
        }
        publisher.flush();
        TimeUnit.MILLISECONDS.sleep(BATCH_MILLIS);
      }
      counted = true;
    } catch (IOException | InterruptedException e) {
      trouble = "the publisher of " + subject + ": " + e.getMessage();
    }
  }

  private void receive() {
    var seen = new BitSet();
    try {
      while (trouble == null && (!counted || received() < published())) {
        var number = Integer.parseInt(subscriber.next());
        if (seen.get(number)) {
          trouble = subject + ": number " + number + " came twice";
        } else if (number != received()) {
          trouble = subject + ": number " + number + " came when " + received() + " was due";
        }
        seen.set(number);
        received.incrementAndGet();
      }
    } catch (IOException e) {
      trouble = subject + ": " + received() + " of " + published() + " came: " + e.getMessage();
    }
  }

  int published() {
    return published.get();
  }

  int received() {
    return received.get();
  }

  /// Publishes no more.
  void stop() {
    over = true;
  }

  /// Whether every message has come.
  boolean complete() {
    return counted && received() == published();
  }

  /// What went wrong, null for nothing.
  @Nullable String trouble() {
    return trouble;
  }

  @Override
  public void close() throws IOException {
    over = true;
    publisher.close();
    subscriber.close();
  }
}

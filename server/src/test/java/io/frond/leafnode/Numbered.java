package io.frond.leafnode;

import io.frond.testkit.Await;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Numbered messages of several publishers on several subjects, and what a receiver saw of them:
/// each message once, and those of one publisher on one subject in the order of their numbers.
/// Publishing is for one thread at a time for each publisher; the rest for any.
final class Numbered {
  private final String prefix;
  private final int subjects;
  private final Map<String, Long> published = new ConcurrentHashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong got = new AtomicLong();
  private final AtomicLong late = new AtomicLong();

  /// @param prefix of the subjects, of which there are `subjects`
  Numbered(String prefix, int subjects) {
    this.prefix = prefix;
    this.subjects = subjects;
  }

  String wildcard() {
    return prefix + ".>";
  }

  /// Publishes the publisher's next message on one of the subjects.
  void publish(Connection connection, String publisher, int subject) {
    var on = prefix + "." + subject % subjects;
    var number = published.merge(publisher + " " + on, 1L, Long::sum);
    connection.publish(on, (publisher + " " + on + " " + number).getBytes(StandardCharsets.UTF_8));
    sent.incrementAndGet();
  }

  /// Looks at what comes from now on.
  Dispatcher receive(Connection connection) {
    var dispatcher =
        connection.createDispatcher(message -> {
          var text = new String(message.getData(), StandardCharsets.UTF_8);
          var last = text.lastIndexOf(' ');
          var headers = message.getHeaders();
          took(
              text.substring(0, last),
              Long.parseLong(text.substring(last + 1)),
              headers != null && headers.containsKey("Frond-Late"));
        });
    dispatcher.subscribe(wildcard());
    Fleet.flush(connection);
    return dispatcher;
  }

  private void took(String key, long number, boolean isLate) {
    got.incrementAndGet();
    if (isLate) {
      late.incrementAndGet();
    }
    var expected = seen.merge(key, 1L, Long::sum);
    if (number != expected && wrongs() < 20) {
      note(key + ": " + number + " where " + expected + " was due");
      seen.put(key, number);
    }
  }

  private synchronized void note(String what) {
    wrong.add(what);
  }

  private synchronized int wrongs() {
    return wrong.size();
  }

  long published() {
    return sent.get();
  }

  long received() {
    return got.get();
  }

  long late() {
    return late.get();
  }

  /// Waits until as many came as were published, and fails when one came twice, not at all or out
  /// of order.
  void verify(String label) {
    try {
      Await.until(
          label + ": all " + sent + " arrive", () -> got.get() >= sent.get() || wrongs() > 0);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; came: " + got + "; " + missing(), e);
    }
    synchronized (this) {
      if (!wrong.isEmpty()) {
        throw new AssertionError(label + ": " + String.join("\n", wrong));
      }
    }
    if (got.get() != sent.get()) {
      throw new AssertionError(label + ": " + got + " came of " + sent);
    }
  }

  private String missing() {
    var text = new StringBuilder();
    published.forEach((key, last) -> {
      var there = seen.getOrDefault(key, 0L);
      if (there < last && text.length() < 500) {
        text.append(key).append(": ").append(there).append(" of ").append(last).append("; ");
      }
    });
    return text.toString();
  }
}

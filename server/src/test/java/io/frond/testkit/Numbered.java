package io.frond.testkit;

import io.nats.client.Connection;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Numbered messages of several publishers on several subjects, and what a subscriber got of them:
/// whether each came once, and in each publisher's order on each subject. Any thread.
public final class Numbered {
  private final String prefix;
  private final Map<String, Long> published = new ConcurrentHashMap<>();
  private final Map<String, Long> expected = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long received;
  private long duplicates;
  private long late;
  private long missing;

  /// @param prefix of the subjects, which are `PREFIX.NUMBER`
  public Numbered(String prefix) {
    this.prefix = prefix;
  }

  /// The subscription's subject.
  public String subject() {
    return prefix + ".*";
  }

  /// Publishes the publisher's next message on a subject.
  ///
  /// @return what stands in it
  public String publish(Connection connection, int publisher, int subject) {
    var key = publisher + "/" + subject;
    var number = published.merge(key, 1L, Long::sum);
    var text = key + " " + number;
    connection.publish(prefix + "." + subject, text.getBytes(StandardCharsets.UTF_8));
    return text;
  }

  /// Another one has published this.
  ///
  /// @param text what [#publish] gave
  public void expect(String text) {
    published.merge(text.substring(0, text.indexOf(' ')), 1L, Long::sum);
  }

  /// How many were published.
  public long published() {
    return published.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Takes a message that came.
  public synchronized void take(Message message) {
    take(new String(message.getData(), StandardCharsets.UTF_8));
  }

  synchronized void take(String text) {
    var blank = text.indexOf(' ');
    var key = text.substring(0, blank);
    var number = Long.parseLong(text.substring(blank + 1));
    var next = expected.getOrDefault(key, 1L);
    received++;
    if (number == next) {
      expected.put(key, next + 1);
    } else if (number < next) {
      duplicates++;
      if (wrong.size() < 20) {
        wrong.add(text + " came when " + next + " was due");
      }
    } else {
      missing += number - next;
      late++;
      if (wrong.size() < 20) {
        wrong.add(text + " came when " + next + " was due");
      }
      expected.put(key, number + 1);
    }
  }

  /// All that came, again and again included.
  public synchronized long received() {
    return received;
  }

  /// Messages that came a second time, or behind a later one.
  public synchronized long duplicates() {
    return duplicates;
  }

  /// Messages that had not come when a later one did.
  public synchronized long missing() {
    return missing;
  }

  /// Whether every message came, as far as the last of each publisher and subject tells.
  public synchronized boolean complete() {
    return published.entrySet().stream()
        .allMatch(it -> expected.getOrDefault(it.getKey(), 1L) > it.getValue());
  }

  /// What was not as it should be, for messages of failed tests.
  public synchronized String report() {
    return "published "
        + published()
        + ", received "
        + received
        + ", again "
        + duplicates
        + ", missing "
        + missing
        + " in "
        + late
        + " gaps, first: "
        + wrong;
  }
}

package io.frond.jetstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A stream as simple as can be: what the engine must do, without any of how.
final class ModelStream {
  /// Streams by name, each another kind.
  static final List<String> KINDS = List.of("LIMITS", "QUEUE", "INTEREST", "NEW", "MEM");

  private static final long AGE = 600_000_000_001L;
  private static final long WINDOW = 120_000_000_000L;
  private static final long ACK_WAIT = 30_000_000_000L;

  /// How late a message may come again.
  private static final long SLACK = 2_000_000L;

  private static final int MAX = 150;
  private static final int MAX_PER_SUBJECT = 40;
  private static final int WRONG_LAST_SEQUENCE = 10071;
  private static final int STORE_FAILED = 10077;

  /// A message.
  private record Message(String subject, String payload, long time, long expiry) {}

  /// What came of publishing.
  record Outcome(int error, long sequence, boolean duplicate) {}

  /// A delivery that is not settled.
  private static final class Delivery {
    int deliveries = 1;
    long again;
  }

  /// A consumer.
  static final class Consumer {
    private final String filter;
    private final TreeMap<Long, Delivery> pending = new TreeMap<>();
    private long delivered;

    private Consumer(String filter) {
      this.filter = filter;
    }

    private boolean matches(String subject) {
      return filter.endsWith(">") || filter.equals(subject);
    }
  }

  private record Seen(long sequence, long time) {}

  final String name;
  final TreeMap<String, Consumer> consumers = new TreeMap<>();
  long last;
  private final TreeMap<Long, Message> messages = new TreeMap<>();
  private final Map<String, Seen> seen = new HashMap<>();

  ModelStream(String name) {
    this.name = name;
  }

  /// As a request.
  String config() {
    var more =
        switch (name) {
          case "LIMITS" ->
              ",'max_msgs':"
                  + MAX
                  + ",'max_msgs_per_subject':"
                  + MAX_PER_SUBJECT
                  + ",'max_age':"
                  + AGE
                  + ",'allow_msg_ttl':true";
          case "QUEUE" -> ",'retention':'workqueue'";
          case "INTEREST" -> ",'retention':'interest'";
          case "NEW" -> ",'discard':'new','max_msgs':" + MAX;
          default -> ",'storage':'memory','max_msgs':" + MAX;
        };
    return ("{'name':'" + name + "','subjects':['" + name + ".*']" + more + "}").replace('\'', '"');
  }

  boolean allowsTtl() {
    return name.equals("LIMITS");
  }

  /// Of consumers that it may have.
  List<String> consumerNames() {
    return switch (name) {
      case "QUEUE" -> List.of("ALL");
      case "NEW" -> List.of();
      default -> List.of("ALL", "A", "B");
    };
  }

  String filter(String consumer) {
    return switch (consumer) {
      case "A" -> name + ".a";
      case "B" -> name + ".b";
      default -> name + ".>";
    };
  }

  void addConsumer(String consumer) {
    consumers.put(consumer, new Consumer(filter(consumer)));
  }

  void removeConsumer(String consumer) {
    consumers.remove(consumer);
    dropUnneeded();
  }

  private void dropUnneeded() {
    if (name.equals("INTEREST")) {
      List.copyOf(messages.keySet())
          .forEach(sequence -> {
            if (!isNeeded(sequence)) {
              remove(sequence);
            }
          });
    }
  }

  private boolean isNeeded(long sequence) {
    var message = messages.get(sequence);
    return message != null
        && consumers.values().stream()
            .anyMatch(one ->
                one.matches(message.subject)
                    && (sequence > one.delivered || one.pending.containsKey(sequence)));
  }

  private void remove(long sequence) {
    messages.remove(sequence);
    consumers.values().forEach(one -> one.pending.remove(sequence));
  }

  Outcome publish(String subject, String payload, String id, long expected, long ttl, long now) {
    if (expected >= 0 && expected != last) {
      return new Outcome(WRONG_LAST_SEQUENCE, 0, false);
    }
    var before = id.isEmpty() ? null : seen.get(id);
    if (before != null && now - before.time < WINDOW) {
      return new Outcome(0, before.sequence, true);
    }
    if (name.equals("NEW") && messages.size() >= MAX) {
      return new Outcome(STORE_FAILED, 0, false);
    }
    last++;
    if (!id.isEmpty()) {
      seen.put(id, new Seen(last, now));
    }
    if (name.equals("INTEREST")
        && consumers.values().stream().noneMatch(one -> one.matches(subject))) {
      return new Outcome(0, last, false);
    }
    messages.put(last, new Message(subject, payload, now, ttl == 0 ? 0 : now + ttl));
    if (name.equals("LIMITS")) {
      var same = of(subject);
      while (same.size() > MAX_PER_SUBJECT) {
        remove(same.removeFirst());
      }
    }
    if (name.equals("LIMITS") || name.equals("MEM")) {
      while (messages.size() > MAX) {
        remove(messages.firstKey());
      }
    }
    return new Outcome(0, last, false);
  }

  private List<Long> of(String subject) {
    var found = new ArrayList<Long>();
    messages.forEach((sequence, message) -> {
      if (message.subject.equals(subject)) {
        found.add(sequence);
      }
    });
    return found;
  }

  boolean delete(long sequence) {
    var was = messages.containsKey(sequence);
    remove(sequence);
    return was;
  }

  long purge(String filter, long before, long keep) {
    var matching = filter.isEmpty() ? new ArrayList<>(messages.keySet()) : of(filter);
    if (before > 0) {
      matching.removeIf(sequence -> sequence >= before);
    } else {
      for (var i = 0; i < keep && !matching.isEmpty(); i++) {
        matching.removeLast();
      }
    }
    matching.forEach(this::remove);
    if (filter.isEmpty() && before > last) {
      last = before - 1;
    }
    return matching.size();
  }

  /// Whether a message ends about now: it may go a little later than its time.
  boolean isEnding(long now) {
    return messages.values().stream()
        .map(message -> now - end(message))
        .anyMatch(since -> since >= 0 && since < 2_200_000_000L);
  }

  private long end(Message message) {
    var aged = name.equals("LIMITS") ? message.time + AGE : Long.MAX_VALUE;
    return message.expiry > 0 ? Math.min(aged, message.expiry) : aged;
  }

  void expire(long now) {
    List.copyOf(messages.entrySet())
        .forEach(entry -> {
          if (end(entry.getValue()) <= now) {
            remove(entry.getKey());
          }
        });
  }

  /// The newest sequence of a subject, 0 for none.
  long last(String subject) {
    var all = of(subject);
    return all.isEmpty() ? 0 : all.getLast();
  }

  NavigableMap<Long, String> texts() {
    var texts = new TreeMap<Long, String>();
    messages.forEach(
        (sequence, message) -> texts.put(sequence, message.subject + " " + message.payload));
    return texts;
  }

  private Consumer consumer(String consumer) {
    var found = consumers.get(consumer);
    if (found == null) {
      throw new AssertionError(consumer);
    }
    return found;
  }

  private List<Long> due(Consumer of, long now) {
    var due = new ArrayList<Long>();
    of.pending.forEach((sequence, one) -> {
      if (one.again <= now) {
        due.add(sequence);
      }
    });
    return due;
  }

  private long next(Consumer of) {
    for (var entry : messages.tailMap(of.delivered, false).entrySet()) {
      if (of.matches(entry.getValue().subject)) {
        return entry.getKey();
      }
    }
    return 0;
  }

  /// Notes a delivery.
  ///
  /// @return what is wrong with it, empty for nothing
  String delivered(
      String consumer, long sequence, int deliveries, String subject, String payload, long now) {
    var of = consumer(consumer);
    var message = messages.get(sequence);
    if (message == null) {
      return "no such message";
    }
    if (!message.subject.equals(subject) || !message.payload.equals(payload)) {
      return "it is another message";
    }
    var pending = of.pending.get(sequence);
    if (pending == null) {
      var due = due(of, now - SLACK);
      if (!due.isEmpty()) {
        return due + " come first";
      }
      if (next(of) != sequence) {
        return "the next is " + next(of);
      }
      of.delivered = sequence;
      pending = new Delivery();
      of.pending.put(sequence, pending);
    } else {
      if (pending.again > now) {
        return "it is not due";
      }
      pending.deliveries++;
    }
    pending.again = now + ACK_WAIT;
    return pending.deliveries == deliveries ? "" : "deliveries are " + pending.deliveries;
  }

  /// What a consumer could get now.
  List<Long> undelivered(String consumer, long now) {
    var of = consumer(consumer);
    var left = due(of, now - SLACK);
    if (next(of) > 0) {
      left.add(next(of));
    }
    return left;
  }

  void refused(String consumer, long sequence, long again) {
    var pending = consumer(consumer).pending.get(sequence);
    if (pending != null) {
      pending.again = again;
    }
  }

  void touched(String consumer, long sequence, long now) {
    refused(consumer, sequence, now + ACK_WAIT);
  }

  void settled(String consumer, long sequence) {
    if (consumer(consumer).pending.remove(sequence) == null) {
      return;
    }
    if (name.equals("QUEUE") || (name.equals("INTEREST") && !isNeeded(sequence))) {
      remove(sequence);
    }
  }

  SortedSet<Long> pending(String consumer) {
    return new TreeSet<>(consumer(consumer).pending.keySet());
  }

  /// Messages that a consumer did not get yet.
  long toDeliver(String consumer) {
    var of = consumer(consumer);
    return messages.tailMap(of.delivered, false).values().stream()
        .filter(message -> of.matches(message.subject))
        .count();
  }
}

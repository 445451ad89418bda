package io.frond.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.PublishOptions;
import io.nats.client.api.PublishAck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What clients of one stream were promised, and by their publishing what they make it promise.
/// Publisher `p` sends messages `p-0`, `p-1`, … with these as `Nats-Msg-Id`. Whatever was not
/// acknowledged when the server died it sends again first, so that in the end each is there once.
/// Any thread.
final class PromisedStream {
  private static final int IN_FLIGHT_MAX = 128;

  private final String name;
  private final NavigableMap<Long, String> acknowledged = new ConcurrentSkipListMap<>();
  private final Map<String, Long> sequences = new ConcurrentHashMap<>();
  private final List<List<String>> sent = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  /// Sequences that a consumer may have acknowledged: put in before it is sent.
  final NavigableSet<Long> ackSent = new ConcurrentSkipListSet<>();

  /// Sequences whose acknowledgement was confirmed.
  final NavigableSet<Long> ackConfirmed = new ConcurrentSkipListSet<>();

  PromisedStream(String name, int publishers) {
    this.name = name;
    for (var i = 0; i < publishers; i++) {
      sent.add(new ArrayList<>());
    }
  }

  String name() {
    return name;
  }

  /// Acknowledged messages' ids by sequence.
  NavigableMap<Long, String> acknowledged() {
    return acknowledged;
  }

  /// What is promised and does not hold.
  synchronized void broken(String what) {
    broken.add(name + ": " + what);
  }

  synchronized List<String> broken() {
    return List.copyOf(broken);
  }

  /// The body of a message: it is known from the id, so that any mixture is seen.
  static byte[] body(String id) {
    var random = new Random(id.hashCode());
    var text = new StringBuilder(id).append(' ');
    var length = random.nextInt(40) == 0 ? 5000 : random.nextInt(200);
    for (var i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  /// The id that a body begins with.
  static String id(byte[] body) {
    var text = new String(body, ISO_8859_1);
    return text.substring(0, Math.max(0, text.indexOf(' ')));
  }

  /// Publishes until the connection ends or so many were sent.
  void publish(Connection connection, int publisher, int most) throws Exception {
    var stream = connection.jetStream();
    var mine = sent.get(publisher);
    var permits = new Semaphore(IN_FLIGHT_MAX);
    for (var id : List.copyOf(mine)) {
      if (!sequences.containsKey(id)) {
        publishOne(stream, publisher, id, permits);
      }
    }
    for (var i = 0; i < most && connection.getStatus() == Connection.Status.CONNECTED; i++) {
      var id = publisher + "-" + mine.size();
      mine.add(id);
      publishOne(stream, publisher, id, permits);
    }
    permits.tryAcquire(IN_FLIGHT_MAX, 20, TimeUnit.SECONDS);
  }

  private void publishOne(JetStream stream, int publisher, String id, Semaphore permits)
      throws InterruptedException {
    if (!permits.tryAcquire(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no acknowledgements come");
    }
    var options = PublishOptions.builder().messageId(id).build();
    var _ =
        stream
            .publishAsync(name + "." + publisher, body(id), options)
            .whenComplete((ack, failure) -> {
              acknowledged(id, ack);
              permits.release();
            });
  }

  private void acknowledged(String id, @Nullable PublishAck ack) {
    if (ack == null) {
      return;
    }
    var sequence = ack.getSeqno();
    var other = acknowledged.putIfAbsent(sequence, id);
    if (other != null && !other.equals(id)) {
      broken("sequence " + sequence + " was given to " + other + " and to " + id);
    }
    var before = sequences.putIfAbsent(id, sequence);
    if (before != null && before != sequence) {
      broken(id + " was stored twice, as " + before + " and " + sequence);
    }
  }

  /// Messages that were sent and about which nothing is known.
  int inDoubt() {
    var count = 0;
    for (var list : sent) {
      for (var id : list) {
        count += sequences.containsKey(id) ? 0 : 1;
      }
    }
    return count;
  }

  int publishers() {
    return sent.size();
  }

  int sentBy(int publisher) {
    return sent.get(publisher).size();
  }

  /// The next new message of a publisher would have this number; checks one that was read.
  ///
  /// @return null when all is well
  @Nullable String wrong(long sequence, String subject, byte[] body) {
    var id = id(body);
    var known = acknowledged.get(sequence);
    if (known != null && !known.equals(id)) {
      return "sequence " + sequence + " is " + id + " but was acknowledged as " + known;
    }
    if (!Arrays.equals(body, body(id))) {
      return "the body of " + id + " at " + sequence + " changed";
    }
    var publisher = id.indexOf('-') < 0 ? "" : id.substring(0, id.indexOf('-'));
    return subject.equals(name + "." + publisher) ? null : id + " has the subject " + subject;
  }
}

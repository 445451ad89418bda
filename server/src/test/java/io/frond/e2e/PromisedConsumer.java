package io.frond.e2e;

import io.nats.client.Connection;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/// A durable pull consumer with explicit acknowledgement, and what it promised: it waits for the
/// confirmation of some acknowledgements, not for that of others, and leaves some messages alone.
/// One thread at a time.
final class PromisedConsumer {
  static final String NAME = "worker";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final PromisedStream stream;
  private final Random random;
  private final Set<Long> confirmedBefore = new HashSet<>();

  PromisedConsumer(PromisedStream stream, long seed) {
    this.stream = stream;
    random = new Random(seed);
  }

  /// The server was started again: what was confirmed up to now must not come any more.
  void restarted() {
    confirmedBefore.addAll(stream.ackConfirmed);
  }

  /// Takes messages until the connection ends.
  void work(Connection connection) throws Exception {
    var subscription = subscribe(connection);
    while (connection.getStatus() == Connection.Status.CONNECTED) {
      for (var message : subscription.fetch(50, Duration.ofMillis(250))) {
        take(message, random.nextInt(10));
      }
    }
  }

  /// Acknowledges all that is left.
  ///
  /// @return how many messages that were
  int drain(Connection connection) throws Exception {
    var subscription = subscribe(connection);
    var count = 0;
    while (true) {
      var got = subscription.fetch(500, Duration.ofMillis(400));
      if (got.isEmpty()) {
        var info = connection.jetStreamManagement().getConsumerInfo(stream.name(), NAME);
        if (info.getNumPending() == 0 && info.getNumAckPending() == 0) {
          return count;
        }
      }
      for (var message : got) {
        take(message, count % 20 == 0 ? 0 : 5);
        count++;
      }
    }
  }

  private JetStreamSubscription subscribe(Connection connection) throws Exception {
    return connection.jetStream().subscribe(null, PullSubscribeOptions.bind(stream.name(), NAME));
  }

  private void take(Message message, int what) throws Exception {
    var sequence = message.metaData().streamSequence();
    if (confirmedBefore.contains(sequence)) {
      stream.broken("message " + sequence + " came again though its acknowledgement was confirmed");
    }
    var wrong = stream.wrong(sequence, message.getSubject(), message.getData());
    if (wrong != null) {
      stream.broken("a consumer got something else: " + wrong);
    }
    if (what >= 8) {
      return;
    }
    stream.ackSent.add(sequence);
    if (what < 5) {
      try {
        message.ackSync(PATIENCE);
        stream.ackConfirmed.add(sequence);
      } catch (TimeoutException | IllegalStateException e) {
        // the server is gone
      }
    } else {
      message.ack();
    }
  }

  /// What is wrong with how far the consumer is after a start.
  void check(Connection connection) throws Exception {
    var info = connection.jetStreamManagement().getConsumerInfo(stream.name(), NAME);
    var floor = info.getAckFloor().getStreamSequence();
    var missing = new ArrayList<Long>();
    for (var sequence : stream.acknowledged().headMap(floor, true).keySet()) {
      if (!stream.ackSent.contains(sequence)) {
        missing.add(sequence);
      }
    }
    if (!missing.isEmpty()) {
      stream.broken("the floor is " + floor + " but nobody acknowledged " + missing);
    }
    var delivered = info.getDelivered().getStreamSequence();
    if (floor > delivered) {
      stream.broken("the floor " + floor + " is above what was delivered, " + delivered);
    }
    if (!stream.ackConfirmed.isEmpty() && delivered < stream.ackConfirmed.last()) {
      stream.broken(
          delivered + " were delivered, but " + stream.ackConfirmed.last() + " confirmed");
    }
  }
}

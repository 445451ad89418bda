package io.frond.consumer;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.stream.StreamView;
import io.frond.wire.NoResponders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Understands what clients say about messages: acknowledged, refused, in progress, never again. It
/// becomes entries of the log; an answer to it goes out after its commit. On the shard's thread.
final class Acks {
  private static final byte[] ACK = bytes("+ACK");
  private static final byte[] OK = bytes("+OK");
  private static final byte[] NAK = bytes("-NAK");
  private static final byte[] PROGRESS = bytes("+WPI");
  private static final byte[] NEXT = bytes("+NXT");
  private static final byte[] TERM = bytes("+TERM");

  /// What is beyond acknowledgements.
  interface Others {
    /// The next sequence that nobody got yet.
    long next();

    void pull(byte[] reply, byte[] body);

    void used();

    void wake();

    /// A pending message is to be sent again: `now`, or when its time comes.
    void again(int pendingIndex, boolean now);
  }

  private final StreamView stream;
  private final Ledger ledger;
  private final Settling settling;
  private final ConsumerEvents events;
  private final Others others;
  private final AckSubject subject;
  private final Sampling sampling;
  private ConsumerConfig config;

  Acks(
      StreamView stream,
      String consumer,
      ConsumerConfig config,
      Ledger ledger,
      Settling settling,
      ConsumerEvents events,
      Others others) {
    this.stream = stream;
    this.config = config;
    this.ledger = ledger;
    this.settling = settling;
    this.events = events;
    this.others = others;
    subject = new AckSubject(stream.config().name(), consumer);
    sampling = new Sampling(stream.id());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void configured(ConsumerConfig now) {
    config = now;
  }

  /// Takes what a client says; offsets are absolute in `in`, which is valid during the call.
  void take(
      ByteBuffer in,
      int subjectAt,
      int subjectLength,
      int replyAt,
      int replyLength,
      int bodyAt,
      int bodyLength) {
    if (config.ackPolicy() == AckPolicy.NONE || config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
      if (replyLength > 0) {
        nobody(copy(in, subjectAt, subjectLength), copy(in, replyAt, replyLength));
      }
      return;
    }
    others.used();
    if (!subject.read(in, subjectAt, subjectLength)) {
      return;
    }
    var reply = Status.NONE;
    if (replyLength > 0) {
      reply = new byte[replyLength];
      in.get(replyAt, reply);
    }
    if (bodyLength == 0
        || equal(in, bodyAt, bodyLength, ACK)
        || equal(in, bodyAt, bodyLength, OK)) {
      done(reply, true);
    } else if (starts(in, bodyAt, bodyLength, NAK)) {
      refused(rest(in, bodyAt, bodyLength, NAK), reply);
    } else if (equal(in, bodyAt, bodyLength, PROGRESS)) {
      if (ledger.pending.find(subject.sequence) >= 0) {
        settling.add(Settling.TOUCHED, subject.sequence);
      }
      answer(reply);
    } else if (starts(in, bodyAt, bodyLength, NEXT)) {
      done(Status.NONE, true);
      others.pull(reply, copy(in, bodyAt + NEXT.length, bodyLength - NEXT.length));
    } else if (starts(in, bodyAt, bodyLength, TERM)) {
      done(reply, false);
      events.terminated(
          subject.sequence,
          subject.consumerSequence,
          subject.deliveries,
          rest(in, bodyAt, bodyLength, TERM));
    } else {
      answer(reply);
    }
  }

  /// As with nats-server, where such a consumer does not listen to acknowledgements.
  private void nobody(byte[] subject, byte[] reply) {
    var answer = NoResponders.headers(subject);
    stream.outlet().publish(reply, Status.NONE, answer.length, answer);
  }

  private static boolean starts(ByteBuffer in, int at, int length, byte[] word) {
    if (length < word.length) {
      return false;
    }
    for (var i = 0; i < word.length; i++) {
      if (in.get(at + i) != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(ByteBuffer in, int at, int length, byte[] word) {
    return length == word.length && starts(in, at, length, word);
  }

  private static byte[] copy(ByteBuffer in, int at, int length) {
    var copy = new byte[length];
    in.get(at, copy);
    return copy;
  }

  private static String rest(ByteBuffer in, int at, int length, byte[] word) {
    return length == word.length
        ? ""
        : new String(copy(in, at + word.length, length - word.length), StandardCharsets.UTF_8)
            .strip();
  }

  private void done(byte[] reply, boolean sample) {
    var sequence = subject.sequence;
    if (sequence >= others.next()) {
      return;
    }
    if (config.ackPolicy() == AckPolicy.ALL) {
      if (sequence > ledger.floorStream) {
        settling.add(Settling.DONE_ALL, sequence);
      }
      answer(reply);
      return;
    }
    var pending = ledger.pending;
    var i = pending.find(sequence);
    if (i >= 0) {
      if (!pending.is(i, Pending.SETTLING)) {
        if (sample && sampling.chosen(config)) {
          events.acknowledged(
              sequence,
              subject.consumerSequence,
              stream.shard().now() - pending.time(i),
              subject.deliveries);
        }
        var stalled = config.maxAckPending() > 0 && pending.unanswered() >= config.maxAckPending();
        pending.set(i, Pending.SETTLING);
        settling.add(Settling.DONE, sequence);
        if (stalled) {
          others.wake();
        }
      } else if (reply.length > 0) {
        settling.add(Settling.DONE, sequence);
      }
    } else if (!ledger.exhausted.isEmpty() && ledger.exhausted.containsKey(sequence)) {
      settling.add(Settling.DONE, sequence);
    }
    answer(reply);
  }

  private void answer(byte[] reply) {
    if (reply.length == 0) {
      return;
    }
    Runnable say = () -> stream.outlet().publish(reply, Status.NONE, 0, Status.NONE);
    if (settling.isEmpty()) {
      say.run();
    } else {
      settling.then(say);
    }
  }

  private void refused(String argument, byte[] reply) {
    var sequence = subject.sequence;
    var i = ledger.pending.find(sequence);
    if (i >= 0 && !ledger.pending.is(i, Pending.SETTLING)) {
      events.refused(sequence, subject.consumerSequence, subject.deliveries);
      var later = delay(argument);
      settling.add(Settling.REFUSED, sequence, stream.shard().now() + later);
      if (later == 0) { // what the client asks for next must not overtake it
        others.again(i, true);
      }
    }
    answer(reply);
  }

  /// Nanoseconds; what cannot be read is none.
  private static long delay(String argument) {
    if (argument.isEmpty()) {
      return 0;
    }
    if (argument.charAt(0) == '{') {
      try {
        return Math.max(0, JsonObject.parse(bytes(argument)).number("delay", 0));
      } catch (JsonException e) {
        return 0;
      }
    }
    return Math.max(0, Durations.parse(argument, 0));
  }
}

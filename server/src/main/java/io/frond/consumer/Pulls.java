package io.frond.consumer;

import io.frond.json.JsonException;
import io.frond.stream.ApiLevel;
import io.frond.stream.GoDuration;
import io.frond.stream.StreamView;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The pull requests that wait (ADR-13), in turn: who got a message and wants more goes to the end
/// of the queue, or with policy `prioritized` to the end of those of its priority (ADR-42). On the
/// shard's thread.
final class Pulls implements Receivers {
  private static final int PRIORITIES = 10;
  private static final long SECOND = 1_000_000_000L;

  /// What requests need to know of their consumer.
  interface Source {
    /// Messages to come, those to send again not counted.
    long pendingMessages();

    /// Messages that wait for being sent again.
    long toSendAgain();

    long waitingForAck();

    long lastStream();

    long lastConsumer();

    /// There is something to do for the delivery.
    void wake();

    /// Someone used the consumer.
    void used();
  }

  private final StreamView stream;
  private final Source source;
  private final Pin pin;
  private final Alarm alarm;
  private final ArrayDeque<PullRequest>[] levels;
  private ConsumerConfig config;
  private int size;
  private int noWaits;
  private long checked;
  private @Nullable PullRequest chosen;

  Pulls(StreamView stream, ConsumerConfig config, Source source, Pin pin) {
    this.stream = stream;
    this.config = config;
    this.source = source;
    this.pin = pin;
    alarm = new Alarm(stream.shard(), this::ring);
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
    ArrayDeque<PullRequest>[] made = new ArrayDeque[PRIORITIES + 1];
    for (var i = 0; i < made.length; i++) {
      made[i] = new ArrayDeque<>(2);
    }
    levels = made;
  }

  @Override
  public void configured(ConsumerConfig now) {
    var before = config.priorityPolicy();
    config = now;
    if (before != now.priorityPolicy()) {
      var all = new ArrayDeque<PullRequest>();
      for (var level : levels) {
        all.addAll(level);
        level.clear();
      }
      for (var request : all) {
        level(request).addLast(request);
      }
    }
  }

  int size() {
    return size;
  }

  /// Takes a request.
  ///
  /// @param headerLength bytes of headers at the beginning of `body`
  void add(byte[] reply, int headerLength, byte[] body) {
    if (reply.length == 0) {
      return;
    }
    if (headerLength > 0 && needsLevel(body, headerLength)) {
      say(reply, Status.API_LEVEL);
      return;
    }
    PullRequest request;
    try {
      request = PullRequest.read(reply, body, headerLength, stream.shard().now());
    } catch (JsonException e) {
      say(reply, Status.badRequest(String.valueOf(e.getMessage())));
      return;
    }
    var refusal = refusal(request);
    if (refusal != null) {
      say(reply, refusal);
    } else if (mayWait(request)) {
      enqueue(request);
    }
  }

  private static boolean needsLevel(byte[] body, int headerLength) {
    var level = Headers.value(Headers.text(body, headerLength), ApiLevel.HEADER);
    return level != null && ApiLevel.refuses(level);
  }

  private byte @Nullable [] refusal(PullRequest r) {
    if (config.maxBatch() > 0 && r.left > config.maxBatch()) {
      return Status.bytes("409 Exceeded MaxRequestBatch of " + config.maxBatch());
    }
    if (config.maxExpires() > 0 && r.expires > config.maxExpires()) {
      return Status.bytes(
          "409 Exceeded MaxRequestExpires of " + GoDuration.of(config.maxExpires()));
    }
    if (config.maxBytes() > 0 && r.bytesLeft > config.maxBytes()) {
      return Status.bytes("409 Exceeded MaxRequestMaxBytes of " + config.maxBytes());
    }
    return r.formal ? pin.refusal(r) : null;
  }

  /// Whether there is room, and for a request that does not wait something to come.
  private boolean mayWait(PullRequest request) {
    if (size >= config.maxWaiting() && stream.shard().now() - checked > SECOND) {
      check(false);
    }
    if (request.noWait) {
      var pending = source.pendingMessages() + source.toSendAgain();
      if (pending == 0 && request.deadline == Long.MAX_VALUE) {
        source.used();
        say(request.reply, Status.NO_MESSAGES);
        return false;
      }
      if (pending > 0 && size > 0) {
        check(false);
        var wanted = 0L;
        for (var level : levels) {
          for (var other : level) {
            wanted += other.left;
          }
        }
        if (Long.compareUnsigned(pending, wanted) < 0) { // negative ones want all, as there
          source.used();
          say(request.reply, Status.REQUESTS_PENDING);
          return false;
        }
      }
    }
    if (size >= config.maxWaiting()) {
      if (request.heartbeat == 0) {
        say(request.reply, Status.MAX_WAITING);
      }
      return false;
    }
    return true;
  }

  private void enqueue(PullRequest request) {
    level(request).addLast(request);
    size++;
    if (request.noWait) {
      noWaits++;
    }
    alarm.atLatest(Math.min(request.deadline, request.heartbeatAt));
    source.used();
    source.wake();
  }

  private ArrayDeque<PullRequest> level(PullRequest request) {
    if (config.priorityPolicy() != PriorityPolicy.PRIORITIZED) {
      return levels[0];
    }
    return levels[request.formal ? (int) request.priority : PRIORITIES];
  }

  private void say(byte[] reply, byte[] status) {
    stream.outlet().publish(reply, Status.NONE, status.length, status);
  }

  @Override
  public boolean ready() {
    return size > 0;
  }

  @Override
  public byte @Nullable [] choose(int bytes) {
    chosen = null;
    if (size == 0) {
      return null;
    }
    var now = stream.shard().now();
    for (var level : levels) {
      for (var left = level.size(); left > 0; left--) {
        var request = level.getFirst();
        if (now >= request.deadline) {
          drop(level, Status.pending(Status.TIMEOUT, request.left, request.bytesLeft));
          continue;
        }
        switch (pin.turn(request, source)) {
          case OTHERS -> level.addLast(level.removeFirst());
          case NEVER ->
              drop(level, Status.pending(Status.WRONG_PIN_ID, request.left, request.bytesLeft));
          case YES -> {
            if (request.bytesLeft <= 0 || bytes <= request.bytesLeft) {
              pin.take(request);
              chosen = request;
              return request.reply;
            }
            drop(level, Status.pending(Status.MAX_BYTES, request.left, request.bytesLeft));
          }
        }
      }
    }
    return null;
  }

  private void drop(ArrayDeque<PullRequest> level, byte[] status) {
    var request = level.removeFirst();
    gone(request);
    say(request.reply, status);
  }

  private void gone(PullRequest request) {
    size--;
    if (request.noWait) {
      noWaits--;
    }
  }

  @Override
  public void sent(int bytes) {
    var request = chosen;
    if (request == null) {
      return;
    }
    chosen = null;
    var level = level(request);
    request.sent++;
    request.left--;
    if (request.bytesLeft > 0) {
      request.bytesLeft -= bytes;
      if (request.bytesLeft == 0) {
        request.left = 0;
      }
    }
    if (request.left <= 0) {
      level.removeFirst();
      gone(request);
      if (request.bytesLeft > 0) {
        say(request.reply, Status.pending(Status.BATCH_COMPLETED, request.left, request.bytesLeft));
      }
      return;
    }
    if (request.heartbeat > 0) {
      request.heartbeatAt = stream.shard().now() + request.heartbeat;
    }
    if (level.size() > 1) {
      level.addLast(level.removeFirst());
    }
  }

  @Override
  public void unheard() {
    var request = chosen;
    if (request != null) {
      chosen = null;
      level(request).removeFirst();
      gone(request);
    }
  }

  @Override
  public void idle(boolean end) {
    if (end && noWaits > 0) {
      check(true);
    }
  }

  private void ring() {
    check(true);
  }

  /// Ends what has expired or lost its listener, and with `end` what does not wait; sends
  /// heartbeats.
  void check(boolean end) {
    var now = stream.shard().now();
    checked = now;
    var next = Long.MAX_VALUE;
    var outlet = stream.outlet();
    for (var level : levels) {
      for (var each = level.iterator(); each.hasNext(); ) {
        var request = each.next();
        byte[] status = null;
        if (now >= request.deadline) {
          status = Status.pending(Status.TIMEOUT, request.left, request.bytesLeft);
        } else if (end
            && request.noWait
            && (request.deadline == Long.MAX_VALUE || request.sent > 0)) {
          status = Status.NO_MESSAGES;
        }
        if (status != null || !outlet.hasInterest(request.reply)) {
          each.remove();
          gone(request);
          if (status != null) {
            say(request.reply, status);
          }
          continue;
        }
        if (now >= request.heartbeatAt) {
          say(request.reply, Status.heartbeat(source.lastConsumer(), source.lastStream(), ""));
          request.heartbeatAt = now + request.heartbeat;
        }
        next = Math.min(next, Math.min(request.deadline, request.heartbeatAt));
      }
    }
    alarm.atLatest(next);
  }

  /// Ends all.
  void end(Predicate<PullRequest> tell, String status) {
    for (var level : levels) {
      for (var request : level) {
        if (tell.test(request)) {
          say(
              request.reply,
              status.isEmpty()
                  ? Status.CONSUMER_DELETED
                  : Status.pending(status, request.left, request.bytesLeft));
        }
      }
      level.clear();
    }
    size = 0;
    noWaits = 0;
    alarm.cancel();
  }

  @Override
  public void start() {
    // nothing waits yet
  }

  @Override
  public void stop() {
    for (var level : levels) {
      level.clear();
    }
    size = 0;
    noWaits = 0;
    alarm.cancel();
    pin.stop();
  }
}

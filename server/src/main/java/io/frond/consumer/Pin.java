package io.frond.consumer;

import io.frond.stream.StreamView;
import org.jspecify.annotations.Nullable;

/// Priority groups (ADR-42): whose turn it is beyond the order of requests, and with policy
/// `pinned_client` the client that has them all. On the shard's thread.
final class Pin {
  /// Whether a request gets the next message.
  enum Turn {
    YES,
    OTHERS,
    /// It names a client that is not the pinned one any more.
    NEVER
  }

  private final StreamView stream;
  private final ConsumerEvents events;
  private final Runnable wake;
  private final Alarm alarm;
  private ConsumerConfig config;
  private String id = "";
  private String group = "";
  private long since;

  /// @param wake when others may get messages
  Pin(StreamView stream, ConsumerConfig config, ConsumerEvents events, Runnable wake) {
    this.stream = stream;
    this.config = config;
    this.events = events;
    this.wake = wake;
    alarm = new Alarm(stream.shard(), () -> unpin("timeout"));
  }

  void configured(ConsumerConfig now) {
    config = now;
  }

  /// Checks what a request says of groups.
  byte @Nullable [] refusal(PullRequest r) {
    var policy = config.priorityPolicy();
    if ((r.minPending != 0 || r.minAckPending != 0) && policy != PriorityPolicy.OVERFLOW) {
      return Status.badRequest("Not a Overflow Priority consumer");
    }
    if (!r.id.isEmpty() && policy != PriorityPolicy.PINNED_CLIENT) {
      return Status.badRequest("Not a Pinned Client Priority consumer");
    }
    if (r.priority < 0 || r.priority > 9) {
      return Status.badRequest("Priority must be between 0 and 9");
    }
    if (policy == PriorityPolicy.NONE) {
      return null;
    }
    if (r.group.isEmpty()) {
      return Status.badRequest("Priority Group missing");
    }
    if (!config.priorityGroups().contains(r.group)) {
      return Status.badRequest("Invalid Priority Group");
    }
    if (!id.isEmpty()) {
      if (r.id.equals(id)) {
        alarm.set(stream.shard().now() + config.priorityTimeout());
      } else if (!r.id.isEmpty()) {
        return Status.WRONG_PIN;
      }
    }
    return null;
  }

  Turn turn(PullRequest r, Pulls.Source source) {
    return switch (config.priorityPolicy()) {
      case NONE, PRIORITIZED -> Turn.YES;
      case PINNED_CLIENT -> {
        if (id.isEmpty()) {
          yield r.id.isEmpty() ? Turn.YES : Turn.NEVER;
        }
        yield r.id.equals(id) ? Turn.YES : r.id.isEmpty() ? Turn.OTHERS : Turn.NEVER;
      }
      case OVERFLOW ->
          (r.minPending <= 0 && r.minAckPending <= 0)
                  || (r.minPending > 0 && r.minPending <= source.pendingMessages())
                  || (r.minAckPending > 0 && r.minAckPending <= source.waitingForAck())
              ? Turn.YES
              : Turn.OTHERS;
    };
  }

  /// A request gets a message: where nobody is pinned, its client is now.
  void take(PullRequest r) {
    if (config.priorityPolicy() != PriorityPolicy.PINNED_CLIENT
        || !id.isEmpty()
        || r.group.isEmpty()) {
      return;
    }
    id = stream.newId();
    group = r.group;
    since = stream.shard().now();
    r.id = id;
    alarm.set(since + config.priorityTimeout());
    events.pinned(group, id);
  }

  /// Empty when nobody is pinned.
  String id() {
    return id;
  }

  /// Nanoseconds since the epoch, 0 when nobody is pinned.
  long since() {
    return since;
  }

  /// Ends a pin.
  ///
  /// @param reason `admin` or `timeout`
  void unpin(String reason) {
    if (id.isEmpty()) {
      return;
    }
    id = "";
    since = 0;
    alarm.cancel();
    events.unpinned(group, reason);
    wake.run();
  }

  void stop() {
    id = "";
    since = 0;
    alarm.cancel();
  }
}

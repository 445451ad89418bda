package io.frond.account;

import io.frond.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The other servers that a message goes to: each once, however much of its interest matched.
/// Belongs to a [Delivery] and its thread.
final class Targets {
  private static final byte[][] NO_QUEUES = {};

  private @Nullable RemoteTarget[] targets = new RemoteTarget[8];
  private final ArrayList<byte[][]> queues = new ArrayList<>();
  private int[] queueCount = new int[8];
  private int count;

  /// To how many of the last message's servers it went over routes.
  private int overRoutes;

  /// Begins a message.
  void clear() {
    count = 0;
    overRoutes = 0;
  }

  /// Remembers a server, with a queue group or without.
  ///
  /// @param loop of the delivery
  void add(int loop, RemoteTarget target, byte @Nullable [] queue) {
    var slots = target.slots();
    var at = slots[loop];
    if (at >= count || targets[at] != target) {
      at = count++;
      if (at == targets.length) {
        targets = Arrays.copyOf(targets, 2 * at);
        queueCount = Arrays.copyOf(queueCount, 2 * at);
      }
      targets[at] = target;
      queueCount[at] = 0;
      slots[loop] = at;
    }
    if (queue != null) {
      addQueue(at, queue);
    }
  }

  private void addQueue(int at, byte[] queue) {
    while (queues.size() <= at) {
      queues.add(new byte[4][]);
    }
    var named = queues.get(at);
    var size = queueCount[at];
    if (size == named.length) {
      named = Arrays.copyOf(named, 2 * size);
      queues.set(at, named);
    }
    named[size] = queue;
    queueCount[at] = size + 1;
  }

  /// Sends to every remembered server.
  ///
  /// @return to how many
  int send(Delivery message) {
    var sent = 0;
    for (var i = 0; i < count; i++) {
      var target = targets[i];
      if (target != null && !(message.isKept() && target.leavesToLane(message))) {
        send(message, target, i);
        sent++;
      }
      targets[i] = null;
    }
    count = 0;
    return sent;
  }

  int overRoutes() {
    return overRoutes;
  }

  private void send(Delivery message, RemoteTarget target, int at) {
    overRoutes += target.isRoute() ? 1 : 0;
    var size = queueCount[at];
    target.send(message, size == 0 ? NO_QUEUES : queues.get(at), size);
  }

  /// The same for a message that is traced: each server gets headers of its own, by which its part
  /// of the trace is known.
  int sendTraced(Delivery message, Trace trace) {
    var sent = 0;
    for (var i = 0; i < count; i++) {
      var target = targets[i];
      if (target == null || (message.isKept() && target.leavesToLane(message))) {
        continue;
      }
      var whole = message.frame();
      var own = trace.toServer(target.traceEnd(), whole);
      if (own == null) {
        continue;
      }
      var _ = message.exchange(own);
      for (var j = i; j < count; j++) {
        var each = targets[j];
        if (each != null && (j == i || target.sharesWayWith(each))) {
          send(message, each, j);
          sent++;
          targets[j] = null;
        }
      }
      message.runAfterwards();
      var _ = message.exchange(whole);
    }
    Arrays.fill(targets, 0, count, null);
    count = 0;
    return sent;
  }
}

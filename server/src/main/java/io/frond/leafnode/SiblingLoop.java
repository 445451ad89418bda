package io.frond.leafnode;

import io.frond.account.Interest;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Two clusters, each a leaf of the other by different pairs of servers: every message would come
/// by either link. A server that hears of its own subject of loop detection from another one of its
/// cluster, which a server of its hub's cluster told of it as a leaf, is in such a circle, and so
/// is the server that dialled the other way. One of the two links has to end: the younger, else
/// that of the cluster whose name comes later. A link that does not carry all subjects stays, since
/// each may have its part.
///
/// Interest changes with the account's interest lock held; the rest is the link's loop's.
final class SiblingLoop {
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long GIVE_WAY_MILLIS = 500;
  private static final long SETTLED_MILLIS = 3000;

  private final LeafNodes nodes;
  private final Leaf leaf;
  private final byte[] subject;
  private final long begunNanos = System.nanoTime();
  private volatile boolean closed;

  SiblingLoop(LeafNodes nodes, Leaf leaf) {
    this.nodes = nodes;
    this.leaf = leaf;
    subject = nodes.loops().subject(leaf.account());
  }

  /// Our own subject of loop detection.
  byte[] subject() {
    return subject;
  }

  /// What the link's other side should know of changed.
  ///
  /// @param count of the interest, 0 when it ended
  void changed(Interest interest, int count) {
    if (!leaf.isSpoke() || !Arrays.equals(subject, interest.subject())) {
      return;
    }
    var origin = leaf.origin();
    closed = count > 0 && interest.of(origin) > interest.hubsOf(origin);
    if (closed && leaf.rights() == null) {
      later(delayMillis());
    }
  }

  /// Whoever does not end its link at once looks first whether the other one did.
  private long delayMillis() {
    var own = nodes.host().clusterName();
    var hub = leaf.cluster();
    var comesLater = own != null && hub != null && own.compareTo(hub) > 0;
    var young = System.nanoTime() - begunNanos < YOUNG_NANOS;
    return (young ? 0 : SETTLED_MILLIS) + (comesLater ? 0 : GIVE_WAY_MILLIS);
  }

  private void later(long millis) {
    var loop = leaf.link().loop();
    try {
      var _ = loop.executor().schedule(() -> loop.batch(this::look), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      nodes.host().log().debug(leaf.label() + " - ends with the server");
    }
  }

  private void look() {
    if (closed && leaf.link().reason() == null) {
      leaf.loop();
    }
  }
}

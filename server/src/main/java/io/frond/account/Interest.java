package io.frond.account;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// How much interest an account has in one subject (and queue group), by the side that it comes
/// from. Guarded by the account's interest lock.
public final class Interest {
  private final byte[] subject;
  private final byte @Nullable [] queue;
  private int local;
  private int routes;
  private int spokes;
  private int hubs;
  private @Nullable IdentityHashMap<Object, Integer> byOwner;

  Interest(byte[] subject, byte @Nullable [] queue) {
    this.subject = subject;
    this.queue = queue;
  }

  public byte[] subject() {
    return subject;
  }

  public byte @Nullable [] queue() {
    return queue;
  }

  /// Members (of a queue group) or subscriptions of this server's own clients.
  public int local() {
    return local;
  }

  public int routes() {
    return routes;
  }

  public int spokes() {
    return spokes;
  }

  public int hubs() {
    return hubs;
  }

  /// What a leaf link itself contributes.
  public int of(Object owner) {
    return byOwner == null ? 0 : byOwner.getOrDefault(owner, 0);
  }

  /// The leaf links that contribute.
  public Iterable<Object> owners() {
    return byOwner == null ? java.util.List.of() : byOwner.keySet();
  }

  void add(Side side, @Nullable Object owner, int delta) {
    switch (side) {
      case LOCAL -> local += delta;
      case ROUTE -> routes += delta;
      case SPOKE -> spokes += delta;
      case HUB -> hubs += delta;
    }
    if (side.isLeaf() && owner != null) {
      if (byOwner == null) {
        byOwner = new IdentityHashMap<>(2);
      }
      if (byOwner.merge(owner, delta, Integer::sum) == 0) {
        byOwner.remove(owner);
      }
    }
  }

  boolean isEmpty() {
    return local + routes + spokes + hubs == 0;
  }
}

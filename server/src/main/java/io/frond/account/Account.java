package io.frond.account;

import io.frond.options.AccountOptions;
import io.frond.subject.Match;
import io.frond.subject.Sublist;
import io.frond.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One account: its interest, and the way of a message to it.
///
/// Any thread. `interestLock` orders changes of interest and what other servers are told of them;
/// it guards `interests`. Publishing takes no lock of the account's.
public final class Account {
  private final String name;
  private final byte[] nameBytes;
  private final Sublist<Subscription> sublist = new Sublist<>();
  private final AccountStats stats;
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger leaves = new AtomicInteger();
  private final ReentrantLock interestLock = new ReentrantLock();
  private final @Nullable Interests interests;
  private final List<InterestWatch> watches = new CopyOnWriteArrayList<>();
  private final Origins origins = new Origins();
  private volatile AccountOptions limits;
  private volatile @Nullable Renames renames;

  /// @param loops how many event loops publish
  /// @param toldToOthers whether the server has routes or leaves, so that interest is counted
  public Account(AccountOptions limits, int loops, boolean toldToOthers) {
    this.name = limits.name();
    this.limits = limits;
    nameBytes = name.getBytes(StandardCharsets.UTF_8);
    stats = new AccountStats(loops);
    interests = toldToOthers ? new Interests() : null;
  }

  public String name() {
    return name;
  }

  public byte[] nameBytes() {
    return nameBytes;
  }

  public AccountOptions limits() {
    return limits;
  }

  public void limits(AccountOptions next) {
    limits = next;
  }

  /// Subjects that mean others here; null for none.
  public @Nullable Renames renames() {
    return renames;
  }

  public void renames(@Nullable Renames next) {
    renames = next;
  }

  /// Connected clients, for limits and monitoring.
  public AtomicInteger clients() {
    return clients;
  }

  /// Leaf links, both those that joined us and those that we dialled.
  public AtomicInteger leaves() {
    return leaves;
  }

  /// The clusters of leaves that share this account.
  public Origins origins() {
    return origins;
  }

  public AccountStats stats() {
    return stats;
  }

  public Sublist<Subscription> sublist() {
    return sublist;
  }

  /// Adds interest and tells the other servers.
  public void subscribe(Subscription subscription) {
    insert(subscription);
    changed(subscription);
  }

  /// Adds interest of the server itself that no other server hears of. It stays.
  public void listen(Subscription subscription) {
    sublist.insert(subscription);
    changed(subscription);
  }

  private void changed(Subscription subscription) {
    for (var watch : watches) {
      watch.changed(subscription.subject());
    }
  }

  private void insert(Subscription subscription) {
    if (interests == null) {
      sublist.insert(subscription);
      return;
    }
    interestLock.lock();
    try {
      sublist.insert(subscription);
      interests.add(subscription, subscription.weight());
    } finally {
      interestLock.unlock();
    }
  }

  /// Takes interest away; without effect when it is not there.
  public void unsubscribe(Subscription subscription) {
    remove(subscription);
    changed(subscription);
  }

  private void remove(Subscription subscription) {
    if (interests == null) {
      sublist.remove(subscription);
      return;
    }
    interestLock.lock();
    try {
      if (sublist.remove(subscription)) {
        interests.add(subscription, -subscription.weight());
      }
    } finally {
      interestLock.unlock();
    }
  }

  /// Changes how many members of a queue group a remote subscription stands for.
  public void reweigh(WeightedSubscription subscription, int weight) {
    interestLock.lock();
    try {
      var delta = weight - subscription.weight();
      subscription.weight(weight);
      sublist.reweigh(subscription);
      if (interests != null) {
        interests.add(subscription, delta);
      }
    } finally {
      interestLock.unlock();
    }
  }

  /// From now on `watch` hears of all changes of interest.
  public void watch(InterestWatch watch) {
    watches.add(watch);
  }

  /// From now on the listener hears of all interest, beginning with what there is.
  public void attach(InterestListener listener) {
    interestLock.lock();
    try {
      if (interests != null) {
        interests.attach(listener);
      }
    } finally {
      interestLock.unlock();
    }
  }

  public void detach(InterestListener listener) {
    interestLock.lock();
    try {
      if (interests != null) {
        interests.detach(listener);
      }
    } finally {
      interestLock.unlock();
    }
  }

  /// Carries a message to all whose interest matches. On the event loop of the delivery.
  void publish(Delivery message, Match<Subscription> match) {
    if (message.onlyRoutes()) {
      relay(message, match);
      return;
    }
    if (message.trace() != null) {
      deliverTraced(message, message.trace(), match);
    } else {
      for (var i = 0; i < match.plainCount(); i++) {
        var subscription = match.plain(i);
        if (message.side().mayReach(subscription.side()) && subscription.deliver(message)) {
          message.took();
        }
      }
    }
    if (match.queueCount() > 0) {
      QueueChoice.deliver(message, match);
    }
    message.sendToTargets();
    message.end();
    stats.count(message);
  }

  private static void deliverTraced(Delivery message, Trace trace, Match<Subscription> match) {
    for (var i = 0; i < match.plainCount(); i++) {
      var subscription = match.plain(i);
      if (message.side().mayReach(subscription.side())
          && subscription.deliverTraced(message, trace)) {
        message.took();
      }
    }
  }

  /// For servers that may lack what this one has had already. A queue group has had its member.
  private static void relay(Delivery message, Match<Subscription> match) {
    for (var i = 0; i < match.plainCount(); i++) {
      var subscription = match.plain(i);
      if (subscription.side() == Side.ROUTE
          && !subscription.remembered()
          && message.side().mayReach(Side.ROUTE)) {
        var _ = subscription.deliver(message);
      }
    }
    message.sendToTargets();
    message.end();
  }
}

package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.session.Buffering;
import io.frond.session.SessionRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The interest that a holder has in an account, by subject and queue group. Changed on the event
/// loop of the holder's link; monitoring reads from any thread.
final class KeptInterest {
  private final Account account;
  private final Holder holder;
  private final Runnable changed;
  private final ConcurrentHashMap<String, LeafSubscription> subscriptions =
      new ConcurrentHashMap<>();

  /// @param changed called after each change
  KeptInterest(Account account, Holder holder, Runnable changed) {
    this.account = account;
    this.holder = holder;
    this.changed = changed;
  }

  int count() {
    return subscriptions.size();
  }

  /// Subjects and, after a blank, queue groups.
  List<String> list() {
    var list = new ArrayList<String>();
    for (var subscription : subscriptions.values()) {
      var queue = subscription.queueText();
      list.add(subscription.subjectText() + (queue == null ? "" : " " + queue));
    }
    return list;
  }

  boolean has(byte[] subject, byte @Nullable [] queue) {
    return subscriptions.containsKey(key(subject, queue));
  }

  /// @param link the number of the link that shows it
  void add(byte[] subject, byte @Nullable [] queue, int weight, long link) {
    var key = key(subject, queue);
    var known = subscriptions.get(key);
    if (known != null) {
      known.shownBy(link);
      if (queue != null && known.weight() != weight) {
        account.reweigh(known, weight);
        changed.run();
      }
      return;
    }
    var added = new LeafSubscription(holder, subject, queue, queue == null ? 1 : weight, link);
    subscriptions.put(key, added);
    account.subscribe(added);
    changed.run();
  }

  /// It is remembered, but no link shows it any more.
  ///
  /// @return what it is; null when there is no such interest
  @Nullable LeafSubscription lose(byte[] subject, byte @Nullable [] queue) {
    var known = subscriptions.get(key(subject, queue));
    if (known != null) {
      known.shownBy(0);
    }
    return known;
  }

  void remove(byte[] subject, byte @Nullable [] queue) {
    var gone = subscriptions.remove(key(subject, queue));
    if (gone != null) {
      account.unsubscribe(gone);
      changed.run();
    }
  }

  /// What [#lose] told did not come back.
  void remove(LeafSubscription lost) {
    if (subscriptions.remove(key(lost.subject(), lost.queue()), lost)) {
      account.unsubscribe(lost);
      changed.run();
    }
  }

  /// Whether interest in a subject ends with the link: what belongs to the detection of loops, and
  /// what mirrors and sources asked for, who listen to another subject after a cut.
  static boolean passes(byte[] subject) {
    return Loops.is(subject) || Buffering.isFollowing(subject);
  }

  /// As it is stored: all but what ends with the link.
  List<SessionRecord.Kept> records() {
    var all = new ArrayList<SessionRecord.Kept>();
    for (var each : subscriptions.values()) {
      if (!passes(each.subject())) {
        all.add(new SessionRecord.Kept(each.subject(), each.queue(), each.weight()));
      }
    }
    return all;
  }

  private static String key(byte[] subject, byte @Nullable [] queue) {
    var text = new String(subject, StandardCharsets.ISO_8859_1);
    return queue == null ? text : text + ' ' + new String(queue, StandardCharsets.ISO_8859_1);
  }

  /// Whether there is interest that this link has not shown.
  boolean hasOther(long link) {
    for (var each : subscriptions.values()) {
      if (each.shownBy() != link) {
        return true;
      }
    }
    return false;
  }

  /// Ends what earlier links showed and nobody wants any more, as this one has not shown it.
  void removePassed(long link) {
    for (var each : subscriptions.values()) {
      if (each.shownBy() != link && passes(each.subject())) {
        remove(each.subject(), each.queue());
      }
    }
  }

  /// Ends the interest that this link has not shown.
  void removeOther(long link) {
    subscriptions
        .entrySet()
        .removeIf(entry -> {
          var other = entry.getValue().shownBy() != link;
          if (other) {
            account.unsubscribe(entry.getValue());
          }
          return other;
        });
    changed.run();
  }

  /// Ends all.
  void end() {
    subscriptions.values().forEach(account::unsubscribe);
    subscriptions.clear();
  }
}

package io.frond.account;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who of the other servers is told what: an account's interest counted by subject and queue group,
/// and the links that listen to changes. Guarded by the account's interest lock.
final class Interests {
  private record Key(byte[] subject, byte @Nullable [] queue) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && Arrays.equals(subject, key.subject)
          && Arrays.equals(queue, key.queue);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(subject) + Arrays.hashCode(queue);
    }
  }

  private final Map<Key, Interest> all = new HashMap<>();
  private final ArrayList<InterestListener> listeners = new ArrayList<>();

  void attach(InterestListener listener) {
    listeners.add(listener);
    for (var interest : all.values()) {
      var count = listener.wanted(interest);
      if (count > 0) {
        listener.changed(interest, count);
      }
      for (var leaves : interest.origins()) {
        var theirs = listener.wantedOf(interest, leaves);
        if (theirs > 0) {
          listener.changedOf(interest, leaves, theirs);
        }
      }
    }
  }

  void detach(InterestListener listener) {
    listeners.remove(listener);
  }

  void add(Subscription subscription, int delta) {
    if (delta == 0) {
      return;
    }
    var key = new Key(subscription.subject(), subscription.queue());
    var interest = all.computeIfAbsent(key, k -> new Interest(k.subject, k.queue));
    var leaves = subscription.owner() instanceof Origin origin ? origin : null;
    var before = wanted(interest, null);
    var theirsBefore = leaves == null ? before : wanted(interest, leaves);
    interest.add(subscription, delta);
    tell(interest, null, before);
    if (leaves != null) {
      tell(interest, leaves, theirsBefore);
    }
    if (interest.isEmpty()) {
      all.remove(key);
    }
  }

  /// @param leaves null for what is told without an origin
  private int[] wanted(Interest interest, @Nullable Origin leaves) {
    var wanted = new int[listeners.size()];
    for (var i = 0; i < wanted.length; i++) {
      var listener = listeners.get(i);
      wanted[i] = leaves == null ? listener.wanted(interest) : listener.wantedOf(interest, leaves);
    }
    return wanted;
  }

  private void tell(Interest interest, @Nullable Origin leaves, int[] before) {
    var counted = interest.queue() != null;
    var after = wanted(interest, leaves);
    for (var i = 0; i < before.length; i++) {
      var now = after[i];
      if (counted ? now == before[i] : (now > 0) == (before[i] > 0)) {
        continue;
      }
      if (leaves == null) {
        listeners.get(i).changed(interest, now);
      } else {
        listeners.get(i).changedOf(interest, leaves, now);
      }
    }
  }
}

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
    var before = new int[listeners.size()];
    for (var i = 0; i < before.length; i++) {
      before[i] = listeners.get(i).wanted(interest);
    }
    interest.add(subscription.side(), subscription.owner(), delta);
    var counted = interest.queue() != null;
    for (var i = 0; i < before.length; i++) {
      var listener = listeners.get(i);
      var now = listener.wanted(interest);
      if (counted ? now != before[i] : (now > 0) != (before[i] > 0)) {
        listener.changed(interest, now);
      }
    }
    if (interest.isEmpty()) {
      all.remove(key);
    }
  }
}

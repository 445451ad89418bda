package io.frond.subject;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The entries of one subject, and the ready-made answer for it.
///
/// Entries change while the caller holds the sublist's lock and this node's monitor; the answer is
/// made at the next match under the monitor alone, so that neither 100,000 entries for one subject
/// are copied on each insert, nor a match waits for inserts elsewhere.
@SuppressWarnings("ReferenceEquality") // entries are told apart by identity
class Node<S extends Sublist.Entry> {
  /// A token, or the whole subject in the table of literals.
  final byte[] key;

  final int hash;

  /// Nothing, one entry, or a [Crowd]; guarded by `this`.
  private @Nullable Object entries;

  /// Null when it must be made anew.
  private volatile @Nullable Match<S> ready = Match.empty();

  Node(byte[] key, int hash) {
    this.key = key;
    this.hash = hash;
  }

  /// Who is here.
  final Match<S> answer(Counters counters) {
    Match<S> match = ready;
    return match != null ? match : make(counters);
  }

  /// The answer if it is at hand.
  final @Nullable Match<S> ready() {
    return ready;
  }

  /// Whether there are no entries; any thread.
  final boolean isVacant() {
    return ready == Match.<S>empty();
  }

  final synchronized Match<S> make(Counters counters) {
    Match<S> match = ready;
    if (match == null) {
      match = Match.of(entries);
      ready = match;
      if (!match.isEmpty()) {
        counters.kept();
      }
    }
    return match;
  }

  /// Forgets the answer. The monitor is held.
  private void forget(Counters counters) {
    Match<S> match = ready;
    if (match != null && !match.isEmpty()) {
      counters.dropped();
    }
    ready = entries == null ? Match.empty() : null;
  }

  final synchronized void add(S entry, Counters counters) {
    Object held = entries;
    if (held == null) {
      entries = entry;
    } else if (held instanceof Crowd crowd) {
      crowd.add(entry);
    } else if (held != entry) {
      Crowd crowd = new Crowd();
      crowd.add((Sublist.Entry) held);
      crowd.add(entry);
      entries = crowd;
    } else {
      throw new IllegalStateException("the entry is in the list already");
    }
    forget(counters);
  }

  /// Whether the entry was there.
  final synchronized boolean remove(S entry, Counters counters) {
    Object held = entries;
    if (held instanceof Crowd crowd) {
      if (!crowd.remove(entry)) {
        return false;
      }
      if (crowd.size == 0) {
        entries = null;
      }
    } else if (held == entry) {
      entries = null;
    } else {
      return false;
    }
    forget(counters);
    return true;
  }

  /// Has the answer made anew, if the entry is here: its weight has changed.
  final synchronized boolean renew(S entry, Counters counters) {
    boolean here = entries instanceof Crowd crowd ? crowd.contains(entry) : entries == entry;
    if (here) {
      forget(counters);
    }
    return here;
  }

  /// Gives each entry to `action`, without holding the monitor; any thread.
  @SuppressWarnings("unchecked")
  final void forEach(Consumer<? super S> action) {
    Object held;
    Object[] copy = {};
    synchronized (this) {
      held = entries;
      if (held instanceof Crowd crowd) {
        copy = crowd.toArray();
      }
    }
    if (held instanceof Crowd) {
      for (Object entry : copy) {
        action.accept((S) entry);
      }
    } else if (held != null) {
      action.accept((S) held);
    }
  }

  /// Several entries, with and without a queue group. Guarded by the node.
  static final class Crowd {
    final Members plain = new Members(2);
    final Map<QueueName, Members> queues = new HashMap<>(2);
    int size;

    void add(Sublist.Entry entry) {
      Members members = members(entry);
      if (members == null) {
        members = new Members(1);
        queues.put(new QueueName(queueOf(entry)), members);
      } else if (members.contains(entry)) {
        throw new IllegalStateException("the entry is in the list already");
      }
      members.add(entry);
      size++;
    }

    boolean remove(Sublist.Entry entry) {
      Members members = members(entry);
      if (members == null || !members.remove(entry)) {
        return false;
      }
      if (members != plain && members.size() == 0) {
        queues.remove(new QueueName(queueOf(entry)));
      }
      size--;
      return true;
    }

    boolean contains(Sublist.Entry entry) {
      Members members = members(entry);
      return members != null && members.contains(entry);
    }

    Object[] toArray() {
      Object[] all = new Object[size];
      int n = 0;
      for (Object entry : plain.toArray()) {
        all[n++] = entry;
      }
      for (Members members : queues.values()) {
        for (Object entry : members.toArray()) {
          all[n++] = entry;
        }
      }
      return all;
    }

    private @Nullable Members members(Sublist.Entry entry) {
      byte[] queue = entry.queue();
      return queue == null ? plain : queues.get(new QueueName(queue));
    }

    private static byte[] queueOf(Sublist.Entry entry) {
      byte[] queue = entry.queue();
      if (queue == null) {
        throw new IllegalStateException("an entry's queue has changed");
      }
      return queue;
    }
  }
}

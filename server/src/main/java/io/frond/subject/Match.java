package io.frond.subject;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is interested in a subject: all plain entries, and of each queue group one member of the
/// caller's choice. Immutable: any thread.
///
/// A caller that wants members by their weight draws a number below [#queueWeight] and asks
/// [#queuePick]; one that has preferences of its own goes through [#queueMember].
public final class Match<S extends Sublist.Entry> {
  private static final Object[] NO_PLAIN = {};
  private static final QueueGroup[] NO_QUEUES = {};
  private static final Match<?> EMPTY = new Match<>(NO_PLAIN, NO_QUEUES);

  private final Object[] plain;
  private final QueueGroup[] queues;

  private Match(Object[] plain, QueueGroup[] queues) {
    this.plain = plain;
    this.queues = queues;
  }

  /// The one without entries.
  @SuppressWarnings("unchecked")
  public static <S extends Sublist.Entry> Match<S> empty() {
    return (Match<S>) EMPTY;
  }

  public boolean isEmpty() {
    return this == EMPTY;
  }

  public int plainCount() {
    return plain.length;
  }

  @SuppressWarnings("unchecked")
  public S plain(int i) {
    return (S) plain[i];
  }

  public int queueCount() {
    return queues.length;
  }

  /// Not to be changed.
  public byte[] queueName(int q) {
    return queues[q].name;
  }

  /// How many entries the group has, whatever their weights.
  public int queueSize(int q) {
    return queues[q].members.length;
  }

  @SuppressWarnings("unchecked")
  public S queueMember(int q, int i) {
    return (S) queues[q].members[i];
  }

  /// The sum of the members' weights, at least 1.
  public int queueWeight(int q) {
    return queues[q].weight();
  }

  /// The member whose share of the weight `point` falls into.
  ///
  /// @param point 0 up to, not including, [#queueWeight]
  @SuppressWarnings("unchecked")
  public S queuePick(int q, int point) {
    return (S) queues[q].pick(point);
  }

  /// How many deliveries a message makes: plain entries and queue groups.
  public int fanout() {
    return plain.length + queues.length;
  }

  /// @param entries as [Node] holds them
  static <S extends Sublist.Entry> Match<S> of(@Nullable Object entries) {
    if (entries == null) {
      return empty();
    }
    if (entries instanceof Node.Crowd crowd) {
      QueueGroup[] groups = new QueueGroup[crowd.queues.size()];
      int n = 0;
      for (Map.Entry<QueueName, Members> group : crowd.queues.entrySet()) {
        groups[n++] = QueueGroup.of(group.getKey().bytes(), group.getValue().toArray());
      }
      return new Match<>(crowd.plain.toArray(), n == 0 ? NO_QUEUES : groups);
    }
    Object[] one = {entries};
    byte[] queue = ((Sublist.Entry) entries).queue();
    return queue == null
        ? new Match<>(one, NO_QUEUES)
        : new Match<>(NO_PLAIN, new QueueGroup[] {QueueGroup.of(queue, one)});
  }

  /// The parts together; groups of the same name become one.
  static <S extends Sublist.Entry> Match<S> merge(Match<?>[] parts) {
    int plainCount = 0;
    int queueCount = 0;
    for (Match<?> part : parts) {
      plainCount += part.plain.length;
      queueCount += part.queues.length;
    }
    if (plainCount + queueCount == 0) {
      return empty();
    }
    Object[] plain = plainCount == 0 ? NO_PLAIN : new Object[plainCount];
    QueueGroup[] queues = queueCount == 0 ? NO_QUEUES : new QueueGroup[queueCount];
    int p = 0;
    int q = 0;
    for (Match<?> part : parts) {
      System.arraycopy(part.plain, 0, plain, p, part.plain.length);
      System.arraycopy(part.queues, 0, queues, q, part.queues.length);
      p += part.plain.length;
      q += part.queues.length;
    }
    return new Match<>(plain, queueCount < 2 ? queues : QueueGroup.united(queues));
  }

  /// A queue group's members.
  ///
  /// @param sums for each member its and the earlier ones' weights; empty when all weigh 1
  private record QueueGroup(byte[] name, Object[] members, int[] sums) {
    private static final int[] ALL_ONE = {};

    /// Groups up to so many are compared with each other; more are sorted by a map.
    private static final int COMPARED_MAX = 8;

    static QueueGroup of(byte[] name, Object[] members) {
      boolean allOne = true;
      for (Object member : members) {
        allOne &= ((Sublist.Entry) member).weight() == 1;
      }
      if (allOne) {
        return new QueueGroup(name, members, ALL_ONE);
      }
      int[] sums = new int[members.length];
      long sum = 0;
      for (int i = 0; i < sums.length; i++) {
        sum += Math.max(1, ((Sublist.Entry) members[i]).weight());
        sums[i] = (int) Math.min(sum, Integer.MAX_VALUE);
      }
      return new QueueGroup(name, members, sums);
    }

    int weight() {
      return sums.length == 0 ? members.length : sums[sums.length - 1];
    }

    Object pick(int point) {
      if (sums.length == 0) {
        return members[point];
      }
      int low = 0;
      int high = sums.length - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (sums[middle] > point) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return members[low];
    }

    static QueueGroup[] united(QueueGroup[] groups) {
      if (groups.length > COMPARED_MAX) {
        return unitedByMap(groups);
      }
      int n = 0;
      for (QueueGroup group : groups) {
        int same = 0;
        while (same < n && !Arrays.equals(groups[same].name, group.name)) {
          same++;
        }
        groups[same] = same < n ? groups[same].with(group) : group;
        n = Math.max(n, same + 1);
      }
      return n == groups.length ? groups : Arrays.copyOf(groups, n);
    }

    private static QueueGroup[] unitedByMap(QueueGroup[] groups) {
      Map<QueueName, QueueGroup> byName = new HashMap<>();
      for (QueueGroup group : groups) {
        byName.merge(new QueueName(group.name), group, QueueGroup::with);
      }
      return byName.values().toArray(new QueueGroup[0]);
    }

    private QueueGroup with(QueueGroup other) {
      Object[] all = Arrays.copyOf(members, members.length + other.members.length);
      System.arraycopy(other.members, 0, all, members.length, other.members.length);
      return of(name, all);
    }
  }
}

package io.frond.subject;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Nodes by their keys: open addressing with linear probing over an array of hashes, so that a miss
/// costs one cache line. A large table is split into parts by the hashes' highest bits, so that it
/// never grows all at once while inserts wait.
///
/// One thread at a time writes (the sublist's lock), any thread reads without a lock. That is sound
/// since:
///
/// - who holds the table writes its reference to a volatile field after each change, where readers
///   get it: they see every finished change, of an unfinished one perhaps a part;
/// - a node's key is final, and a slot counts only when hash and key agree;
/// - a node never changes its slot; when the slots must be more or fewer, a new table is made and
///   published, and the old one stays as it was;
/// - a slot returns to `FREE` only if the next one is free, so no reader stops short of its node;
/// - some slots are always free, so every probe ends.
final class NodeTable<N extends Node<?>> {
  static final int FREE = 0;
  static final int REMOVED = 1;

  /// A table that would grow beyond so many nodes is split.
  static final int WHOLE_MAX = 3072;

  private static final int PARTS = 64;
  private static final int PART_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(PARTS);
  private static final int CAPACITY_MIN = 4;

  private static final int[] NO_HASHES = {};
  private static final @Nullable Node<?>[] NO_NODES = {};

  private final int[] hashes;
  private final @Nullable Node<?>[] nodes;

  /// Instead of slots, in a table that was split.
  private final NodeTable<N> @Nullable [] parts;

  private int live;

  /// Slots that are not `FREE`.
  private int used;

  private NodeTable(int capacity) {
    hashes = new int[capacity];
    nodes = new Node<?>[capacity];
    parts = null;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private NodeTable(NodeTable<N> whole) {
    hashes = NO_HASHES;
    nodes = NO_NODES;
    live = whole.live;
    NodeTable<N>[] made = (NodeTable<N>[]) new NodeTable[PARTS];
    for (int p = 0; p < PARTS; p++) {
      made[p] = new NodeTable<>(capacityFor(whole.live / PARTS));
    }
    for (int i = 0; i < whole.nodes.length; i++) {
      Node<?> node = whole.nodes[i];
      if (node != null) {
        int p = whole.hashes[i] >>> PART_SHIFT;
        made[p] = made[p].withSlot(node, whole.hashes[i]);
      }
    }
    parts = made;
  }

  static <N extends Node<?>> NodeTable<N> empty() {
    return new NodeTable<>(CAPACITY_MIN);
  }

  int size() {
    return live;
  }

  /// The node whose key equals the bytes from `from` up to `to`.
  @Nullable N find(byte[] s, int from, int to, int hash) {
    NodeTable<N>[] split = parts;
    return (split == null ? this : split[hash >>> PART_SHIFT]).findSlot(s, from, to, hash);
  }

  @SuppressWarnings("unchecked")
  private @Nullable N findSlot(byte[] s, int from, int to, int hash) {
    int mask = hashes.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      int h = hashes[i];
      if (h == hash) {
        Node<?> node = nodes[i];
        if (node != null && Arrays.equals(node.key, 0, node.key.length, s, from, to)) {
          return (N) node;
        }
      } else if (h == FREE) {
        return null;
      }
    }
  }

  /// Adds a node whose key is not there yet.
  ///
  /// @return the table to use from now on
  NodeTable<N> with(N node) {
    NodeTable<N> table = parts == null && live >= WHOLE_MAX ? new NodeTable<>(this) : this;
    NodeTable<N>[] split = table.parts;
    if (split == null) {
      return table.withSlot(node, node.hash);
    }
    int p = node.hash >>> PART_SHIFT;
    split[p] = split[p].withSlot(node, node.hash);
    table.live++;
    return table;
  }

  private NodeTable<N> withSlot(Node<?> node, int hash) {
    NodeTable<N> table = (used + 1) * 4L > hashes.length * 3L ? resized(live + 1) : this;
    table.place(node, hash);
    return table;
  }

  private void place(Node<?> node, int hash) {
    int mask = hashes.length - 1;
    int i = hash & mask;
    while (hashes[i] != FREE && hashes[i] != REMOVED) {
      i = (i + 1) & mask;
    }
    if (hashes[i] == FREE) {
      used++;
    }
    live++;
    nodes[i] = node;
    hashes[i] = hash;
  }

  /// Removes a node that is there.
  ///
  /// @return the table to use from now on
  NodeTable<N> without(Node<?> node) {
    NodeTable<N>[] split = parts;
    if (split == null) {
      return withoutSlot(node);
    }
    int p = node.hash >>> PART_SHIFT;
    split[p] = split[p].withoutSlot(node);
    live--;
    return live < WHOLE_MAX / 4 ? united(split) : this;
  }

  @SuppressWarnings("ReferenceEquality") // a node is equal to itself only
  private NodeTable<N> withoutSlot(Node<?> node) {
    int mask = hashes.length - 1;
    int i = node.hash & mask;
    while (nodes[i] != node) {
      i = (i + 1) & mask;
    }
    live--;
    nodes[i] = null;
    hashes[i] = REMOVED;
    if (hashes[(i + 1) & mask] == FREE) {
      for (; hashes[i] == REMOVED; i = (i - 1) & mask) {
        hashes[i] = FREE;
        used--;
      }
    }
    return hashes.length > CAPACITY_MIN && live * 8L < hashes.length ? resized(live) : this;
  }

  private NodeTable<N> resized(int size) {
    NodeTable<N> table = new NodeTable<>(capacityFor(size));
    table.placeAll(this);
    return table;
  }

  private NodeTable<N> united(NodeTable<N>[] split) {
    NodeTable<N> table = new NodeTable<>(capacityFor(live));
    for (NodeTable<N> part : split) {
      table.placeAll(part);
    }
    return table;
  }

  private static int capacityFor(int size) {
    return Math.max(CAPACITY_MIN, Integer.highestOneBit(size) * 4);
  }

  private void placeAll(NodeTable<N> other) {
    for (int i = 0; i < other.nodes.length; i++) {
      Node<?> node = other.nodes[i];
      if (node != null) {
        place(node, other.hashes[i]);
      }
    }
  }

  /// Gives each node that is there throughout to `action`; any thread.
  @SuppressWarnings("unchecked")
  void forEach(Consumer<? super N> action) {
    NodeTable<N>[] split = parts;
    if (split != null) {
      for (NodeTable<N> part : split) {
        part.forEach(action);
      }
      return;
    }
    for (Node<?> node : nodes) {
      if (node != null) {
        action.accept((N) node);
      }
    }
  }
}

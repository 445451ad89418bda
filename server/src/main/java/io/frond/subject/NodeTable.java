package io.frond.subject;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Nodes by their keys: open addressing with linear probing over an array of hashes, so that a miss
/// costs one cache line.
///
/// One thread at a time writes (the sublist's lock), any thread reads without a lock. That is sound
/// since:
///
/// - who holds the table writes its reference to a volatile field after each change, where readers
///   get it: they see every finished change, of an unfinished one perhaps a part;
/// - a node's key is final, and a slot counts only when hash and key agree;
/// - a node never changes its slot; when the table must grow or shrink, a new one is made and
///   published, and the old one stays as it was;
/// - a slot returns to `FREE` only if the next one is free, so no reader stops short of its node;
/// - some slots are always free, so every probe ends.
final class NodeTable<N extends Node<?>> {
  static final int FREE = 0;
  static final int REMOVED = 1;

  private static final int CAPACITY_MIN = 4;

  private final int[] hashes;
  private final @Nullable Node<?>[] nodes;
  private int live;

  /// Slots that are not `FREE`.
  private int used;

  private NodeTable(int capacity) {
    hashes = new int[capacity];
    nodes = new Node<?>[capacity];
  }

  static <N extends Node<?>> NodeTable<N> empty() {
    return new NodeTable<>(CAPACITY_MIN);
  }

  int size() {
    return live;
  }

  /// The node whose key equals the bytes from `from` up to `to`.
  @SuppressWarnings("unchecked")
  @Nullable N find(byte[] s, int from, int to, int hash) {
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
    NodeTable<N> table = (used + 1) * 4L > hashes.length * 3L ? resized(live + 1) : this;
    table.place(node);
    return table;
  }

  private void place(Node<?> node) {
    int mask = hashes.length - 1;
    int i = node.hash & mask;
    while (hashes[i] > REMOVED || hashes[i] < FREE) {
      i = (i + 1) & mask;
    }
    if (hashes[i] == FREE) {
      used++;
    }
    live++;
    nodes[i] = node;
    hashes[i] = node.hash;
  }

  /// Removes a node that is there.
  ///
  /// @return the table to use from now on
  @SuppressWarnings("ReferenceEquality") // a node is equal to itself only
  NodeTable<N> without(Node<?> node) {
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
    int capacity = Math.max(CAPACITY_MIN, Integer.highestOneBit(size) * 4);
    NodeTable<N> table = new NodeTable<>(capacity);
    for (Node<?> node : nodes) {
      if (node != null) {
        table.place(node);
      }
    }
    return table;
  }

  /// Gives each node that is there throughout to `action`; any thread.
  @SuppressWarnings("unchecked")
  void forEach(Consumer<? super N> action) {
    for (Node<?> node : nodes) {
      if (node != null) {
        action.accept((N) node);
      }
    }
  }
}

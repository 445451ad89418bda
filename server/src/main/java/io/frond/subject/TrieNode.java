package io.frond.subject;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A token's place in the trie of wildcard subjects; its entries are those whose subject ends here.
///
/// Children change under the sublist's lock; any thread reads. Nearly all nodes have one child or
/// none, so a table comes with the second.
@SuppressWarnings("ReferenceEquality") // nodes are equal to themselves only
final class TrieNode<S extends Sublist.Entry> extends Node<S> {
  private static final byte[] STAR = {'*'};
  private static final byte[] FULL = {'>'};

  /// Null, one `TrieNode`, or a `NodeTable` of them.
  private volatile @Nullable Object children;

  private volatile @Nullable TrieNode<S> star;
  private volatile @Nullable Node<S> full;

  TrieNode(byte[] key, int hash) {
    super(key, hash);
  }

  @Nullable TrieNode<S> star() {
    return star;
  }

  @Nullable Node<S> full() {
    return full;
  }

  boolean hasChildren() {
    return children != null;
  }

  /// The child for the token from `from` up to `to`, taken literally.
  @SuppressWarnings("unchecked")
  @Nullable TrieNode<S> child(byte[] s, int from, int to) {
    Object held = children;
    if (held == null) {
      return null;
    }
    if (held instanceof TrieNode<?> only) {
      return Arrays.equals(only.key, 0, only.key.length, s, from, to) ? (TrieNode<S>) only : null;
    }
    return ((NodeTable<TrieNode<S>>) held).find(s, from, to, Words.hash(s, from, to));
  }

  /// The node for the next token of a pattern: made if it is not there.
  Node<S> grow(byte[] s, int from, int to) {
    if (Subjects.isFull(s, from, to)) {
      Node<S> node = full;
      if (node == null) {
        node = new Node<>(FULL, 0);
        full = node;
      }
      return node;
    }
    if (Subjects.isStar(s, from, to)) {
      TrieNode<S> node = star;
      if (node == null) {
        node = new TrieNode<>(STAR, 0);
        star = node;
      }
      return node;
    }
    TrieNode<S> node = child(s, from, to);
    if (node == null) {
      node = new TrieNode<>(Arrays.copyOfRange(s, from, to), Words.hash(s, from, to));
      attach(node);
    }
    return node;
  }

  /// The node for the next token of a pattern, if it is there.
  @Nullable Node<S> next(byte[] s, int from, int to) {
    if (Subjects.isFull(s, from, to)) {
      return full;
    }
    return Subjects.isStar(s, from, to) ? star : child(s, from, to);
  }

  @SuppressWarnings("unchecked")
  private void attach(TrieNode<S> node) {
    Object held = children;
    if (held == null) {
      children = node;
    } else if (held instanceof TrieNode<?> only) {
      children = NodeTable.<TrieNode<S>>empty().with((TrieNode<S>) only).with(node);
    } else {
      children = ((NodeTable<TrieNode<S>>) held).with(node);
    }
  }

  /// Takes out a node that [#next] gave.
  @SuppressWarnings("unchecked")
  void detach(Node<S> node) {
    Object held = children;
    if (node == full) {
      full = null;
    } else if (node == star) {
      star = null;
    } else if (node == held) {
      children = null;
    } else if (held != null) {
      NodeTable<TrieNode<S>> left = ((NodeTable<TrieNode<S>>) held).without(node);
      children = left.size() == 0 ? null : left;
    }
  }

  /// Whether nothing hangs below.
  boolean isLeaf() {
    return children == null && star == null && full == null;
  }

  /// Gives the children for literal tokens to `action`.
  @SuppressWarnings("unchecked")
  void forEachChild(Consumer<TrieNode<S>> action) {
    Object held = children;
    if (held instanceof TrieNode<?> only) {
      action.accept((TrieNode<S>) only);
    } else if (held != null) {
      ((NodeTable<TrieNode<S>>) held).forEach(action);
    }
  }
}

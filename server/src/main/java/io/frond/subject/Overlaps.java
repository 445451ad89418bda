package io.frond.subject;

import java.util.function.Consumer;

/// Walks a trie for the entries whose subject has literal subjects in common with a pattern.
///
/// @param pattern valid
/// @param action gets each entry once
record Overlaps<S extends Sublist.Entry>(byte[] pattern, Consumer<? super S> action) {

  /// Of the entries below `node`, whose place agrees with the pattern up to `from`, where a token
  /// begins.
  void below(TrieNode<S> node, int from) {
    int to = Subjects.tokenEnd(pattern, from);
    if (Subjects.isFull(pattern, from, to)) {
      all(node, action);
      return;
    }
    Node<S> full = node.full();
    if (full != null) {
      full.forEach(action);
    }
    TrieNode<S> star = node.star();
    if (star != null) {
      at(star, to);
    }
    if (Subjects.isStar(pattern, from, to)) {
      node.forEachChild(child -> at(child, to));
    } else {
      TrieNode<S> child = node.child(pattern, from, to);
      if (child != null) {
        at(child, to);
      }
    }
  }

  private void at(TrieNode<S> node, int to) {
    if (to == pattern.length) {
      node.forEach(action);
    } else {
      below(node, to + 1);
    }
  }

  /// Of all entries below a node.
  static <S extends Sublist.Entry> void all(TrieNode<S> node, Consumer<? super S> action) {
    Node<S> full = node.full();
    if (full != null) {
      full.forEach(action);
    }
    TrieNode<S> star = node.star();
    if (star != null) {
      star.forEach(action);
      all(star, action);
    }
    node.forEachChild(child -> {
      child.forEach(action);
      all(child, action);
    });
  }
}

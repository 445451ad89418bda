package io.frond.subject;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes that a subject reaches. Belongs to one match on one thread.
final class Found<S extends Sublist.Entry> {
  private @Nullable Node<S> first;
  private @Nullable Node<S> second;
  private List<Node<S>> more = List.of();

  /// The node, if there is exactly one.
  @Nullable Node<S> single() {
    return second == null ? first : null;
  }

  boolean isEmpty() {
    return first == null;
  }

  void add(Node<S> node) {
    if (node.isVacant()) {
      return;
    }
    if (first == null) {
      first = node;
    } else if (second == null) {
      second = node;
    } else {
      if (more.isEmpty()) {
        more = new ArrayList<>();
      }
      more.add(node);
    }
  }

  /// Adds the nodes below `node` that the tokens from `from` on reach; the subject has no empty
  /// token. Recursion goes only as deep as nodes have both a `*` and a literal child on the way.
  void walk(TrieNode<S> node, byte[] subject, int from) {
    TrieNode<S> at = node;
    for (int start = from; ; ) {
      Node<S> full = at.full();
      if (full != null) {
        add(full);
      }
      TrieNode<S> star = at.star();
      int end = at.hasChildren() || star != null ? Subjects.tokenEnd(subject, start) : -1;
      if (end < 0) {
        return;
      }
      TrieNode<S> child = at.child(subject, start, end);
      if (end == subject.length) {
        addIfPresent(child);
        addIfPresent(star);
        return;
      }
      start = end + 1;
      if (star != null && child != null) {
        walk(child, subject, start);
        at = star;
      } else if (star != null) {
        at = star;
      } else if (child != null) {
        at = child;
      } else {
        return;
      }
    }
  }

  private void addIfPresent(@Nullable Node<S> node) {
    if (node != null) {
      add(node);
    }
  }

  /// The answers of all nodes together.
  Match<S> merge(Counters counters) {
    Match<?>[] parts = new Match<?>[2 + more.size()];
    parts[0] = answer(first, counters);
    parts[1] = answer(second, counters);
    for (int i = 0; i < more.size(); i++) {
      parts[2 + i] = answer(more.get(i), counters);
    }
    return Match.merge(parts);
  }

  private static <S extends Sublist.Entry> Match<S> answer(
      @Nullable Node<S> node, Counters counters) {
    return node == null ? Match.empty() : node.answer(counters);
  }
}

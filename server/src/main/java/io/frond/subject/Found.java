package io.frond.subject;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes that a subject reaches. Belongs to one match on one thread.
final class Found<S extends Sublist.Entry> {
  private @Nullable Node<S> first;
  private @Nullable Node<S>[] more = none();
  private int moreCount;

  /// The node, if there is exactly one.
  @Nullable Node<S> single() {
    return moreCount == 0 ? first : null;
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
      return;
    }
    if (moreCount == more.length) {
      more = Arrays.copyOf(more, Math.max(4, moreCount * 2));
    }
    more[moreCount++] = node;
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
    List<Match<S>> parts = new ArrayList<>(moreCount + 1);
    for (int i = -1; i < moreCount; i++) {
      Node<S> node = i < 0 ? first : more[i];
      Match<S> part = node == null ? Match.empty() : node.answer(counters);
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return switch (parts.size()) {
      case 0 -> Match.empty();
      case 1 -> parts.get(0);
      default -> Match.merge(parts);
    };
  }

  private static final Node<?>[] NONE = {};

  @SuppressWarnings("unchecked")
  private static <S extends Sublist.Entry> @Nullable Node<S>[] none() {
    return (@Nullable Node<S>[]) NONE;
  }
}

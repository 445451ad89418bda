package io.frond.store;

import static io.frond.store.SubjectNodes.NONE;

import java.util.List;

/// One walk through a [SubjectIndex] along the patterns of a filter. Made for each walk.
final class SubjectMatch {
  private static final int ROOT = 0;

  private final SubjectNodes nodes;
  private final SubjectIndex index;

  /// What lies wholly before it is left out.
  private final long from;

  /// The patterns before the current one, when they may match the same subjects.
  private List<byte[]> earlier = List.of();

  private SubjectIndex.Visitor visitor = _ -> false;
  private long steps;

  SubjectMatch(SubjectNodes nodes, SubjectIndex index, long from, long steps) {
    this.nodes = nodes;
    this.index = index;
    this.from = from;
    this.steps = steps;
  }

  /// Whether a walk ended because it took more steps than it was given.
  boolean isExhausted() {
    return steps < 0;
  }

  boolean match(SubjectFilter filter, SubjectIndex.Visitor visitor) {
    this.visitor = visitor;
    if (filter.isAll()) {
      return all(ROOT);
    }
    List<byte[]> patterns = filter.patterns();
    boolean disjoint = filter.isDisjoint();
    for (int i = 0; i < patterns.size(); i++) {
      earlier = disjoint ? List.of() : patterns.subList(0, i);
      if (!walk(ROOT, patterns.get(i), 0)) {
        return false;
      }
    }
    return true;
  }

  private boolean walk(int inner, byte[] pattern, int at) {
    int to = Tokens.end(pattern, at, pattern.length);
    if (Tokens.isFull(pattern, at, to)) {
      return all(inner);
    }
    if (!Tokens.isStar(pattern, at, to)) {
      int child = index.child(inner, pattern, at, to);
      return child == NONE || step(child, pattern, at, to);
    }
    for (int child = nodes.firstChild(inner); child != NONE; child = nodes.next(child)) {
      if (!step(child, pattern, at, to)) {
        return false;
      }
    }
    return true;
  }

  /// The child's first token matches the pattern's up to `to`.
  private boolean step(int child, byte[] pattern, int at, int to) {
    if (--steps < 0) {
      return false;
    }
    if (nodes.last(child) < from) {
      return true;
    }
    if (nodes.isLeaf(child)) {
      return !restMatches(child, pattern, at) || visit(child);
    }
    if (to < pattern.length) {
      return walk(child, pattern, to + 1);
    }
    int end = index.child(child, pattern, to, to);
    return end == NONE || nodes.last(end) < from || visit(end);
  }

  private boolean restMatches(int leaf, byte[] pattern, int at) {
    int label = nodes.labelAt(leaf);
    int length = nodes.labelLength(leaf);
    return length > 0 && Tokens.matches(nodes.labelArray(leaf), label, label + length, pattern, at);
  }

  /// Visits all leaves below; not one that ends where `inner` does, unless that is the root.
  private boolean all(int inner) {
    int node = nodes.firstChild(inner);
    while (node != NONE) {
      if (--steps < 0) {
        return false;
      }
      if (nodes.last(node) >= from) {
        if (!nodes.isLeaf(node)) {
          node = nodes.firstChild(node);
          continue;
        }
        if (!endsAt(node, inner) && !visit(node)) {
          return false;
        }
      }
      while (nodes.next(node) == NONE) {
        node = nodes.parent(node);
        if (node == inner) {
          return true;
        }
      }
      node = nodes.next(node);
    }
    return true;
  }

  private boolean endsAt(int leaf, int inner) {
    return nodes.labelLength(leaf) == 0 && nodes.parent(leaf) == inner;
  }

  private boolean visit(int leaf) {
    if (!earlier.isEmpty()) {
      byte[] subject = index.subject(leaf);
      for (byte[] pattern : earlier) {
        if (Tokens.matches(subject, 0, subject.length, pattern, 0)) {
          return true;
        }
      }
    }
    return visitor.entry(leaf);
  }

  /// Adds up messages or subjects.
  long sum(SubjectFilter filter, boolean messages) {
    if (filter.isAll()) {
      return amount(ROOT, messages);
    }
    var total = new Total();
    if (filter.isDisjoint()) {
      for (byte[] pattern : filter.patterns()) {
        total.value += sum(ROOT, pattern, 0, messages);
      }
    } else {
      match(
          filter,
          leaf -> {
            total.value += amount(leaf, messages);
            return true;
          });
    }
    return total.value;
  }

  private static final class Total {
    long value;
  }

  private long sum(int inner, byte[] pattern, int at, boolean messages) {
    int to = Tokens.end(pattern, at, pattern.length);
    if (Tokens.isFull(pattern, at, to)) {
      int end = inner == ROOT ? NONE : index.child(inner, pattern, at, at);
      return amount(inner, messages) - (end == NONE ? 0 : amount(end, messages));
    }
    if (!Tokens.isStar(pattern, at, to)) {
      int child = index.child(inner, pattern, at, to);
      return child == NONE ? 0 : sumBelow(child, pattern, at, to, messages);
    }
    long sum = 0;
    for (int child = nodes.firstChild(inner); child != NONE; child = nodes.next(child)) {
      sum += sumBelow(child, pattern, at, to, messages);
    }
    return sum;
  }

  private long sumBelow(int child, byte[] pattern, int at, int to, boolean messages) {
    if (nodes.isLeaf(child)) {
      return restMatches(child, pattern, at) ? amount(child, messages) : 0;
    }
    if (to < pattern.length) {
      return sum(child, pattern, to + 1, messages);
    }
    int end = index.child(child, pattern, to, to);
    return end == NONE ? 0 : amount(end, messages);
  }

  private long amount(int node, boolean messages) {
    return messages ? nodes.count(node) : nodes.leaves(node);
  }
}

package io.frond.subject;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An account's interest: which entries match a literal subject, with wildcards and queue groups.
///
/// Entries with a literal subject hang in a hash table, the others in a trie that is walked only
/// when it exists. Each subject's place keeps its answer ready until its entries change, so an
/// answer that comes from one place is returned as it is, and only several places' answers are put
/// together, which costs little beside delivering to them all.
///
/// Any thread may call anything. Inserts and removals take `lock`; matches take none, except the
/// monitor of a place whose answer must be made. An entry that was inserted before a match began is
/// in its result, one that was removed before is not; see [NodeTable] for why.
///
/// @param <S> the entry; compared by identity
public final class Sublist<S extends Sublist.Entry> {
  /// What hangs in a sublist. Subject and queue stay the same while it is in the list, and their
  /// bytes are never changed.
  public interface Entry {
    byte[] subject();

    /// The queue group's name, or null.
    byte @Nullable [] queue();

    /// How many members of its queue group this entry stands for: 1, or the count of a remote
    /// server. After a change call [Sublist#reweigh].
    int weight();
  }

  private static final byte[] NO_KEY = {};

  private final Object lock = new Object();

  /// By whole subject. Written under `lock`.
  private volatile NodeTable<Node<S>> literals = NodeTable.empty();

  /// The trie's root, or null while no entry has a wildcard. Written under `lock`.
  private volatile @Nullable TrieNode<S> wildcards;

  /// Written under `lock`, after all that a change writes.
  private volatile long generation;

  /// Written under `lock`.
  private volatile int size;

  /// Guarded by `lock`.
  private long inserts;

  /// Guarded by `lock`.
  private long removes;

  private final Counters counters = new Counters();

  /// Adds an entry.
  ///
  /// @throws IllegalArgumentException if its subject has an empty token or a `>` that is not last
  /// @throws IllegalStateException if it is in the list already
  public void insert(S entry) {
    byte[] subject = entry.subject();
    boolean literal = isLiteral(subject);
    synchronized (lock) {
      (literal ? literalPlace(subject) : wildcardPlace(subject)).add(entry, counters);
      size++;
      inserts++;
      generation++;
    }
  }

  private static boolean isLiteral(byte[] subject) {
    if (Subjects.hasEmptyToken(subject)) {
      throw new IllegalArgumentException("a subject with an empty token");
    }
    if (Subjects.isLiteral(subject)) {
      return true;
    }
    for (int from = 0, to;
        (to = Subjects.tokenEnd(subject, from)) < subject.length;
        from = to + 1) {
      if (Subjects.isFull(subject, from, to)) {
        throw new IllegalArgumentException("a subject with tokens after '>'");
      }
    }
    return false;
  }

  private Node<S> literalPlace(byte[] subject) {
    int hash = Words.hash(subject, 0, subject.length);
    Node<S> node = literals.find(subject, 0, subject.length, hash);
    if (node == null) {
      node = new Node<>(subject, hash);
      literals = literals.with(node);
    }
    return node;
  }

  private Node<S> wildcardPlace(byte[] subject) {
    TrieNode<S> node = wildcards;
    if (node == null) {
      node = new TrieNode<>(NO_KEY, 0);
      wildcards = node;
    }
    for (int from = 0; ; ) {
      int to = Subjects.tokenEnd(subject, from);
      Node<S> next = node.grow(subject, from, to);
      if (to == subject.length) {
        return next;
      }
      node = (TrieNode<S>) next;
      from = to + 1;
    }
  }

  /// Takes an entry out.
  ///
  /// @return whether it was there
  public boolean remove(S entry) {
    byte[] subject = entry.subject();
    boolean literal = isLiteral(subject);
    synchronized (lock) {
      if (!(literal ? removeLiteral(entry, subject) : removeWildcard(entry, subject))) {
        return false;
      }
      size--;
      removes++;
      generation++;
      return true;
    }
  }

  private boolean removeLiteral(S entry, byte[] subject) {
    Node<S> node = findLiteral(subject);
    if (node == null || !node.remove(entry, counters)) {
      return false;
    }
    if (node.isVacant()) {
      literals = literals.without(node);
    }
    return true;
  }

  private @Nullable Node<S> findLiteral(byte[] subject) {
    NodeTable<Node<S>> table = literals;
    return table.size() == 0
        ? null
        : table.find(subject, 0, subject.length, Words.hash(subject, 0, subject.length));
  }

  @SuppressWarnings("unchecked")
  private boolean removeWildcard(S entry, byte[] subject) {
    TrieNode<S> root = wildcards;
    if (root == null) {
      return false;
    }
    Node<S>[] path = (Node<S>[]) new Node<?>[Subjects.tokens(subject) + 1];
    path[0] = root;
    int depth = 0;
    for (int from = 0, to; from <= subject.length; from = to + 1) {
      to = Subjects.tokenEnd(subject, from);
      Node<S> next = ((TrieNode<S>) path[depth]).next(subject, from, to);
      if (next == null) {
        return false;
      }
      path[++depth] = next;
    }
    if (!path[depth].remove(entry, counters)) {
      return false;
    }
    prune(path, depth);
    return true;
  }

  private void prune(Node<S>[] path, int depth) {
    for (int i = depth; i > 0; i--) {
      Node<S> node = path[i];
      if (!node.isVacant() || (node instanceof TrieNode<S> inner && !inner.isLeaf())) {
        return;
      }
      ((TrieNode<S>) path[i - 1]).detach(node);
    }
    if (((TrieNode<S>) path[0]).isLeaf()) {
      wildcards = null;
    }
  }

  /// Takes a changed [Entry#weight] into account. An entry that is not in the list is ignored.
  public void reweigh(S entry) {
    byte[] subject = entry.subject();
    synchronized (lock) {
      Node<S> node = isLiteral(subject) ? findLiteral(subject) : findWildcard(subject);
      if (node != null && node.renew(entry, counters)) {
        generation++;
      }
    }
  }

  private @Nullable Node<S> findWildcard(byte[] subject) {
    Node<S> node = wildcards;
    for (int from = 0, to; node != null && from <= subject.length; from = to + 1) {
      to = Subjects.tokenEnd(subject, from);
      node = ((TrieNode<S>) node).next(subject, from, to);
    }
    return node;
  }

  /// Who is interested in a subject, whose tokens are taken literally. A subject with an empty
  /// token interests nobody.
  public Match<S> match(byte[] literalSubject) {
    TrieNode<S> root = wildcards;
    Node<S> literal = findLiteral(literalSubject);
    if (root == null) {
      return literal == null ? counters.hit(Match.empty()) : answer(literal);
    }
    Found<S> found = find(root, literal, literalSubject);
    Node<S> single = found.single();
    if (single != null) {
      return answer(single);
    }
    return found.isEmpty() ? counters.hit(Match.empty()) : counters.made(found.merge(counters));
  }

  private Found<S> find(TrieNode<S> root, @Nullable Node<S> literal, byte[] subject) {
    Found<S> found = new Found<>();
    if (literal != null) {
      found.add(literal);
    }
    if (!Subjects.hasEmptyToken(subject)) {
      found.walk(root, subject, 0);
    }
    return found;
  }

  private Match<S> answer(Node<S> node) {
    Match<S> match = node.ready();
    return match != null ? counters.hit(match) : counters.made(node.make(counters));
  }

  /// Whether [#match] would find anyone; not counted as a match.
  public boolean hasInterest(byte[] literalSubject) {
    TrieNode<S> root = wildcards;
    Node<S> literal = findLiteral(literalSubject);
    if (literal != null && !literal.isVacant()) {
      return true;
    }
    return root != null && !find(root, null, literalSubject).isEmpty();
  }

  /// Whether an entry has exactly this subject and queue group, without wildcards.
  ///
  /// @param queue empty for an entry without a group
  public boolean hasLiteral(byte[] literalSubject, byte[] queue) {
    Node<S> literal = findLiteral(literalSubject);
    if (literal == null || literal.isVacant()) {
      return false;
    }
    Match<S> match = answer(literal);
    if (queue.length == 0) {
      return match.plainCount() > 0;
    }
    for (int q = 0; q < match.queueCount(); q++) {
      if (Arrays.equals(match.queueName(q), queue)) {
        return true;
      }
    }
    return false;
  }

  /// Gives each entry whose subject has literal subjects in common with `pattern` to `action`, in
  /// no order, without a lock held. Entries that come or go meanwhile may or may not be among them.
  ///
  /// A pattern with wildcards is compared with every literal subject in the list: not for each
  /// message.
  public void collectOverlapping(byte[] pattern, Consumer<? super S> action) {
    TrieNode<S> root = wildcards;
    if (Subjects.isLiteral(pattern)) {
      Node<S> literal = findLiteral(pattern);
      if (literal != null) {
        literal.forEach(action);
      }
    } else {
      literals.forEach(node -> {
        if (Subjects.matches(node.key, pattern)) {
          node.forEach(action);
        }
      });
    }
    if (root != null) {
      new Overlaps<S>(pattern, action).below(root, 0);
    }
  }

  /// Gives each entry to `action`, in no order, without a lock held. Entries that come or go
  /// meanwhile may or may not be among them.
  public void forEach(Consumer<? super S> action) {
    TrieNode<S> root = wildcards;
    literals.forEach(node -> node.forEach(action));
    if (root != null) {
      Overlaps.all(root, action);
    }
  }

  /// Rises with each change, after it: a result of [#match] is up to date while the generation that
  /// was read before the match stays.
  public long generation() {
    return generation;
  }

  public int size() {
    return size;
  }

  public SublistStats stats() {
    synchronized (lock) {
      return counters.stats(size, inserts, removes);
    }
  }
}

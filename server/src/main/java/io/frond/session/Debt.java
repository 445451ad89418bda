package io.frond.session;

/// What another server of the cluster has not had of one source. Its [Arrears] own it; their
/// monitor guards all but `from` and `comes`, which any loop reads.
final class Debt {
  final Arrears of;
  private volatile long from;
  private boolean asked;
  private volatile boolean comes;

  Debt(Arrears of, long from) {
    this.of = of;
    this.from = from;
  }

  /// The first sequence that the other server may not have had.
  long from() {
    return from;
  }

  void extendTo(long sequence) {
    from = Math.min(from, sequence);
  }

  /// Whether what comes now is what the other server missed, or follows it.
  boolean comes() {
    return comes;
  }

  /// The leaf is to be asked for it from now on.
  void ask() {
    asked = true;
  }

  /// The other server is out of reach (again).
  void restart() {
    asked = false;
    comes = false;
  }

  /// Whether the leaf is to be asked for it, on the link that it has now.
  boolean isDue() {
    synchronized (of) {
      return asked && !comes;
    }
  }

  /// The leaf begins again behind a sequence, as it was asked to.
  void begins(long after) {
    synchronized (of) {
      comes |= asked && from > after;
    }
  }

  /// The leaf has another link: it is to be asked once more.
  void linkChanged() {
    synchronized (of) {
      comes = false;
    }
  }
}

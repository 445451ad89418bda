package io.frond.subject;

/// A sublist's counters, as monitoring shows them.
///
/// @param subscriptions entries now
/// @param cached ready-made answers now
/// @param inserts since the start
/// @param removes since the start
/// @param matches since the start
/// @param cacheHits matches since the start that found their answer ready-made
/// @param fanoutMax the largest answer made since the start, in deliveries
/// @param fanoutTotal the sum of the sizes of all answers made since the start
/// @param answers answers made since the start
public record SublistStats(
    long subscriptions,
    long cached,
    long inserts,
    long removes,
    long matches,
    long cacheHits,
    long fanoutMax,
    long fanoutTotal,
    long answers) {

  /// Of a server without accounts.
  public static final SublistStats NONE = new SublistStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /// From 0 to 1; 0 before the first match.
  public double cacheHitRate() {
    return matches == 0 ? 0 : (double) cacheHits / matches;
  }

  /// 0 before the first match.
  public double fanoutAverage() {
    return answers == 0 ? 0 : (double) fanoutTotal / answers;
  }

  /// Those of two sublists together.
  public SublistStats plus(SublistStats other) {
    return new SublistStats(
        subscriptions + other.subscriptions,
        cached + other.cached,
        inserts + other.inserts,
        removes + other.removes,
        matches + other.matches,
        cacheHits + other.cacheHits,
        Math.max(fanoutMax, other.fanoutMax),
        fanoutTotal + other.fanoutTotal,
        answers + other.answers);
  }
}

package io.frond.lane;

/// Keeps the order at a stream that nobody but the lane writes to: each message says which one must
/// be the last there (`Nats-Expected-Last-Msg-Id`). When one is lost on the way, or refused, those
/// that follow are refused too instead of overtaking it. Where others write to the stream as well,
/// which shows in gaps between its sequences, nothing is said. The shard's thread.
final class Chain {
  private static final int FIRST_RUN = 32;
  private static final int LONGEST_RUN = 1 << 20;

  private String stream = "";
  private long sequence;
  private int run;
  private int needed = FIRST_RUN;
  private String acknowledged = "";
  private String sent = "";

  /// Begins again behind what is acknowledged.
  void restart() {
    sent = acknowledged;
  }

  /// The id that must be the last one there; empty to say nothing.
  String next() {
    return run >= needed ? sent : "";
  }

  void sent(String id) {
    sent = id;
  }

  void acknowledged(String id, Verdict.Taken taken) {
    var follows = taken.stream().equals(stream) && taken.sequence() == sequence + 1;
    run = taken.duplicate() || follows ? run + (follows ? 1 : 0) : 0;
    if (!taken.duplicate()) {
      stream = taken.stream();
      sequence = taken.sequence();
    }
    acknowledged = id;
  }

  /// The stream says that this one of ours is the last.
  void isLast(String id) {
    acknowledged = id;
    sent = id;
  }

  /// Somebody else writes there.
  void broken() {
    run = 0;
    needed = Math.min(needed * 4, LONGEST_RUN);
  }
}

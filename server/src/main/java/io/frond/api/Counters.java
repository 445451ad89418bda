package io.frond.api;

/// How often the API was asked. On the shard's thread.
public final class Counters {
  private long total;
  private long errors;
  private long inFlight;

  void began() {
    inFlight++;
  }

  void ended() {
    inFlight--;
  }

  void answered(boolean error) {
    total++;
    errors += error ? 1 : 0;
  }

  public long total() {
    return total;
  }

  public long errors() {
    return errors;
  }

  /// Requests that wait for a change to be committed.
  public long inFlight() {
    return inFlight;
  }
}

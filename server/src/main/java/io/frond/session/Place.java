package io.frond.session;

import org.jspecify.annotations.Nullable;

/// A feed's place among those of its session: what its log has from earlier processes, or from
/// before other connections came, goes before what came later, whichever loop logged it. Owner: the
/// feed's thread.
final class Place {
  private static final int PROCESS = 32;
  private static final long EPOCH_MAX = 0xffff_ffffL;

  private final Outlet outlet;
  private @Nullable Turns turns;
  private int number;

  /// What all others have come to, at least.
  private long granted;

  private boolean old = true;

  Place(Outlet outlet) {
    this.outlet = outlet;
  }

  /// There is a carrier.
  ///
  /// @param feed its number among those of the session
  void begin(Turns shared, int feed) {
    turns = shared;
    number = feed;
    granted = 0;
    old = true;
  }

  /// Whether entries of earlier processes may still be to be sent.
  boolean isOld() {
    return old;
  }

  /// A message was logged and is the first that waits here.
  void waits() {
    var shared = turns;
    if (shared != null) {
      shared.comeTo(number, key(outlet.high(), outlet.epochs().now()));
    }
  }

  /// Whether a message that is logged now may be sent now: nothing that was logged elsewhere before
  /// the last connection came is still to be sent.
  boolean mayPass() {
    return isGranted(key(outlet.high(), outlet.epochs().now()));
  }

  /// Whether it is the turn of an entry, which is the next one to be sent. When not, the feed is
  /// told to look again.
  boolean mayGo(long sequence) {
    var process = sequence >>> PROCESS;
    var present = outlet.high();
    var key = process < present ? key(process, 0) : key(present, outlet.epochs().of(sequence));
    if (key <= granted) {
      return true;
    }
    turns().comeTo(number, key);
    if (!isGranted(key)) {
      return false;
    }
    old = process < present;
    return true;
  }

  /// Nothing is left to be sent.
  ///
  /// @return whether what is logged from now on may be sent at once
  boolean isDone() {
    turns().done(number);
    if (!mayPass()) {
      return false;
    }
    old = false;
    return true;
  }

  private boolean isGranted(long key) {
    if (key > granted) {
      if (!turns().haveAllComeTo(number, key)) {
        return false;
      }
      granted = key;
    }
    return true;
  }

  private Turns turns() {
    var shared = turns;
    if (shared == null) {
      throw new IllegalStateException("without a carrier");
    }
    return shared;
  }

  private static long key(long process, long epoch) {
    return process << PROCESS | Math.min(epoch, EPOCH_MAX);
  }
}

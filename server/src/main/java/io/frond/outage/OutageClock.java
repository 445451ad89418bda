package io.frond.outage;

/// The two clocks: one that people read and somebody may set, and one that only runs on. Any
/// thread.
public interface OutageClock {
  OutageClock SYSTEM =
      new OutageClock() {
        @Override
        public long wallMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  long wallMillis();

  /// As [System#nanoTime]: only differences mean something.
  long nanos();
}

package io.frond.outage;

/// Waiting for threads.
final class Threads {
  private Threads() {}

  /// Waits for a thread's end, however often the caller is interrupted meanwhile.
  static void join(Thread thread) {
    var interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

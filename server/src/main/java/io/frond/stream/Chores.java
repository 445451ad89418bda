package io.frond.stream;

import java.io.IOException;
import java.util.ArrayDeque;

/// What an entry that was applied left to do because the disk refused it: taking out messages that
/// are too many, or that nobody needs any more. Each is such that doing it twice does no harm. The
/// shard's thread.
final class Chores {
  /// Something that can be done again.
  interface Chore {
    void run() throws IOException;
  }

  private final Stream stream;
  private final StreamHost host;
  private final ArrayDeque<Chore> waiting = new ArrayDeque<>();

  Chores(Stream stream, StreamHost host) {
    this.stream = stream;
    this.host = host;
  }

  /// Does it, now or when the disk works again.
  void run(Chore chore) {
    if (waiting.isEmpty()) {
      try {
        chore.run();
      } catch (IOException e) {
        owe(chore, e);
      }
    } else {
      waiting.add(chore);
    }
  }

  /// It was tried and failed.
  void owe(Chore chore, IOException why) {
    waiting.add(chore);
    host.failed(stream, why);
  }

  /// Tries again what waits.
  void retry() throws IOException {
    for (var first = waiting.peek(); first != null; first = waiting.peek()) {
      first.run();
      waiting.poll();
    }
  }
}

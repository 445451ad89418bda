package io.frond.shard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Tasks by time: a binary heap whose entries know their place, so that cancelling costs as little
/// as adding. One owner.
final class TimerQueue {
  private final class Entry implements Shard.Timer {
    private final long at;
    private final Runnable task;
    private int place;

    Entry(long at, Runnable task) {
      this.at = at;
      this.task = task;
    }

    @Override
    public void cancel() {
      if (place >= 0) {
        remove(this);
      }
    }
  }

  private @Nullable Entry[] heap = new TimerQueue.Entry[64];
  private int size;

  Shard.Timer add(long at, Runnable task) {
    var entry = new Entry(at, task);
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(entry, size++);
    return entry;
  }

  /// When the first is due; `Long.MAX_VALUE` for none.
  long next() {
    var first = heap[0];
    return first == null ? Long.MAX_VALUE : first.at;
  }

  /// Runs what is due at `now`.
  void run(long now) {
    for (var first = heap[0]; first != null && first.at <= now; first = heap[0]) {
      remove(first);
      first.task.run();
    }
  }

  private void remove(Entry entry) {
    var place = entry.place;
    entry.place = -1;
    var last = heap[--size];
    heap[size] = null;
    if (last == null || last == entry) {
      return;
    }
    up(last, place);
    if (last.place == place) {
      down(last, place);
    }
  }

  private void up(Entry entry, int from) {
    var at = from;
    while (at > 0) {
      var parent = heap[(at - 1) >>> 1];
      if (parent == null || parent.at <= entry.at) {
        break;
      }
      heap[at] = parent;
      parent.place = at;
      at = (at - 1) >>> 1;
    }
    heap[at] = entry;
    entry.place = at;
  }

  private void down(Entry entry, int from) {
    var at = from;
    while (true) {
      var child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      var least = heap[child];
      var right = child + 1 < size ? heap[child + 1] : null;
      if (right != null && least != null && right.at < least.at) {
        least = right;
        child++;
      }
      if (least == null || least.at >= entry.at) {
        break;
      }
      heap[at] = least;
      least.place = at;
      at = child;
    }
    heap[at] = entry;
    entry.place = at;
  }
}

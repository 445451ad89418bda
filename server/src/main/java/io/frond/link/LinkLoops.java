package io.frond.link;

import io.frond.logging.Log;
import io.frond.transport.EventLoops;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// All event loops of a server, as links know them. Immutable.
public final class LinkLoops {
  private final List<LinkLoop> all = new ArrayList<>();

  public LinkLoops(EventLoops loops, Log log) {
    var seeds = new SplittableRandom();
    for (EventExecutor executor : loops.group()) {
      all.add(new LinkLoop(all.size(), (EventLoop) executor, log, seeds.nextLong()));
    }
  }

  public int size() {
    return all.size();
  }

  /// How many threads may publish: the loops, and one more for JetStream, whose number is [#size].
  public int publishers() {
    return all.size() + 1;
  }

  /// The loop of this number.
  public LinkLoop at(int index) {
    return all.get(index);
  }

  /// The loop of a channel.
  public LinkLoop of(EventLoop executor) {
    for (var loop : all) {
      if (loop.executor() == executor) {
        return loop;
      }
    }
    throw new IllegalArgumentException("a channel of other event loops");
  }

  /// A loop for work that belongs to no link.
  public LinkLoop any() {
    return all.getFirst();
  }

  /// Runs a task when each loop has handed on what it is publishing now; on the last of them. Any
  /// thread.
  public void through(Runnable then) {
    var left = new AtomicInteger(all.size());
    for (var loop : all) {
      loop.executor()
          .execute(() -> {
            if (left.decrementAndGet() == 0) {
              then.run();
            }
          });
    }
  }

  /// Sums of all links, those that ended included.
  public Totals totals() {
    long inMessages = 0;
    long inBytes = 0;
    long outMessages = 0;
    long outBytes = 0;
    long stalls = 0;
    for (var loop : all) {
      inMessages += loop.inMessages;
      inBytes += loop.inBytes;
      outMessages += loop.delivery().outMessages();
      outBytes += loop.delivery().outBytes();
      stalls += loop.stalls;
    }
    return new Totals(inMessages, inBytes, outMessages, outBytes, stalls);
  }

  /// Links that ended since the start because their receiver was too slow.
  public long slow(LinkKind kind) {
    return all.stream().mapToLong(loop -> loop.slow(kind)).sum();
  }

  /// Links that ended since the start because the other end fell silent.
  public long stale(LinkKind kind) {
    return all.stream().mapToLong(loop -> loop.stale(kind)).sum();
  }

  /// What the server's links did since the start.
  ///
  /// @param stalls how often a publisher was held back for a long queue
  public record Totals(
      long inMessages, long inBytes, long outMessages, long outBytes, long stalls) {
    /// With what the server itself sent.
    public Totals plusSent(long messages, long bytes) {
      return new Totals(inMessages, inBytes, outMessages + messages, outBytes + bytes, stalls);
    }
  }
}

package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.frond.link.LinkLoop;
import io.frond.link.LinkLoops;
import io.frond.logging.Log;
import io.frond.options.LogOptions;
import io.frond.testkit.Await;
import io.frond.transport.EventLoops;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A source that comes by link after link, and by way of other servers, on several event loops: one
/// of them has it at a time, and what an older link still reads does not count.
class SeenMoveTest {
  private static final int LOOPS = 4;
  private static final int LINKS = 2000;

  private final Seen seen = new Seen("s", 0, Runnable::run);
  private final AtomicBoolean inside = new AtomicBoolean();
  private final AtomicInteger overlaps = new AtomicInteger();
  private final AtomicInteger strange = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private volatile @Nullable OneLink newest;

  /// A message of the source is handled, which only one loop may do at a time.
  private void handle(LinkLoop on) {
    if (!seen.belongsTo(on)) {
      strange.incrementAndGet();
    }
    if (!inside.compareAndSet(false, true)) {
      overlaps.incrementAndGet();
    }
    for (var i = 0; i < 50; i++) {
      Thread.onSpinWait();
    }
    inside.set(false);
  }

  private void on(LinkLoop loop, Runnable task) {
    pending.incrementAndGet();
    loop.executor()
        .execute(() -> {
          task.run();
          pending.decrementAndGet();
        });
  }

  /// What [Inflow] does.
  private final class OneLink implements Seen.Owner {
    final LinkLoop loop;
    volatile boolean open = true;
    boolean paused;

    OneLink(LinkLoop loop) {
      this.loop = loop;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    void begin() {
      if (seen.belongsTo(loop)) {
        seen.owner(this);
        newest = this;
      } else {
        paused = true;
        pending.incrementAndGet();
        seen.moveTo(
            loop,
            this,
            () -> {
              paused = false;
              newest = this;
              pending.decrementAndGet();
            });
      }
    }

    void read() {
      if (!paused && seen.owner() == this) {
        handle(loop);
      }
    }
  }

  /// What [Relay] does.
  private void relayed(LinkLoop loop) {
    if (seen.belongsTo(loop)) {
      handle(loop);
      return;
    }
    if (!seen.comesDirectly()) {
      pending.incrementAndGet();
      seen.relayTo(loop, pending::decrementAndGet);
    }
  }

  @Test
  void oneLoopHasItAtATime() throws Exception {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("SeenMoveTest: seed " + seed);
    var random = new Random(seed);
    try (var threads = new EventLoops(LOOPS)) {
      var loops = new LinkLoops(threads, new Log(LogOptions.DEFAULT));
      var links = new ArrayList<OneLink>(List.of(new OneLink(loops.at(0))));
      for (var i = 0; i < LINKS; i++) {
        var link = new OneLink(loops.at(random.nextInt(LOOPS)));
        links.add(link);
        on(link.loop, link::begin);
        for (var n = random.nextInt(20); n > 0; n--) {
          var older = links.get(Math.max(0, links.size() - 1 - random.nextInt(4)));
          on(older.loop, older::read);
          if (random.nextInt(4) == 0) {
            var loop = loops.at(random.nextInt(LOOPS));
            on(loop, () -> relayed(loop));
          }
        }
        if (i % 10 == 0) {
          Await.until("all is done", () -> pending.get() == 0);
          assertSame(newest, seen.owner(), "who claimed it last has it, seed " + seed);
          links.forEach(each -> each.open = false); // from now on it may be relayed elsewhere
        }
      }
      Await.until("all is done", () -> pending.get() == 0);
    }
    assertEquals(0, overlaps.get(), "seed " + seed);
    assertEquals(0, strange.get(), "seed " + seed);
  }
}

package io.frond.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.buffer.FlushSet;
import io.frond.log.CommitLog;
import io.frond.log.LogBatch;
import io.frond.options.AccountOptions;
import io.frond.testkit.TestLoop;
import io.frond.wire.MessageFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who has the shard's turn: its thread, an event loop (the test's thread) or the log's.
class TurnTest {
  private static final int SECONDS = 30;

  /// A batch that the log got, and the thread that brought it.
  private record Proposed(LogBatch batch, Thread by) {}

  /// A message that was handled, and by whom.
  private record Handled(String subject, Thread by) {}

  private final BlockingQueue<Proposed> proposed = new LinkedBlockingQueue<>();
  private final BlockingQueue<Handled> handled = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> applied = new LinkedBlockingQueue<>();
  private final TestLoop loop = new TestLoop();
  private final ShardThread shard =
      new ShardThread("shard", List.of(loop), new Entries(), Runnable::run, ShardClock.system(), 1);
  private final Account account = new Account(AccountOptions.unlimited("A"), 2, false);
  private final Ingress ingress = new Ingress(account);
  private final FlushSet flushes = new FlushSet();
  private final Delivery delivery = new Delivery(0, flushes, 1);
  private int inFlight;

  /// Whether the log takes a batch on the calling thread.
  private volatile boolean quick;

  private final BlockingQueue<Thread> committers = new LinkedBlockingQueue<>();

  private final class Entries implements ShardThread.Machine {
    @Override
    public ShardThread.Commitment commitment(long stream) {
      return ShardThread.Commitment.SYNCED;
    }

    @Override
    public void apply(long index, byte kind, long stream, ByteBuffer bytes, int at, int length) {
      applied.add(index);
    }

    @Override
    public void refused(byte kind, long stream, ByteBuffer b, int at, int n, IOException why) {}

    @Override
    public void unsafe(long stream) {}

    @Override
    public void broke(String where, Throwable why) {
      throw new AssertionError(where, why);
    }
  }

  /// A log that commits when the test says so.
  private final class ManualLog implements CommitLog {
    private long next = 1;

    @Override
    public long replay(long from, Machine machine, DamageListener damage) {
      return 0;
    }

    @Override
    public void skipTo(long index) {}

    @Override
    public LogBatch newBatch() {
      var batch = new LogBatch(1024);
      batch.reset(next);
      return batch;
    }

    @Override
    public void propose(LogBatch batch) {
      next = batch.firstIndex() + batch.count();
      inFlight++;
      proposed.add(new Proposed(batch, Thread.currentThread()));
    }

    @Override
    public boolean isQuick() {
      return quick && inFlight == 0;
    }

    @Override
    public void proposeHere(LogBatch batch) {
      propose(batch);
    }

    @Override
    public void commitHere() {
      for (var one = proposed.poll(); one != null; one = proposed.poll()) {
        inFlight--;
        committers.add(Thread.currentThread());
        shard.entries().committed(one.batch);
      }
    }

    @Override
    public int inFlight() {
      return inFlight;
    }

    @Override
    public void cut(long index) {}

    @Override
    public long liveBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void start() throws InterruptedException {
    shard.start();
    within(() -> {
      shard.goLive(new ManualLog(), 0);
      var outlet = shard.outlet(account);
      var publishes = Chunk.Target.ofStream("S", (in, at) -> publish(in, at));
      outlet.listen(bytes("quick.>"), null, publishes);
      outlet.listen(bytes("slow.>"), null, (in, at) -> publish(in, at));
    });
  }

  @AfterEach
  void stop() throws InterruptedException {
    shard.stop();
  }

  private void publish(Chunk in, int at) {
    var subject =
        new String(in.copyOf(in.subjectAt(at), in.subjectLength(at)), StandardCharsets.UTF_8);
    shard.begin(EntryKind.PUBLISH, 1);
    shard.propose(null);
    handled.add(new Handled(subject, Thread.currentThread()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Runs a task in a turn of the shard's thread and waits for it.
  private void within(Runnable task) throws InterruptedException {
    var done = new CountDownLatch(1);
    shard.execute(() -> {
      task.run();
      done.countDown();
    });
    assertTrue(done.await(SECONDS, TimeUnit.SECONDS));
  }

  /// Keeps the thread in a turn until the latch opens.
  private CountDownLatch busy() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    shard.execute(() -> {
      begun.countDown();
      try {
        free.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
    return free;
  }

  /// Publishes as an event loop does.
  private void send(String subject) {
    delivery.begin(
        MessageFrame.of(bytes(subject), new byte[0], 0, bytes("x")), Side.LOCAL, null, false);
    ingress.publish(delivery);
    flushes.flushAll();
  }

  private Handled next() throws InterruptedException {
    var one = handled.poll(SECONDS, TimeUnit.SECONDS);
    assertTrue(one != null, "nothing was handled");
    return one;
  }

  /// Until the shard's thread sleeps, so that a turn can be had elsewhere.
  private void settled() throws InterruptedException {
    within(() -> {});
    while (shard.isAwake()) {
      Thread.onSpinWait();
    }
  }

  private long settle(Proposed what) {
    return shard
        .logOwner()
        .settle(() -> {
          inFlight--;
          shard.entries().committed(what.batch);
        });
  }

  @Test
  void anEventLoopHandlesAQuickMessageItselfWhenTheShardIsIdle() throws InterruptedException {
    settled();
    send("quick.1");
    assertSame(Thread.currentThread(), next().by);
    assertSame(Thread.currentThread(), proposed.take().by);
  }

  @Test
  void whoHasStoppedListeningHearsNothingThatIsOnItsWay() throws InterruptedException {
    var heard = new LinkedBlockingQueue<String>();
    within(() -> {
      var outlet = shard.outlet(account);
      var ended = outlet.subscribe("reply", (_, _, _, _) -> heard.add("ended"));
      var _ = outlet.subscribe("reply", (_, _, _, _) -> heard.add("going on"));
      outlet.publish(bytes("reply"), new byte[0], 0, bytes("x"));
      ended.close();
    });
    assertEquals("going on", heard.poll(SECONDS, TimeUnit.SECONDS));
    settled();
    assertTrue(heard.isEmpty(), heard.toString());
  }

  @Test
  void whatIsNotQuickIsForTheShardsThread() throws InterruptedException {
    settled();
    send("slow.1");
    assertNotSame(Thread.currentThread(), next().by);
  }

  @Test
  void aBusyShardIsNotWaitedForAndKeepsTheOrder() throws InterruptedException {
    var free = busy();
    for (var i = 0; i < 5; i++) {
      send("quick." + i);
    }
    assertTrue(handled.isEmpty());
    free.countDown();
    var order = new ArrayList<String>();
    for (var i = 0; i < 5; i++) {
      order.add(next().subject);
    }
    assertEquals(List.of("quick.0", "quick.1", "quick.2", "quick.3", "quick.4"), order);
  }

  @Test
  void whatFollowsABatchIsDoneInTheSameTurn() throws InterruptedException {
    within(() ->
        shard
            .outlet(account)
            .listen(
                bytes("follow"),
                null,
                Chunk.Target.ofService(
                    _ -> true,
                    _ -> null,
                    (in, at) ->
                        shard.afterBatch(
                            () -> handled.add(new Handled("after", Thread.currentThread()))))));
    settled();
    send("follow");
    assertSame(Thread.currentThread(), next().by);
  }

  @Test
  void theLogsThreadAppliesWhatItCommitted() throws InterruptedException {
    settled();
    send("quick.1");
    settle(proposed.take());
    assertEquals(1, applied.poll()); // at once
  }

  @Test
  void whoeverTheTurnBelongsToNothingIsLost() throws InterruptedException {
    var publishing =
        new Thread(() -> {
          for (var i = 0; i < 10_000; i++) {
            send(i % 7 == 0 ? "slow.x" : "quick.x");
          }
        });
    publishing.start();
    var looking = 0L;
    while (applied.size() < 10_000) {
      var one = proposed.poll(Math.max(1, looking), TimeUnit.NANOSECONDS);
      if (one != null) {
        looking = settle(one);
      } else if (looking > 0) {
        looking = 0;
        shard.logOwner().look();
      }
    }
    publishing.join();
    for (var i = 1; i <= 10_000; i++) {
      assertEquals(i, applied.take());
    }
  }

  @Test
  void publishesThatAreReadTogetherShareASyncOfTheirEventLoop() throws InterruptedException {
    quick = true;
    settled();
    for (var i = 0; i < 3; i++) {
      send("quick." + i);
    }
    assertTrue(applied.isEmpty());
    assertTrue(loop.hasRead());
    assertEquals(3, applied.size());
    assertEquals(List.of(Thread.currentThread()), List.copyOf(committers));
  }

  @Test
  void anEventLoopThatServesOthersDoesNotWaitForTheDisk() throws InterruptedException {
    quick = true;
    settled();
    for (var i = 0; i < 3; i++) {
      loop.read(1000);
      send("quick." + i);
      settle(proposed.take());
    }
    assertTrue(committers.isEmpty());
    for (var i = 0; i < 200; i++) {
      send("quick." + i);
      loop.hasRead();
      var left = proposed.poll();
      if (left != null) {
        settle(left);
      }
    }
    assertFalse(committers.isEmpty());
  }

  @Test
  void whatGatheredBehindTheLogsThreadGoesBackToTheEventLoop() throws InterruptedException {
    loop.takeAll();
    settled();
    send("quick.1");
    var first = proposed.take();
    send("quick.2");
    quick = true;
    settle(first);
    assertEquals(1, applied.take());
    assertTrue(applied.isEmpty());
    assertTrue(loop.hasRead());
    assertEquals(2, applied.take());
  }

  @Test
  void whatAnEventLoopCannotCommitIsForTheLogsThread() throws InterruptedException {
    quick = true;
    settled();
    send("quick.1");
    quick = false;
    assertTrue(loop.hasRead());
    settle(proposed.take());
    assertEquals(1, applied.take());
  }

  @Test
  void nothingIsLostBetweenEventLoopLogAndShard() throws InterruptedException {
    loop.takeAll();
    var publishing =
        new Thread(() -> {
          for (var i = 0; i < 10_000 || applied.size() < 10_000; i++) {
            if (i < 10_000) {
              quick = i % 5 != 0;
              send(i % 97 == 0 ? "slow.x" : "quick.x");
            }
            if (i % 3 == 0) {
              loop.hasRead();
            }
          }
        });
    publishing.start();
    while (applied.size() < 10_000) {
      var one = proposed.poll(1, TimeUnit.MILLISECONDS);
      if (one != null) {
        settle(one);
      }
      shard.logOwner().look();
    }
    publishing.join();
    for (var i = 1; i <= 10_000; i++) {
      assertEquals(i, applied.take());
    }
  }
}

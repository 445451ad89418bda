package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.buffer.FlushSet;
import io.frond.options.OutageOptions;
import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.outage.Entry;
import io.frond.outage.LogStats;
import io.frond.outage.OutageClock;
import io.frond.outage.OutageLogs;
import io.frond.testkit.Await;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// One feed: what it sends, in which order, and when it only logs.
class FeedTest {
  private static final int SESSION = 1;
  private static final byte[][] NO_QUEUES = {};

  /// The thread's tasks, which the test runs.
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  private final ArrayDeque<Runnable> laterTasks = new ArrayDeque<>();

  private final Ground ground =
      new Ground() {
        private final FlushSet flushes = new FlushSet();

        @Override
        public void execute(Runnable task) {
          tasks.add(task);
        }

        @Override
        public void later(Runnable task, long millis) {
          laterTasks.add(task);
        }

        @Override
        public FlushSet flushes() {
          return flushes;
        }
      };

  private final OutageLogs logs =
      OutageLogs.inMemory(
          OutageOptions.DEFAULT, List.of(tasks::add), OutageClock.SYSTEM, new Random(1));
  private final Outlet outlet = new Outlet(logs.log(0), ground, 0, () -> 0);
  private final Feed feed = outlet.feed(SESSION, 2);
  private final Delivery delivery = new Delivery(0, ground.flushes(), 1);
  private int published;

  /// What the far end got over one carrier.
  private static final class Far implements Carrier {
    final List<Integer> got = new ArrayList<>();
    final List<Long> tags = new ArrayList<>();
    boolean firm = true;
    Verdict verdict = Verdict.SEND;
    long rate;
    int announced = -1;

    @Override
    public void announce(Feed of, int high) {
      announced = high;
    }

    @Override
    public void send(Feed of, Delivery message, byte[][] queues, int count, long sequence) {
      if (sequence > 0) {
        assertEquals(announced, (int) (sequence >>> 32), "the far end knows what the tag means");
      }
      got.add(Integer.parseInt(message.frame().subjectText().substring(2)));
      tags.add(sequence);
    }

    @Override
    public Verdict verdict(Entry entry) {
      return verdict;
    }

    @Override
    public boolean isFirm() {
      return firm;
    }

    @Override
    public boolean tagged() {
      return true;
    }

    @Override
    public int windowMax() {
      return 1 << 20;
    }

    @Override
    public void sent() {}

    @Override
    public long catchUpRate() {
      return rate;
    }
  }

  private Far attach(Far far) {
    feed.attach(far, 0, new Turns(List.of(feed)));
    run();
    return far;
  }

  private void run() {
    for (var next = tasks.poll(); next != null; next = tasks.poll()) {
      next.run();
    }
  }

  private void publish(int count, int size) {
    for (var i = 0; i < count; i++) {
      var frame =
          MessageFrame.of(
              ("n." + published++).getBytes(StandardCharsets.UTF_8),
              new byte[0],
              0,
              "x".repeat(size).getBytes(StandardCharsets.UTF_8));
      delivery.begin(frame, Side.LOCAL, null, false);
      outlet.note(feed, delivery, NO_QUEUES, 0);
      outlet.delivered(delivery);
    }
    run();
  }

  private static List<Integer> numbers(int from, int end) {
    return IntStream.range(from, end).boxed().toList();
  }

  @Test
  void whatWasKeptIsSentFirstAndThenItIsLive() {
    publish(10, 100);
    assertEquals(Feed.State.AWAY, feed.state());
    var far = attach(new Far());
    assertEquals(Feed.State.LIVE, feed.state());
    publish(10, 100);
    assertEquals(numbers(0, 20), far.got);
    assertFalse(feed.isWaiting());
  }

  @Test
  void noMoreThanTheWindowIsUnderWay() {
    var far = attach(new Far());
    publish(1000, 1000);
    assertEquals(Feed.State.PUMPING, feed.state());
    assertTrue(feed.isWaiting());
    assertTrue(far.got.size() < 100, "64 KiB at first: " + far.got.size());
    while (far.got.size() < 1000) {
      var before = far.got.size();
      feed.settled(far.tags.getLast());
      run();
      assertTrue(far.got.size() > before, "a settlement brings it on");
    }
    assertEquals(numbers(0, 1000), far.got);
    assertEquals(Feed.State.LIVE, feed.state());
    feed.settled(far.tags.getLast());
    awaitEntries(logs, 0);
  }

  /// The log counts a moment later.
  private LogStats awaitEntries(OutageLogs of, long count) {
    var log = of.log(0);
    Await.until(
        count + " entries",
        () -> {
          run();
          return log.stats().appended() > 0 && log.stats().entries() == count;
        });
    return log.stats();
  }

  @Test
  void aNewCarrierBeginsBehindWhatIsSettled() {
    var one = attach(new Far());
    publish(20, 100);
    feed.settled(one.tags.get(4));
    feed.detach(one);
    publish(5, 100);
    var two = attach(new Far());
    assertEquals(numbers(5, 25), two.got);
    assertEquals(15, feed.counts().resent());
    feed.detach(one); // it is heard of late
    publish(1, 100);
    assertEquals(26, two.got.getLast() + 1);
  }

  @Test
  void whatNobodyWantsOrWaitsForIsDropped() {
    publish(5, 100);
    var far = new Far();
    far.verdict = Carrier.Verdict.UNWANTED;
    attach(far);
    assertEquals(5, feed.counts().unwanted());
    feed.detach(far);
    publish(3, 100);
    far.verdict = Carrier.Verdict.EXPIRED;
    attach(far);
    assertEquals(3, feed.counts().expired());
    assertEquals(List.of(), far.got);
    awaitEntries(logs, 0);
    publish(1, 100);
    assertEquals(List.of(8), far.got);
  }

  @Test
  void whatOnlyRememberedInterestWantsWaitsWithWhatIsBehindIt() {
    publish(5, 100);
    var far = new Far();
    far.firm = false;
    far.verdict = Carrier.Verdict.WAIT;
    attach(far);
    publish(5, 100);
    assertEquals(List.of(), far.got);
    far.verdict = Carrier.Verdict.SEND;
    feed.pump();
    assertEquals(numbers(0, 10), far.got);
    assertEquals(Feed.State.PUMPING, feed.state(), "the interest in the next one may be in doubt");
    publish(1, 100);
    assertEquals(numbers(0, 11), far.got);
    assertFalse(feed.isWaiting());
    far.firm = true;
    feed.pump();
    assertEquals(Feed.State.LIVE, feed.state());
  }

  @Test
  void catchingUpKeepsToItsRate() {
    publish(100, 1000);
    var far = new Far();
    far.rate = 20_000;
    attach(far);
    assertTrue(far.got.size() < 10, "a quarter of a second: " + far.got.size());
    assertFalse(laterTasks.isEmpty(), "it looks again");
    far.rate = 0;
    laterTasks.remove().run();
    while (far.got.size() < 100) {
      feed.settled(far.tags.getLast());
      run();
    }
    assertEquals(numbers(0, 100), far.got);
  }

  @Test
  void aFarEndThatKnowsMoreMakesSequencesGoOnBehindThat() {
    var far = attach(new Far());
    publish(1, 100);
    feed.settled(far.tags.getFirst() + 1000);
    publish(1, 100);
    assertEquals(far.tags.getFirst() + 1001, far.tags.getLast());
  }

  private void publishTo(Outlet out, int size, List<Feed> feeds) {
    var frame =
        MessageFrame.of(
            ("n." + published++).getBytes(StandardCharsets.UTF_8), new byte[0], 0, new byte[size]);
    delivery.begin(frame, Side.LOCAL, null, false);
    feeds.forEach(each -> out.note(each, delivery, NO_QUEUES, 0));
    out.delivered(delivery);
  }

  @Test
  void whatIsSentThoughTheLogIsFullIsNotGivenUp() {
    var small =
        OutageLogs.inMemory(
            new OutageOptions(
                true,
                OutageOptions.MIN_BYTES,
                Duration.ofHours(1),
                Discard.NEW,
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                Duration.ofMillis(100),
                LinkRules.DEFAULT),
            List.of(tasks::add),
            OutageClock.SYSTEM,
            new Random(1));
    var out = new Outlet(small.log(0), ground, 0, () -> 0);
    var live = out.feed(1, 2);
    var away = out.feed(3, 2);
    var far = new Far();
    live.attach(far, 0, new Turns(List.of(live)));
    run();
    for (var i = 0; i < 2000; i++) {
      publishTo(out, 1000, List.of(live, away));
      live.settled(small.log(0).last());
      run();
    }
    assertEquals(numbers(0, 2000), far.got);
    live.lookAtDiscards();
    assertEquals(0, live.backlog().discarded());
    away.lookAtDiscards();
    var gone = away.backlog().discarded();
    assertTrue(gone > 500, "given up: " + gone);
    assertEquals(gone, awaitEntries(small, 2000 - gone).discarded());
  }

  @Test
  void anOutageOfManyCostsOneCopyOfEachMessage() {
    var feeds = new ArrayList<Feed>();
    for (var session = 10; session < 1010; session++) {
      feeds.add(outlet.feed(session, 3));
    }
    for (var i = 0; i < 100; i++) {
      publishTo(outlet, 1000, feeds);
    }
    var bytes = awaitEntries(logs, 100).bytes();
    assertTrue(bytes < 100 * 1200, "bytes: " + bytes);
    for (var each : feeds) {
      var far = new Far();
      each.attach(far, 0, new Turns(List.of(each)));
      while (far.got.size() < 100) {
        each.settled(far.tags.getLast());
        run();
      }
      each.settled(far.tags.getLast());
    }
    awaitEntries(logs, 0);
  }

  /// Carriers come and go, the far end settles now and then, and takes each sequence once.
  @Test
  void eachMessageArrivesOnceAndInOrder() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    var taken = new ArrayList<Integer>();
    long settled = 0;
    Far far = null;
    var seen = 0;
    for (var step = 0; step < 3000; step++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          if (far != null) {
            feed.detach(far);
          }
          far = random.nextInt(3) == 0 ? null : attach(new Far());
          seen = 0;
        }
        case 1, 2 -> publish(random.nextInt(40), random.nextInt(3000));
        case 3, 4 -> {
          feed.settled(settled);
          run();
        }
        default -> publish(1, 10);
      }
      for (; far != null && seen < far.got.size(); seen++) { // the far end takes what is new
        if (far.tags.get(seen) > settled) {
          settled = far.tags.get(seen);
          taken.add(far.got.get(seen));
        }
      }
    }
    far = attach(new Far());
    for (seen = 0; taken.size() < published; ) {
      for (; seen < far.got.size(); seen++) {
        if (far.tags.get(seen) > settled) {
          settled = far.tags.get(seen);
          taken.add(far.got.get(seen));
        }
      }
      feed.settled(settled);
      run();
    }
    assertEquals(numbers(0, published), taken, "seed " + seed);
  }
}

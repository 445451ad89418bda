package io.frond.link;

import io.frond.account.Delivery;
import io.frond.buffer.FlushSet;
import io.frond.logging.Log;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// What the links of one event loop share: the set of links to flush, the delivery in flight, the
/// clock tick, and counts. Only that loop may touch it, but for the counts, which any thread may
/// read a moment old.
public final class LinkLoop {
  /// How often links look at the time: pings, handshake limits, write deadlines.
  static final long TICK_MILLIS = 250;

  private final int index;
  private final EventLoop executor;
  private final Log log;
  private final ProtocolLog protocol;
  private final FlushSet flushes = new FlushSet();
  private final Delivery delivery;
  private final Drain drain = new Drain(this);
  private final ArrayList<Link> links = new ArrayList<>();
  private boolean ticking;
  private int batches;
  long inMessages;
  long inBytes;
  private final long[] slow = new long[LinkKind.values().length];
  private final long[] stale = new long[LinkKind.values().length];
  long stalls;

  LinkLoop(int index, EventLoop executor, Log log, long seed) {
    this.index = index;
    this.executor = executor;
    this.log = log;
    protocol = new ProtocolLog(log);
    delivery = new Delivery(index, flushes, seed);
  }

  public int index() {
    return index;
  }

  public EventLoop executor() {
    return executor;
  }

  /// The one delivery that is in flight on this loop.
  public Delivery delivery() {
    return delivery;
  }

  public FlushSet flushes() {
    return flushes;
  }

  Log log() {
    return log;
  }

  ProtocolLog protocol() {
    return protocol;
  }

  Drain drain() {
    return drain;
  }

  /// Runs a task when what is queued for clients now has left this process, as far as they take it
  /// in time. Only on the loop.
  public void afterClients(Runnable then) {
    drain.after(then);
  }

  /// Runs a task when all links have been read that have something now. Any thread.
  ///
  /// @return false when the loop has ended
  public boolean afterReading(Runnable task) {
    try {
      executor.execute(task); // a loop looks at its tasks when it has read all that is ready
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /// Messages that the loop's links read since the start. Only on the loop.
  public long inMessages() {
    return inMessages;
  }

  void add(Link link) {
    link.position = links.size();
    links.add(link);
    if (!ticking) {
      ticking = true;
      scheduleTick();
    }
  }

  void remove(Link link) {
    drain.remove(link);
    var last = links.removeLast();
    if (last != link) {
      links.set(link.position, last);
      last.position = link.position;
    }
  }

  void countSlow(LinkKind kind) {
    slow[kind.ordinal()]++;
  }

  void countStale(LinkKind kind) {
    stale[kind.ordinal()]++;
  }

  long slow(LinkKind kind) {
    return slow[kind.ordinal()];
  }

  long stale(LinkKind kind) {
    return stale[kind.ordinal()];
  }

  /// A producer is held back for a while.
  void stall(Runnable after, long millis) {
    stalls++;
    var _ = executor.schedule(after, millis, TimeUnit.MILLISECONDS);
  }

  private void scheduleTick() {
    var _ = executor.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Whether the caller is on this loop and within a batch, so that what it queues is flushed at
  /// the batch's end.
  boolean inBatch() {
    return executor.inEventLoop() && batches > 0;
  }

  void beginBatch() {
    batches++;
  }

  void endBatch() {
    batches--;
    if (batches == 0) {
      flushes.flushAll();
    }
  }

  /// Does work on this loop and then flushes every link that it queued for. Only on the loop.
  public void batch(Runnable work) {
    beginBatch();
    try {
      work.run();
    } finally {
      endBatch();
    }
  }

  private void tick() {
    batch(this::tickAll);
    ticking = !links.isEmpty();
    if (ticking && !executor.isShuttingDown()) {
      scheduleTick();
    }
  }

  private void tickAll() {
    var now = System.nanoTime();
    for (var i = links.size() - 1; i >= 0; i--) {
      if (i < links.size()) { // a tick may close links
        links.get(i).tick(now);
      }
    }
  }
}

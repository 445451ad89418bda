package io.frond.session;

import io.frond.buffer.FlushSet;
import io.frond.link.LinkLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// An event loop as a feed's thread.
public final class LoopGround implements Ground {
  private final LinkLoop loop;

  public LoopGround(LinkLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.executor().execute(() -> loop.batch(task));
    } catch (RejectedExecutionException e) {
      // the server ends: nothing is sent any more
    }
  }

  @Override
  public void later(Runnable task, long millis) {
    try {
      var _ = loop.executor().schedule(() -> loop.batch(task), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // the server ends: nothing is sent any more
    }
  }

  @Override
  public FlushSet flushes() {
    return loop.flushes();
  }
}

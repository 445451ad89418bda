package io.frond.link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Tells when what is queued for clients now has been handed to their sockets, since what is still
/// in this process goes with it when it is killed. A client that takes nothing for too long is not
/// waited for again until it has taken everything.
///
/// Owner: its event loop.
final class Drain {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long LOOK_MILLIS = 2;

  /// A client whose socket did not take all that was queued.
  private static final class Behind {
    final Link link;
    boolean late;

    Behind(Link link) {
      this.link = link;
    }
  }

  private record Mark(Behind behind, long bytes) {}

  private final LinkLoop loop;
  private final List<Behind> all = new ArrayList<>();

  Drain(LinkLoop loop) {
    this.loop = loop;
  }

  /// A link wrote what its socket took.
  void wrote(Link link) {
    if (!link.behind
        && Stall.pending(link.channel()) > 0
        && link.handler().kind() == LinkKind.CLIENT) {
      link.behind = true;
      all.add(new Behind(link));
    }
  }

  /// A link is gone.
  void remove(Link link) {
    if (link.behind) {
      link.behind = false;
      all.removeIf(it -> it.link == link);
    }
  }

  /// Runs a task when all clients have what is queued for them now, as far as they take it.
  void after(Runnable then) {
    all.removeIf(Drain::hasAll);
    var marks = new ArrayList<Mark>();
    for (var each : all) {
      if (!each.late) {
        marks.add(new Mark(each, queued(each.link)));
      }
    }
    look(marks, System.nanoTime(), then);
  }

  private void look(List<Mark> marks, long since, Runnable then) {
    marks.removeIf(it -> sent(it.behind.link) >= it.bytes);
    var late = System.nanoTime() - since > PATIENCE_NANOS;
    if (late) {
      marks.forEach(it -> it.behind.late = true);
    }
    if (late || marks.isEmpty() || loop.executor().isShuttingDown()) {
      then.run();
      return;
    }
    var _ =
        loop.executor()
            .schedule(
                () -> loop.batch(() -> look(marks, since, then)),
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private static boolean hasAll(Behind one) {
    var link = one.link;
    link.behind = link.channel().isActive() && sent(link) < queued(link);
    return !link.behind;
  }

  private static long queued(Link link) {
    synchronized (link) {
      return link.outbound.queued();
    }
  }

  /// Bytes that its socket took; all when it is gone.
  private static long sent(Link link) {
    if (!link.channel().isActive()) {
      return Long.MAX_VALUE;
    }
    var written = Stall.pending(link.channel());
    synchronized (link) {
      return link.outbound.queued() - link.outbound.bytes() - written;
    }
  }
}

package io.frond.session;

import io.frond.account.Afterwards;
import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.outage.OutageMessage;
import io.frond.outage.SourceLog;
import io.frond.wire.MessageFrame;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One publishing thread's way to all far ends: its source log and the feeds out of it. A message
/// is logged once for all feeds that want it, at the end of its delivery. Owner: its thread.
public final class Outlet implements Afterwards {
  private static final byte[] NONE = {};
  private static final byte[][] NO_QUEUES = {};

  /// From this part of the log's memory on that waits for the disk, in percent, publishers are held
  /// back, as by receivers whose queues are so long.
  private static final int LAG_MIN = 50;

  /// No server has begun with a higher half of sequences than this, which is its start in seconds.
  private static final long HIGH_MAX = 0x7fff_0000;

  private static final int LAG_MORE = 65;
  private static final int LAG_MUCH = 80;
  private static final int LAG_FULL = 100;

  private final SourceLog log;
  private final Ground ground;
  private final Delivery pumping;
  private final OutageMessage message = new OutageMessage();
  private final MessageFrame pumpedFrame = MessageFrame.blank();
  private @Nullable Feed[] noted = new Feed[4];
  private byte[][][] queues = new byte[4][][];
  private int[] queueCounts = new int[4];
  private int[] handles = new int[4];
  private int count;
  private final long high;
  private final Epochs epochs;
  private @Nullable Late late;
  private Consumer<String> warning = _ -> {};

  /// @param index the thread's number among those that publish
  /// @param connections that the server has taken since its start
  public Outlet(SourceLog log, Ground ground, int index, LongSupplier connections) {
    this.log = log;
    this.ground = ground;
    high = log.last() >>> 32;
    epochs = new Epochs(log, connections);
    pumping = new Delivery(index, ground.flushes(), 0);
  }

  public SourceLog log() {
    return log;
  }

  /// How messages of earlier processes are marked. Before the first of them is sent.
  public void marking(Late how) {
    late = how;
  }

  /// @param to what people should know
  public void warning(Consumer<String> to) {
    warning = to;
  }

  /// A far end has settled what this server does not know to have sent: its store is an older one
  /// than the server had then. No sequence is used again.
  void isBehind(String source, long sequence) {
    if (sequence >>> 32 > HIGH_MAX) {
      return;
    }
    warning.accept(
        "Leaf node outage log: "
            + source
            + " is at "
            + log.last()
            + ", but its far end already has "
            + sequence
            + ": the store is older than what was sent; messages may be missing at the far end");
    log.skipTo(sequence);
  }

  /// The high half of the sequences with which this process began.
  long high() {
    return high;
  }

  /// When what is in the log came to it.
  Epochs epochs() {
    return epochs;
  }

  /// Tasks for the thread.
  public Ground ground() {
    return ground;
  }

  /// The feed for a session, which the log knows from now on: a new one needs nothing that is in
  /// the log now. On the thread, once for each session.
  public Feed feed(int session, int group) {
    log.add(session, group, log.last());
    return new Feed(this, session, group);
  }

  /// The message that is being delivered goes to this feed, too; it is logged and sent when all
  /// receivers are known.
  ///
  /// @param groups the queue groups that were chosen there: the first `groupCount` are valid until
  ///   the delivery ends
  public void note(Feed feed, Delivery of, byte[][] groups, int groupCount) {
    if (count == noted.length) {
      noted = Arrays.copyOf(noted, 2 * count);
      queues = Arrays.copyOf(queues, 2 * count);
      queueCounts = Arrays.copyOf(queueCounts, 2 * count);
    }
    if (count == 0) {
      of.afterwards(this);
    }
    noted[count] = feed;
    queues[count] = groups;
    queueCounts[count++] = groupCount;
  }

  @Override
  public void delivered(Delivery delivery) {
    epochs.look();
    var frame = delivery.frame();
    var shown = frame.replyLength() > 0 ? delivery.shown() : null;
    var suffix = shown == null ? NONE : suffix(shown);
    var size = frame.size() + frame.subjectLength() + frame.replyLength();
    if (count == 1) {
      var feed = noted[0];
      if (feed != null) {
        one(feed, delivery, suffix, queues[0], queueCounts[0], size);
      }
    } else {
      many(delivery, suffix, size);
    }
    var lag = log.lag();
    if (lag >= LAG_MIN) {
      delivery.hold(queueLike(lag));
    }
    Arrays.fill(noted, 0, count, null);
    Arrays.fill(queues, 0, count, NO_QUEUES);
    count = 0;
  }

  private static long queueLike(int lag) {
    return lag >= LAG_FULL
        ? 128 << 20
        : lag >= LAG_MUCH ? 32 << 20 : lag >= LAG_MORE ? 8 << 20 : 1 << 20;
  }

  private static byte[] suffix(byte[] shown) {
    var suffix = new byte[shown.length + 1];
    suffix[0] = '@';
    System.arraycopy(shown, 0, suffix, 1, shown.length);
    return suffix;
  }

  private void one(
      Feed feed, Delivery delivery, byte[] suffix, byte[][] groups, int groupCount, int size) {
    var sequence =
        noted(log.append(message.of(delivery.frame(), suffix, groups, groupCount), feed.only(), 1));
    if (!tell(feed, delivery, groups, groupCount, sequence, size)) {
      log.spare(feed.session(), true);
    }
  }

  /// @return false when it was not logged, but sent
  private static boolean tell(
      Feed feed, Delivery delivery, byte[][] groups, int groupCount, long sequence, int size) {
    if (sequence > 0) {
      feed.logged(delivery, groups, groupCount, sequence, size);
      return true;
    }
    return !feed.unlogged(delivery, groups, groupCount);
  }

  /// One entry for all that got no queue group, one for each of the others.
  private void many(Delivery delivery, byte[] suffix, int size) {
    var plain = 0;
    var group = 0;
    for (var i = 0; i < count; i++) {
      var feed = noted[i];
      if (feed != null && queueCounts[i] == 0) {
        if (plain == handles.length) {
          handles = Arrays.copyOf(handles, 2 * plain);
        }
        group = plain == 0 || feed.group() == group ? feed.group() : 0;
        handles[plain++] = feed.session();
      }
    }
    var shared = plain == 0 ? 0 : append(delivery, suffix, plain, group);
    var left = plain;
    for (var i = 0; i < count; i++) {
      var feed = noted[i];
      if (feed == null) {
        continue;
      }
      if (queueCounts[i] > 0) {
        one(feed, delivery, suffix, queues[i], queueCounts[i], size);
      } else if (!tell(feed, delivery, NO_QUEUES, 0, shared, size)) {
        log.spare(feed.session(), --left == 0);
      }
    }
  }

  /// An entry for all of a group costs no more than one for a single session.
  ///
  /// @param group of those that it is for, 0 when they are of several
  private long append(Delivery delivery, byte[] suffix, int plain, int group) {
    var what = message.of(delivery.frame(), suffix, NO_QUEUES, 0);
    return noted(
        log.isWhole(group, plain)
            ? log.appendToGroup(what, group)
            : log.append(what, handles, plain));
  }

  private long noted(long sequence) {
    if (sequence > 0) {
      epochs.note(sequence);
    }
    return sequence;
  }

  /// Whether a message comes from the log, and not just now from its publisher.
  public boolean isPumping(Delivery message) {
    return message == pumping;
  }

  /// The one in which feeds show a message of their backlog, each until it has sent it.
  MessageFrame frame() {
    return pumpedFrame;
  }

  /// A message of the backlog as one that can be sent.
  ///
  /// @param sequence in the log
  /// @param timeMillis when it was logged
  Delivery pumped(MessageFrame frame, long sequence, long timeMillis) {
    var how = isLate(sequence) ? late : null;
    pumping.begin(how == null ? frame : how.mark(frame, timeMillis), Side.LOCAL, null, false);
    return pumping;
  }

  /// Whether it is marked as a message of an earlier process.
  boolean isLate(long sequence) {
    return late != null && sequence >>> 32 < high;
  }
}

package io.frond.session;

import io.frond.logging.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// What another server of the cluster has not had, as far as this one knows, of what leaves publish
/// here: what was on its way to it when their connection ended or when it no longer answered, and
/// what it would have been sent since. The leaves keep it, since it is not settled, and when the
/// other server is back they are asked to send it again: then it is relayed, in the order in which
/// it was published, and what comes after it only behind it. One for each connection to each
/// server, whether it stands or not.
///
/// Any thread. The monitor guards all changes; [#mayGo] and [#isNext] only read.
public final class Arrears {
  /// A connection to the other server.
  public interface Connection {
    /// Shows all sources of which something was sent over it, with the last of it. Any thread.
    void forEachRelayed(ObjLongConsumer<Seen> to);
  }

  /// What the other server wanted when its connection ended.
  public interface Remembered {
    /// Whether it wants some of that still.
    ///
    /// @param wants whether it has told of interest in an account's subject
    boolean isShown(BiPredicate<String, byte[]> wants);

    /// It is remembered no longer.
    void end();
  }

  private enum State {
    /// What is sent arrives.
    REACHED,
    /// It does not answer, though the connection stands.
    SILENT,
    /// There is no connection.
    AWAY,
    /// There is one again; what was missed may still have to be sent.
    BACK
  }

  private final String server;
  private final Fence fence;
  private final ScheduledExecutorService timers;
  private final Log log;
  private final long graceMillis;
  private final ConcurrentHashMap<Seen, Debt> debts = new ConcurrentHashMap<>();
  private final List<Remembered> interest = new ArrayList<>();
  private volatile State state = State.AWAY;
  private volatile @Nullable Connection current;

  /// Whether the other server has told its interest again.
  private boolean shown;

  /// Whether a connection was replaced before it ended, so that its interest was not remembered.
  private boolean replaced;

  /// Changes with the state, so that what was begun before it ends without effect.
  private int epoch;

  /// @param server the other server's name
  /// @param fence of this server and those of its cluster
  /// @param graceMillis for how long a server that is away is waited for
  public Arrears(
      String server, Fence fence, ScheduledExecutorService timers, Log log, long graceMillis) {
    this.server = server;
    this.fence = fence;
    this.timers = timers;
    this.log = log;
    this.graceMillis = graceMillis;
  }

  // ---- messages; any loop ----

  /// Whether a message of a leaf's may be sent over a connection now. To be called when it is noted
  /// there as sent, so that one of the two sees it: this, or who looks at what was not settled.
  public boolean mayGo(Connection over, Seen source, long sequence) {
    var now = state;
    if (over != current) { // another one took its place: whether this one stands is not known
      missed(source, sequence);
      return true;
    }
    if (now == State.AWAY) {
      missed(source, sequence);
      return false;
    }
    if (now == State.SILENT) {
      missed(source, sequence);
    }
    return isNext(source);
  }

  /// Whether nothing has to be sent before what comes of the source now.
  public boolean isNext(Seen source) {
    if (state != State.BACK) {
      return true;
    }
    var debt = debts.get(source);
    return debt == null || debt.comes();
  }

  /// The other server would have been sent a message, if it were in reach.
  public void missed(Seen source, long sequence) {
    if (!source.repeats()) {
      return;
    }
    var known = debts.get(source);
    if (known == null || known.from() > sequence) {
      owe(source, sequence);
    }
  }

  private synchronized void owe(Seen source, long from) {
    if (state == State.REACHED || (state == State.BACK && shown)) {
      return; // it is sent what comes
    }
    var known = debts.get(source);
    if (known != null) {
      known.extendTo(from);
      return;
    }
    var debt = new Debt(this, from);
    debts.put(source, debt);
    source.owes(debt);
  }

  /// What went over a connection, and of which nobody knows whether it arrived. With the monitor.
  private void oweUnsettled(Connection over) {
    over.forEachRelayed((source, last) -> {
      var settled = source.settled();
      if (source.repeats() && last > settled) {
        owe(source, settled + 1);
      }
    });
  }

  // ---- the connection ----

  /// A connection stands.
  ///
  /// @return a number for [#shown]
  public synchronized int back(Connection over) {
    var before = current;
    var hadOne = before != null && state != State.AWAY;
    shown = false;
    state = State.BACK; // first: who sends meanwhile notes it there, and looks here behind that
    current = over;
    replaced = hadOne;
    if (before != null && hadOne) {
      oweUnsettled(before);
    }
    debts.values().forEach(Debt::restart);
    return ++epoch;
  }

  /// The other server has told its interest over the connection. Leaves are asked for what it
  /// missed, unless it wants nothing more of what it wanted before.
  ///
  /// @param since what [#back] returned
  /// @param wants whether the other server wants an account's subject
  public void shown(int since, BiPredicate<String, byte[]> wants) {
    List<Remembered> ending;
    List<Seen> asked = List.of();
    List<Seen> free = List.of();
    synchronized (this) {
      if (epoch != since || state != State.BACK) {
        return;
      }
      shown = true;
      if (replaced || interest.stream().anyMatch(it -> it.isShown(wants))) {
        debts.values().forEach(Debt::ask);
        asked = List.copyOf(debts.keySet());
      } else {
        free = forgive();
      }
      ending = endInterest();
      state = asked.isEmpty() ? State.REACHED : State.BACK;
    }
    ending.forEach(Remembered::end);
    free.forEach(Seen::settleMore);
    if (!asked.isEmpty()) {
      log.info("Leaves send again what " + server + " missed");
      asked.forEach(Seen::askAgain);
    }
  }

  /// A leaf has sent again all that it was asked for: when the other server has taken it, that is
  /// settled.
  void sent(Seen source, Debt debt) {
    int since;
    synchronized (this) {
      since = epoch;
    }
    fence.after(() -> {
      synchronized (this) {
        if (epoch != since || !debt.comes() || !debts.remove(source, debt)) {
          return;
        }
        source.owesNoMore(debt);
        if (debts.isEmpty() && state == State.BACK && shown) {
          state = State.REACHED;
        }
      }
      source.settleMore();
    });
  }

  /// An answer of the other server is overdue. Before anybody stops waiting for it.
  public synchronized void silent(Connection over) {
    if (over != current || state == State.AWAY || state == State.BACK) {
      return;
    }
    epoch++;
    state = State.SILENT; // before the look at what was sent, as in #back
    oweUnsettled(over);
  }

  /// The other server answered again. All that it was sent is taken when it has answered once more.
  public void heard() {
    if (state != State.SILENT) {
      return;
    }
    int since;
    synchronized (this) {
      since = epoch;
    }
    fence.after(() -> {
      List<Seen> free;
      synchronized (this) {
        if (epoch != since || state != State.SILENT) {
          return;
        }
        state = State.REACHED;
        free = forgive();
      }
      free.forEach(Seen::settleMore);
    });
  }

  /// The connection ended. Before anybody stops waiting for the other server's answers.
  public synchronized void away(Connection over) {
    if (over != current) {
      return; // another one has taken its place
    }
    var since = ++epoch;
    state = State.AWAY; // before the look at what was sent, as in #back
    debts.values().forEach(Debt::restart);
    oweUnsettled(over);
    try {
      var _ = timers.schedule(() -> giveUp(since), graceMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // this server ends
    }
  }

  /// What the other server wants is remembered while it is away.
  ///
  /// @param wanted is ended when the other server has told its interest again or is not waited for
  ///   any more
  /// @return false when there is no need to
  public synchronized boolean remember(Connection over, Remembered wanted) {
    if (state != State.AWAY || over != current) {
      return false;
    }
    interest.add(wanted);
    return true;
  }

  private List<Remembered> endInterest() {
    var ending = List.copyOf(interest);
    interest.clear();
    return ending;
  }

  private void giveUp(int since) {
    List<Remembered> ending;
    List<Seen> free;
    synchronized (this) {
      if (epoch != since || state != State.AWAY) {
        return;
      }
      ending = endInterest();
      free = forgive();
    }
    ending.forEach(Remembered::end);
    if (!free.isEmpty()) {
      log.warn(
          "Leaf node messages for "
              + server
              + " are not kept any longer: it has been away for "
              + TimeUnit.MILLISECONDS.toSeconds(graceMillis)
              + " s (server_grace)");
    }
    free.forEach(Seen::settleMore);
  }

  /// Nothing is owed any more. With the monitor.
  private List<Seen> forgive() {
    var free = List.copyOf(debts.keySet());
    debts.forEach(Seen::owesNoMore);
    debts.clear();
    return free;
  }
}

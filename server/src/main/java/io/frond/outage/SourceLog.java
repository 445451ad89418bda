package io.frond.outage;

import io.frond.options.OutageOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What one source, an event loop, publishes to far ends that have not settled it yet.
///
/// **Who needs an entry.** An entry is for some sessions, or for all sessions of a group. A session
/// needs it until it settles its sequence or a later one, or is removed. What nobody needs any more
/// is gone at once.
///
/// **Sequences** rise by one with each entry, also for those that nobody needs; across restarts
/// there are gaps: the upper 32 bits begin with the process' start time in seconds.
///
/// **Owner of discards.** An entry that is given up before it was settled counts once for the log
/// and once for each session that needed it.
///
/// Everything is done on the log's loop, but [#stats] and [#id].
public final class SourceLog {
  /// When so many parts of memory are not written, they are, whatever their age.
  private static final int SPILL_PART = 4;

  private final String id;
  private final int index;
  private final OutageOptions options;
  private final Room room;
  private final Runnable wake;
  private final LogState state;
  private final Memory memory;
  private final IntTable<Session> sessions;
  private final IntTable<Group> groups;
  private final Times times;

  /// Null where everything is in memory.
  private final @Nullable LogFiles files;

  private Session[] addressed = new Session[4];
  private long last;
  private long appended;
  private volatile LogStats published = LogStats.NONE;

  private int refusedWhy;

  /// Sessions with limits of their own.
  private int limited;

  /// Whether somebody calls [#tick].
  private boolean awake;

  private boolean quiet;

  /// @param index in the budget
  /// @param first the sequence before the first one
  /// @param memoryMax bytes that it may hold in memory
  /// @param files null to keep everything in memory
  /// @param wake asks for calls of [#tick]
  SourceLog(
      String id,
      int index,
      long first,
      long memoryMax,
      OutageOptions options,
      Budget budget,
      LogState state,
      @Nullable LogFiles files,
      Runnable wake) {
    this.id = id;
    this.index = index;
    this.options = options;
    room = new Room(index, options, budget, state, files, memoryMax);
    this.state = state;
    this.files = files;
    this.wake = wake;
    memory = state.memory;
    sessions = state.sessions;
    groups = state.groups;
    times = state.times;
    last = first;
  }

  /// Takes over what an earlier life left. Before the loop runs.
  void recovered(LogRecovery.Found found) {
    found
        .positions()
        .forEach((session, position) ->
            add(
                session,
                position.group() == 0 ? Group.UNKNOWN : position.group(),
                position.settled()));
    room.tell();
    publish(times.tick());
    awake = true;
    wake.run();
  }

  /// The source's name: at most 16 letters and digits, unique among all servers. Any thread.
  public String id() {
    return id;
  }

  /// The sequence of the last entry, or of none.
  public long last() {
    return last;
  }

  /// Others know sequences up to this one already, though not from this log.
  public void skipTo(long sequence) {
    last = Math.max(last, sequence);
  }

  // Sessions.

  /// Makes a session known: entries from now on may be for it.
  ///
  /// @param session its handle, above 0
  /// @param group the handle of its group, above 0
  /// @param from it needs no entry up to this sequence; [#last] for a new one
  /// @return false when it was known already, also from an earlier life: then nothing changes but
  ///   the group
  public boolean add(int session, int group, long from) {
    var known = sessions.get(session);
    if (known != null && known.group.handle == group) {
      return false;
    }
    var of = groups.get(group);
    if (of == null) {
      of = new Group(group);
      groups.put(group, of);
    }
    if (known != null) {
      leave(known);
      known.group = of;
      of.add(known);
      return false;
    }
    var added = new Session(session, of, from);
    sessions.put(session, added);
    of.add(added);
    return true;
  }

  private void leave(Session session) {
    var group = session.group;
    group.remove(session);
    state.release(group.list, group.settled());
    if (group.size() == 0) {
      groups.remove(group.handle);
    }
  }

  /// Limits what is kept for a session. Once, when the session is known and before anything is
  /// appended; what an earlier life left counts, as far as its files tell.
  public void limit(int session, SessionLimits limits) {
    var known = sessions.get(session);
    if (known == null || known.limit != null) {
      return;
    }
    var limit = new SessionLimit(limits, index);
    known.limit = limit;
    known.group.limited++;
    limited++;
    if (files != null) {
      files.forEach(it -> {
        if (it.concerns(known.handle, known.group.handle, known.acked)) {
          limit.added(it.last, it.size, it.entries, it.oldestMillis);
        }
      });
    }
  }

  /// Gives up what a session may not have any more.
  private void giveUp(Session session, long steady) {
    var limit = session.limit;
    if (limit == null) {
      return;
    }
    for (var old = limit.expired(steady); old != null; old = limit.expired(steady)) {
      giveUp(session, old, Discard.AGE);
    }
    for (var old = limit.excess(); old != null; old = limit.excess()) {
      giveUp(session, old, Discard.LIMIT);
    }
  }

  private void giveUp(Session session, SessionLimit.Step step, Discard why) {
    session.discarded[why.ordinal()] += step.entries();
    settled(session.handle, step.last());
  }

  /// Forgets a session: it needs nothing any more. Without effect when it is not known.
  public void remove(int session) {
    var gone = sessions.get(session);
    if (gone == null) {
      return;
    }
    if (gone.cursor != null) {
      gone.cursor.close();
    }
    if (gone.limit != null) {
      gone.limit.end();
      gone.group.limited--;
      limited--;
    }
    state.release(gone.own, Long.MAX_VALUE);
    sessions.remove(session);
    leave(gone);
    room.tell();
  }

  /// The handles of all sessions, those of an earlier life included.
  public int[] sessions() {
    var handles = new int[sessions.size()];
    var at = new int[1];
    sessions.forEach(session -> handles[at[0]++] = session.handle);
    return handles;
  }

  /// How far a session has settled; -1 when it is not known.
  public long settled(int session) {
    var known = sessions.get(session);
    return known == null ? -1 : known.acked;
  }

  /// A session needs no entry up to a sequence. Who sends to it says so also for what the session
  /// did not want, above all for entries that were for a whole group.
  public void settled(int session, long upTo) {
    var known = sessions.get(session);
    if (known == null || upTo <= known.acked) {
      return;
    }
    known.acked = Math.min(upTo, last);
    if (known.limit != null) {
      known.limit.settled(known.acked);
    }
    state.release(known.own, known.acked);
    var group = known.group;
    group.settled(known);
    if (group.list.count > 0) {
      state.release(group.list, group.settled());
    }
    room.tell();
  }

  // Appending.

  /// Appends a message for some sessions; those that are not known do not count.
  ///
  /// @param handles the first `count` are valid, each once
  /// @return its sequence, also when nobody needs it; 0 when it was discarded because the logs are
  ///   full
  public long append(OutageMessage message, int[] handles, int count) {
    if (addressed.length < count) {
      addressed = new Session[2 * count];
    }
    var known = 0;
    for (var i = 0; i < count; i++) {
      var session = sessions.get(handles[i]);
      if (session != null) {
        addressed[known++] = session;
      }
    }
    if (known == 0) {
      return ++last;
    }
    if (limited > 0) {
      known = admitted(known, length(message, known));
      if (known == 0) {
        return refuse(Discard.LIMIT);
      }
    }
    var length = length(message, known);
    var refused = room.refusal(length);
    if (refused != null) {
      for (var i = 0; i < known; i++) {
        addressed[i].discarded[refused.ordinal()]++;
      }
      return refuse(refused);
    }
    var entry = memory.reserve(length, known);
    write(message, entry, 0, known);
    for (var i = 0; i < known; i++) {
      var session = addressed[i];
      state.link(session.own, entry, i, session.handle);
      if (session.limit != null) {
        var steady = times.steadyMillis();
        session.limit.added(last, length, 1, steady);
        giveUp(session, steady);
      }
    }
    return appended();
  }

  /// Leaves those out who have as much as they may.
  private int admitted(int known, int length) {
    var left = 0;
    for (var i = 0; i < known; i++) {
      var session = addressed[i];
      if (session.limit != null && session.limit.refuses(length)) {
        session.discarded[Discard.LIMIT.ordinal()]++;
      } else {
        addressed[left++] = session;
      }
    }
    return left;
  }

  /// Appends a message for all sessions of a group, as they are now; each must settle it, wanted or
  /// not.
  ///
  /// @return as of [#append]
  public long appendToGroup(OutageMessage message, int group) {
    var of = groups.get(group);
    if (of == null) {
      return ++last;
    }
    var length = length(message, 1);
    var refused = room.refusal(length);
    if (refused != null) {
      for (var i = 0; i < of.size(); i++) {
        of.session(i).discarded[refused.ordinal()]++;
      }
      return refuse(refused);
    }
    var entry = memory.reserve(length, 1);
    write(message, entry, group, 1);
    state.link(of.list, entry, 0, 0);
    return appended();
  }

  /// Whether so many sessions of a group are all that it has, and none has limits of its own.
  public boolean isWhole(int group, int count) {
    var of = groups.get(group);
    return of != null && of.size() == count && of.limited == 0;
  }

  private long refuse(Discard why) {
    refusedWhy = why.ordinal();
    state.discarded[refusedWhy]++;
    return 0;
  }

  /// A session got what was refused last all the same, and with `last` all that it was for.
  public void spare(int session, boolean last) {
    var known = sessions.get(session);
    if (known != null) {
      known.discarded[refusedWhy]--;
      state.discarded[refusedWhy] -= last ? 1 : 0;
    }
  }

  private static int length(OutageMessage message, int pairs) {
    return Layout.aligned(Layout.HEADER + Layout.PAIR * pairs + message.bytes());
  }

  private void write(OutageMessage message, int entry, int group, int pairs) {
    if (!awake) {
      awake = true;
      wake.run();
    }
    var to = memory.bytes(entry);
    var at = Memory.at(entry);
    var steady = times.steadyMillis();
    to.putLong(at + Layout.SEQUENCE, ++last);
    to.putLong(at + Layout.TIME, times.wallMillis(steady));
    to.putLong(at + Layout.STEADY, steady);
    to.putInt(at + Layout.GROUP, group);
    message.putLengths(to, at);
    message.copy(to, at + Layout.HEADER + Layout.PAIR * pairs);
  }

  /// An entry is whole.
  ///
  /// @return its sequence
  private long appended() {
    appended++;
    room.tell();
    if (files != null && memory.unspilled() > room.memoryMax() / SPILL_PART) {
      files.spill(Long.MAX_VALUE, times.steadyMillis());
    }
    return last;
  }

  /// How far the disk is behind: the part of the memory that waits to be written, in percent, which
  /// may be over 100. Who publishes is to be held back before that; 0 where that would not help.
  public int lag() {
    return room.lag();
  }

  // Reading.

  /// Reads what a session has not settled. A cursor that the session has already ends.
  ///
  /// @param after the first entry is the one behind this sequence
  /// @param ready runs on the loop when an entry is at hand that [Cursor#next] had to leave to the
  ///   disk
  public Cursor cursor(int session, long after, Runnable ready) {
    var known = sessions.get(session);
    if (known == null) {
      throw new IllegalArgumentException("no session " + session);
    }
    if (known.cursor != null) {
      known.cursor.close();
    }
    var cursor = new Cursor(state, files, known, after, ready);
    known.cursor = cursor;
    return cursor;
  }

  /// Called every so often while there is something to do.
  ///
  /// @return whether it has to be called again
  boolean tick() {
    var steady = times.tick();
    var ageMax = options.maxAge().toMillis();
    room.expire(steady, ageMax);
    if (limited > 0) {
      sessions.forEach(session -> giveUp(session, steady));
    }
    if (files != null) {
      files.cut(quiet);
      if (ageMax > 0) {
        files.expire(steady, ageMax);
      }
      files.spill(steady - options.syncInterval().toMillis(), steady);
      files.evict(room.memoryMax());
      sessions.forEach(SourceLog::tick);
    }
    room.giveWay();
    room.tell();
    publish(steady);
    if (memory.entries() > 0) {
      quiet = false;
    } else if (quiet && (files == null || files.isEmpty())) {
      memory.trim();
      Arrays.fill(addressed, null);
      quiet = false;
      awake = false;
      return false;
    } else {
      quiet = true;
    }
    return true;
  }

  private static void tick(Session session) {
    if (session.cursor != null) {
      session.cursor.tick();
    }
  }

  /// Writes all that is only in memory, when the loop has ended.
  void close() {
    if (files != null) {
      files.close();
    }
  }

  private long oldestMillis(long steady) {
    var oldest = files == null ? null : files.oldestEvicted();
    return oldest == null ? state.oldestInMemory(steady) : steady - oldest.oldestMillis;
  }

  /// Null when it is not known.
  public @Nullable SessionStats stats(int session) {
    var known = sessions.get(session);
    return known == null ? null : SessionStats.of(known.acked, known.discarded);
  }

  /// Some tenths of a second old. Any thread.
  public LogStats stats() {
    return published;
  }

  /// Bytes of memory that is held for entries.
  long heldBytes() {
    return memory.held();
  }

  private void publish(long steady) {
    published =
        LogStats.of(
            appended,
            memory.entries() + (files == null ? 0 : files.evictedEntries()),
            memory.entryBytes() + (files == null ? 0 : files.evictedBytes()),
            oldestMillis(steady),
            room.fileBytes(),
            state.discarded);
  }
}

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
  private final String id;
  private final int index;
  private final OutageOptions options;
  private final Budget budget;
  private final Times times;
  private final Runnable wake;
  private final long memoryMax;
  private final Memory memory = new Memory();
  private final IntTable<Session> sessions = new IntTable<>();
  private final IntTable<Group> groups = new IntTable<>();
  private Session[] addressed = new Session[4];
  private long last;
  private long appended;
  private final long[] discarded = new long[Discard.COUNT];
  private volatile LogStats published = LogStats.NONE;

  /// Whether somebody calls [#tick].
  private boolean awake;

  private boolean quiet;

  /// @param index in the budget
  /// @param first the sequence before the first one
  /// @param memoryMax bytes that it may hold in memory
  /// @param wake asks for calls of [#tick]
  SourceLog(
      String id,
      int index,
      long first,
      long memoryMax,
      OutageOptions options,
      Budget budget,
      Times times,
      Runnable wake) {
    this.id = id;
    this.index = index;
    this.options = options;
    this.budget = budget;
    this.times = times;
    this.wake = wake;
    this.memoryMax = memoryMax;
    last = first;
  }

  /// The source's name: at most 16 letters and digits, unique among all servers. Any thread.
  public String id() {
    return id;
  }

  /// The sequence of the last entry, or of none.
  public long last() {
    return last;
  }

  // Sessions.

  /// Makes a session known: entries from now on may be for it.
  ///
  /// @param session its handle, above 0
  /// @param group the handle of its group, above 0
  /// @param from it needs no entry up to this sequence; [#last] for a new one
  /// @return false when it was known already: then nothing changes
  public boolean add(int session, int group, long from) {
    if (sessions.get(session) != null) {
      return false;
    }
    var of = groups.get(group);
    if (of == null) {
      of = new Group(group);
      groups.put(group, of);
    }
    var added = new Session(session, of, from);
    sessions.put(session, added);
    of.add(added);
    return true;
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
    release(gone.own, Long.MAX_VALUE);
    sessions.remove(session);
    var group = gone.group;
    group.remove(gone);
    release(group.list, group.settled());
    if (group.size() == 0) {
      groups.remove(group.handle);
    }
    budget.tell(index, memory.entryBytes());
  }

  public boolean knows(int session) {
    return sessions.get(session) != null;
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
    release(known.own, known.acked);
    var group = known.group;
    group.settled(known);
    if (group.list.count > 0) {
      release(group.list, group.settled());
    }
    budget.tell(index, memory.entryBytes());
  }

  private void release(EntryList list, long upTo) {
    while (list.count > 0 && memory.sequence(list.first) <= upTo) {
      var pair = list.first;
      list.removeFirst(memory);
      memory.release(pair);
    }
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
    var length = length(message, known);
    if (!admits(length)) {
      for (var i = 0; i < known; i++) {
        addressed[i].discarded[Discard.LIMIT.ordinal()]++;
      }
      discarded[Discard.LIMIT.ordinal()]++;
      return 0;
    }
    var entry = memory.reserve(length, known);
    write(message, entry, 0, known);
    for (var i = 0; i < known; i++) {
      var session = addressed[i];
      link(session.own, entry, i, session.handle);
    }
    return last;
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
    if (!admits(length)) {
      for (var i = 0; i < of.size(); i++) {
        of.session(i).discarded[Discard.LIMIT.ordinal()]++;
      }
      discarded[Discard.LIMIT.ordinal()]++;
      return 0;
    }
    var entry = memory.reserve(length, 1);
    write(message, entry, group, 1);
    link(of.list, entry, 0, 0);
    return last;
  }

  private static int length(OutageMessage message, int pairs) {
    return Layout.aligned(Layout.HEADER + Layout.PAIR * pairs + message.bytes());
  }

  private void write(OutageMessage message, int entry, int group, int pairs) {
    if (!awake) {
      awake = true;
      wake.run();
    }
    appended++;
    var to = memory.bytes(entry);
    var at = Memory.at(entry);
    var steady = times.steadyMillis();
    to.putLong(at + Layout.SEQUENCE, ++last);
    to.putLong(at + Layout.TIME, times.wallMillis(steady));
    to.putLong(at + Layout.STEADY, steady);
    to.putInt(at + Layout.GROUP, group);
    to.putInt(at + Layout.SUBJECT_LENGTH, message.subjectLength());
    to.putInt(at + Layout.REPLY_LENGTH, message.replyLength());
    to.putInt(at + Layout.HEADER_LENGTH, message.headerLength());
    to.putInt(at + Layout.BODY_LENGTH, message.bodyLength());
    to.putInt(at + Layout.QUEUES, message.queueCount());
    message.copy(to, at + Layout.HEADER + Layout.PAIR * pairs);
    budget.tell(index, memory.entryBytes());
  }

  private void link(EntryList list, int entry, int index, int session) {
    var pair = Memory.pair(entry, index);
    var bytes = memory.bytes(pair);
    var at = Memory.at(pair);
    bytes.putInt(at, session);
    bytes.putInt(at + Layout.PAIR_NEXT, 0);
    bytes.putInt(at + Layout.PAIR_INDEX, index);
    list.append(memory, pair);
  }

  // Limits.

  /// Whether there is room for an entry, or was made.
  private boolean admits(int length) {
    if (!isOver(length)) {
      return true;
    }
    if (options.discard() == OutageOptions.Discard.NEW || length > budget.bytesMax) {
      return false;
    }
    while (isOver(length) && discardOldest(Discard.LIMIT)) {
      // until there is room, or the others have it all: then they make room at their next tick
    }
    return true;
  }

  private boolean isOver(int more) {
    return budget.isOver(memory.entryBytes(), more) || memory.held() + more > memoryMax;
  }

  /// Gives up the oldest entry, for all who need it.
  ///
  /// @return false when there is none
  private boolean discardOldest(Discard why) {
    var entry = memory.firstLive();
    if (entry == 0) {
      return false;
    }
    var bytes = memory.bytes(entry);
    var at = Memory.at(entry);
    discarded[why.ordinal()]++;
    var group = groups.get(bytes.getInt(at + Layout.GROUP));
    var pairs = bytes.getInt(at + Layout.PAIRS);
    for (var i = 0; i < pairs; i++) {
      var pair = Memory.pair(entry, i);
      if (group != null) {
        countDiscard(group, bytes.getLong(at + Layout.SEQUENCE), why);
        group.list.removeFirst(memory);
        memory.release(pair);
        continue;
      }
      var session = sessions.get(bytes.getInt(Memory.at(pair)));
      if (session != null && session.own.first == pair) { // else it has settled it
        session.discarded[why.ordinal()]++;
        session.own.removeFirst(memory);
        memory.release(pair);
      }
    }
    budget.tell(index, memory.entryBytes());
    return true;
  }

  private static void countDiscard(Group group, long sequence, Discard why) {
    for (var i = 0; i < group.size(); i++) {
      if (group.session(i).acked < sequence) {
        group.session(i).discarded[why.ordinal()]++;
      }
    }
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
    var cursor = new Cursor(this, known, after, ready);
    known.cursor = cursor;
    return cursor;
  }

  void close(Cursor cursor) {
    if (cursor.session.cursor == cursor) {
      cursor.session.cursor = null;
    }
  }

  @Nullable Entry next(Cursor cursor) {
    var session = cursor.session;
    if (session.cursor != cursor) {
      throw new IllegalStateException("the cursor is closed");
    }
    var passed = Math.max(cursor.after, session.acked);
    var own = cursor.own.peek(memory, session.own, passed);
    var shared = cursor.shared.peek(memory, session.group.list, passed);
    if (own == 0 && shared == 0) {
      return null;
    }
    var isOwn = shared == 0 || (own != 0 && memory.sequence(own) < memory.sequence(shared));
    var pair = isOwn ? own : shared;
    (isOwn ? cursor.own : cursor.shared).take(pair);
    cursor.after = memory.sequence(pair);
    return cursor.entry.place(memory.bytes(pair), memory.entry(pair));
  }

  boolean isAtEnd(Cursor cursor) {
    var session = cursor.session;
    var passed = Math.max(cursor.after, session.acked);
    return cursor.own.peek(memory, session.own, passed) == 0
        && cursor.shared.peek(memory, session.group.list, passed) == 0;
  }

  // Time.

  /// Called every so often while there is something to do.
  ///
  /// @return whether it has to be called again
  boolean tick() {
    var steady = times.tick();
    var ageMax = options.maxAge().toMillis();
    while (ageMax > 0 && oldestMillis(steady) > ageMax) {
      discardOldest(Discard.AGE);
    }
    while (budget.isOver(memory.entryBytes(), 0) && discardOldest(Discard.LIMIT)) {
      // what another log needs: all give a part
    }
    publish(steady);
    if (memory.entries() > 0) {
      quiet = false;
    } else if (quiet) {
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

  private long oldestMillis(long steady) {
    var entry = memory.firstLive();
    return entry == 0 ? 0 : steady - memory.bytes(entry).getLong(Memory.at(entry) + Layout.STEADY);
  }

  // Numbers.

  /// Null when it is not known.
  public @Nullable SessionStats stats(int session) {
    var known = sessions.get(session);
    return known == null
        ? null
        : new SessionStats(
            known.acked,
            known.discarded[0],
            known.discarded[1],
            known.discarded[2],
            known.discarded[3]);
  }

  /// Some tenths of a second old. Any thread.
  public LogStats stats() {
    return published;
  }

  private void publish(long steady) {
    published =
        new LogStats(
            appended,
            memory.entries(),
            memory.entryBytes(),
            oldestMillis(steady),
            0,
            discarded[0],
            discarded[1],
            discarded[2],
            discarded[3]);
  }
}

package io.frond.outage;

import org.jspecify.annotations.Nullable;

/// What the parts of a log share. The loop.
final class LogState {
  final Memory memory = new Memory();
  final IntTable<Session> sessions = new IntTable<>();
  final IntTable<Group> groups = new IntTable<>();
  final long[] discarded = new long[Discard.COUNT];
  final Times times;

  /// Entries on disk up to this sequence count as expired already.
  long expiredTo;

  LogState(Times times) {
    this.times = times;
  }

  /// Puts an entry's pair at the end of a list.
  void link(EntryList list, int entry, int index, int session) {
    var pair = Memory.pair(entry, index);
    var bytes = memory.bytes(pair);
    var at = Memory.at(pair);
    bytes.putInt(at, session);
    bytes.putInt(at + Layout.PAIR_NEXT, 0);
    bytes.putInt(at + Layout.PAIR_INDEX, index);
    list.append(memory, pair);
  }

  /// How long the oldest entry in memory has been there, 0 when there is none.
  long oldestInMemory(long steady) {
    var entry = memory.firstLive();
    return entry == 0 ? 0 : steady - memory.bytes(entry).getLong(Memory.at(entry) + Layout.STEADY);
  }

  /// Takes from a list what is needed no more.
  void release(EntryList list, long upTo) {
    while (list.count > 0 && memory.sequence(list.first) <= upTo) {
      var pair = list.first;
      list.removeFirst(memory);
      memory.release(pair);
    }
  }

  /// Gives up the oldest entry in memory, for all who need it.
  void discard(int entry, Discard why) {
    var bytes = memory.bytes(entry);
    var at = Memory.at(entry);
    var sequence = bytes.getLong(at + Layout.SEQUENCE);
    discarded[why.ordinal()]++;
    var group = groups.get(bytes.getInt(at + Layout.GROUP));
    if (group != null) {
      for (var i = 0; i < group.size(); i++) {
        if (group.session(i).acked < sequence) {
          count(group.session(i), sequence, why);
        }
      }
    }
    if (why == Discard.AGE) {
      expiredTo = Math.max(expiredTo, sequence);
    }
    take(entry, why);
  }

  private static void count(Session session, long sequence, Discard why) {
    session.discarded[why.ordinal()]++;
    if (why == Discard.AGE) {
      session.expiredTo = Math.max(session.expiredTo, sequence);
    }
  }

  /// Takes the oldest entry out of all lists that it is still in, so that its memory is free.
  ///
  /// @param why what to count for each session that listed it; null for nothing
  void take(int entry, @Nullable Discard why) {
    var bytes = memory.bytes(entry);
    var at = Memory.at(entry);
    var group = groups.get(bytes.getInt(at + Layout.GROUP));
    var pairs = bytes.getInt(at + Layout.PAIRS);
    for (var i = 0; i < pairs; i++) {
      var pair = Memory.pair(entry, i);
      if (group != null) {
        group.list.removeFirst(memory);
        memory.release(pair);
        continue;
      }
      var session = sessions.get(bytes.getInt(Memory.at(pair)));
      if (session != null && session.own.first == pair) { // else it has settled it
        if (why != null) {
          count(session, bytes.getLong(at + Layout.SEQUENCE), why);
        }
        session.own.removeFirst(memory);
        memory.release(pair);
      }
    }
  }
}

package io.frond.store;

import java.io.IOException;

/// Takes messages out of a [FileStore]. What can fail is done before anything changes, message by
/// message or segment by segment. Owner-thread only.
final class FileRemoval {
  private final FileStore store;
  private final StoredMessage message = new StoredMessage();

  FileRemoval(FileStore store) {
    this.store = store;
  }

  boolean remove(long sequence, boolean erase) throws IOException {
    while (true) {
      try {
        return tryRemove(sequence, erase);
      } catch (DamagedIndexException e) {
        store.repair(e);
      }
    }
  }

  private boolean tryRemove(long sequence, boolean erase) throws IOException {
    if (!store.load(sequence, message)) {
      return false;
    }
    var segment = store.holding(sequence);
    if (segment == null) {
      return false;
    }
    int position = segment.position(sequence);
    long first = store.first;
    if (sequence == first) {
      long next = store.next(SubjectFilter.ALL, first + 1);
      first = next == 0 ? store.last + 1 : next;
    }
    int offset = erase ? store.tools.reader.offset(segment, position) : 0;
    int size =
        MessageRecord.sizeOf(message.subjectLength(), message.headerLength(), message.bodyLength());
    boolean ends = message.expiry() > 0;
    int entry = store.subjects.find(message.buffer(), message.subjectAt(), message.subjectLength());
    if (store.subjects.removed(entry, sequence) == 0) {
      store.forget(entry);
    }
    if (erase) {
      erase(segment, offset);
    }
    segment.remove(position, size);
    store.messages--;
    store.bytes -= size;
    store.first = first;
    if (segment.live == 0) {
      drop(segment);
    }
    if (ends) {
      store.ttls.removed(1);
    }
    return true;
  }

  private void erase(Segment segment, int offset) {
    var records = store.tools.records;
    int length =
        MessageRecord.lengthOf(
            message.subjectLength(),
            message.headerLength(),
            message.bodyLength(),
            message.expiry());
    var writes = segment.buffer;
    if (writes != null && offset >= writes.start()) {
      int at = offset - writes.start();
      if (offset < writes.flushed()) {
        store.discarded.erase(segment, offset, length);
      } else {
        records.erase(writes.bytes(), at, segment.salt);
        writes.zero(at + MessageRecord.FIXED, at + length);
      }
    } else {
      store.discarded.erase(segment, offset, length);
    }
  }

  /// A segment without messages goes, unless it is the last, which may grow.
  private void drop(Segment segment) {
    if (segment != store.segments.lastOrNull()) {
      store.segments.remove(segment);
      store.discarded.add(segment);
    }
  }

  long compact(long sequence) throws IOException {
    if (sequence > store.last) {
      return purge(sequence);
    }
    if (sequence <= store.first) {
      return 0;
    }
    long before = store.messages;
    while (store.messages > 0 && store.first < sequence) {
      var segment = store.holding(store.first);
      if (segment != null
          && segment.last < sequence
          && segment != store.segments.lastOrNull()
          && segment == store.segments.get(0)) {
        removeAll(segment);
      } else {
        remove(store.first, false);
      }
    }
    return before - store.messages;
  }

  /// Takes all messages of the first segment out.
  private void removeAll(Segment segment) throws IOException {
    try {
      long next = store.next(SubjectFilter.ALL, segment.last + 1);
      var index = segment.index();
      var counts = SubjectLoader.count(segment, index);
      var subjects = new byte[counts.length][];
      for (int id = 0; id < counts.length; id++) {
        subjects[id] = counts[id] == 0 ? new byte[0] : index.subject(id);
      }
      int expiring = index.expiries();
      for (int id = 0; id < counts.length; id++) {
        if (counts[id] > 0) {
          int entry = store.subjects.find(subjects[id]);
          if (store.subjects.removed(entry, counts[id], segment.last + 1) == 0) {
            store.forget(entry);
          }
        }
      }
      store.messages -= segment.live;
      store.bytes -= segment.liveBytes;
      store.first = next == 0 ? store.last + 1 : next;
      store.segments.remove(segment);
      store.discarded.add(segment);
      store.ttls.removed(expiring);
    } catch (DamagedIndexException e) {
      store.repair(e);
    }
  }

  /// Takes all messages out.
  ///
  /// @param next what the next message's sequence will be
  long purge(long next) throws IOException {
    long gone = store.messages;
    boolean any = store.segments.size() > 0;
    for (int i = 0; i < store.segments.size(); i++) {
      store.discarded.add(store.segments.get(i));
    }
    store.segments.clear();
    store.subjects.clear();
    store.ttls.clear();
    store.messages = 0;
    store.bytes = 0;
    store.first = next;
    store.last = next - 1;
    if (any) {
      store.tail.begin(next);
    }
    return gone;
  }

  void truncate(long sequence) throws IOException {
    if (sequence >= store.last) {
      return;
    }
    for (long newest = store.previous(SubjectFilter.ALL, store.last);
        newest > sequence;
        newest = store.previous(SubjectFilter.ALL, newest - 1)) {
      remove(newest, false);
    }
    long lastTime = 0;
    while (store.messages > 0 && lastTime == 0) {
      if (store.loadPrevious(SubjectFilter.ALL, sequence, message)) {
        lastTime = message.timestamp();
        break;
      }
    }
    cut(sequence);
    store.tail.begin(sequence + 1);
    store.last = sequence;
    store.lastTime = lastTime;
    if (store.messages == 0) {
      store.first = sequence + 1;
    }
    for (int i = 0; i < store.segments.size(); i++) {
      var segment = store.segments.get(i);
      segment.lastTime = Math.min(segment.lastTime, lastTime);
    }
    store.ttls.clear();
    new SubjectLoader(store.subjects, store.ttls).addExpiries(store.segments);
  }

  /// Takes what lies behind a sequence, which is all gone, from the segments. They don't grow any
  /// more: what comes next must not overwrite what a manifest may need.
  private void cut(long sequence) throws IOException {
    var last = store.segments.lastOrNull();
    while (last != null && (last.base > sequence || last.live == 0)) {
      store.segments.remove(last);
      store.discarded.add(last);
      last = store.segments.lastOrNull();
    }
    if (last == null) {
      return;
    }
    last.flush();
    while (last.last > sequence) {
      try {
        if (!last.cut(last.position(sequence + 1), sequence)) {
          store.repair(last);
        }
      } catch (DamagedIndexException e) {
        store.repair(e);
      }
    }
    last.rest();
  }
}

package io.frond.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Messages in files: segments that are appended to one after the other ([Segment]), each with an
/// index. In memory are the subjects ([SubjectIndex]), a bit for each message that was removed from
/// the midst of a segment, the index of the segment that grows, and what the caches have.
///
/// Files run ahead of the last checkpoint; opened from a manifest, a store is what it was then.
/// Nothing that a manifest may need is overwritten or deleted before a later one is done.
/// Owner-thread only, but for [Checkpoint#sync].
final class FileStore implements MessageStore {
  final StoreTools tools;
  final Path directory;
  final StoreSettings settings;
  final Damage damage;
  final SegmentList segments = new SegmentList();
  final SubjectIndex subjects = new SubjectIndex();
  final ExpiryQueue ttls = new ExpiryQueue(this::endsAt);
  final FileSearch search = new FileSearch(segments, subjects);
  final Discarded discarded;

  private final FileCount count = new FileCount(segments, subjects, search);

  final FileTail tail = new FileTail(this);
  private final FileRepair repair = new FileRepair(this);
  private final FileRemoval removal = new FileRemoval(this);
  private final StoredMessage scratch = new StoredMessage();

  long messages;
  long bytes;
  long first = 1;
  long last;
  long lastTime;
  long nextId = 1;
  long nextVersion = 1;

  private long firstTimeOf = -1;
  private long firstTime;
  private @Nullable FileCheckpoint pending;

  /// An empty one.
  FileStore(StoreTools tools, Path directory, StoreSettings settings, Damage damage) {
    this.tools = tools;
    this.directory = directory;
    this.settings = settings;
    this.damage = damage;
    discarded = new Discarded(tools, directory);
  }

  @Override
  public long append(
      byte[] subject,
      ByteBuffer buffer,
      int at,
      int headerLength,
      int length,
      long timestamp,
      long expiry)
      throws IOException {
    int size = MessageRecord.lengthOf(subject.length, headerLength, length, expiry);
    long sequence = last + 1;
    var segment = tail.writable(sequence, size);
    var index = segment.growing;
    var writes = segment.buffer;
    if (index == null || writes == null) {
      throw new IllegalStateException(segment + " does not grow");
    }
    int place = writes.room(size, segment.data);
    int entry = subjects.put(subject, 0, subject.length);
    tools.records.write(
        writes.bytes(),
        place,
        segment.salt,
        sequence,
        subject,
        buffer,
        at,
        headerLength,
        length,
        timestamp,
        expiry);
    writes.added(size);
    subjects.appended(entry, sequence);
    index.add(entry, subject, 0, subject.length, sequence, segment.length, expiry);
    int counted = MessageRecord.sizeOf(subject.length, headerLength, length);
    segment.appended(sequence, timestamp, size, counted);
    last = sequence;
    lastTime = timestamp;
    messages++;
    bytes += counted;
    if (expiry > 0) {
      ttls.add(expiry, sequence);
    }
    return sequence;
  }

  @Override
  public void skipTo(long sequence) {
    if (sequence > last + 1) {
      last = sequence - 1;
      if (messages == 0) {
        first = sequence;
      }
    }
  }

  @Override
  public long skip(long timestamp) {
    skipTo(last + 2);
    lastTime = timestamp;
    return last;
  }

  @Override
  public boolean load(long sequence, StoredMessage into) throws IOException {
    while (true) {
      try {
        return tryLoad(sequence, into);
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
  }

  private boolean tryLoad(long sequence, StoredMessage into) throws IOException {
    var segment = holding(sequence);
    if (segment == null) {
      return false;
    }
    if (tools.reader.read(segment, segment.position(sequence), sequence, into)) {
      return true;
    }
    repair.segment(segment);
    segment = holding(sequence);
    if (segment == null) {
      return false;
    }
    if (!tools.reader.read(segment, segment.position(sequence), sequence, into)) {
      throw new IOException(segment + ": message " + sequence + " is read differently each time");
    }
    return true;
  }

  /// The segment that has a message; null when it is not there.
  @Nullable Segment holding(long sequence) throws IOException {
    if (sequence < first || sequence > last) {
      return null;
    }
    int i = segments.from(sequence);
    if (i == segments.size()) {
      return null;
    }
    var segment = segments.get(i);
    if (sequence < segment.base) {
      return null;
    }
    int position = segment.position(sequence);
    return segment.isLive(position) && segment.sequence(position) == sequence ? segment : null;
  }

  @Override
  public boolean loadNext(SubjectFilter filter, long from, StoredMessage into) throws IOException {
    for (long found = next(filter, from); found != 0; found = next(filter, found + 1)) {
      if (load(found, into)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long next(SubjectFilter filter, long from) throws IOException {
    while (from <= last) {
      try {
        return search.next(filter, Math.max(from, first));
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
    return 0;
  }

  @Override
  public boolean loadPrevious(SubjectFilter filter, long upTo, StoredMessage into)
      throws IOException {
    long found = previous(filter, upTo);
    while (found != 0 && !load(found, into)) {
      found = previous(filter, found - 1);
    }
    return found != 0;
  }

  /// As [#next], the other way.
  long previous(SubjectFilter filter, long upTo) throws IOException {
    while (upTo >= first) {
      try {
        return search.previous(filter, Math.min(upTo, last));
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
    return 0;
  }

  @Override
  public boolean loadLast(byte[] subject, StoredMessage into) throws IOException {
    while (true) {
      try {
        int entry = subjects.find(subject);
        if (entry == 0) {
          return false;
        }
        if (load(search.last(entry), into)) {
          return true;
        }
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
  }

  @Override
  public long sequenceAt(long timestamp) throws IOException {
    if (timestamp > lastTime) {
      return last + 1;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).lastTime >= timestamp) {
        return sequenceAt(segments.get(i).base, timestamp);
      }
    }
    return last + 1;
  }

  /// The answer is at or behind a sequence.
  private long sequenceAt(long from, long timestamp) throws IOException {
    long low = from;
    long high = last + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (!loadNext(SubjectFilter.ALL, middle, scratch) || scratch.sequence() >= high) {
        high = middle;
      } else if (scratch.timestamp() >= timestamp) {
        high = middle;
      } else {
        low = scratch.sequence() + 1;
      }
    }
    long found = next(SubjectFilter.ALL, low);
    return found == 0 ? last + 1 : found;
  }

  @Override
  public boolean remove(long sequence, boolean erase) throws IOException {
    return removal.remove(sequence, erase);
  }

  @Override
  public long compact(long sequence) throws IOException {
    return removal.compact(sequence);
  }

  @Override
  public long purge() throws IOException {
    return removal.purge(last + 1);
  }

  @Override
  public void truncate(long sequence) throws IOException {
    removal.truncate(sequence);
  }

  void repair(DamagedIndexException why) throws IOException {
    repair.index(why);
  }

  void repair(Segment segment) throws IOException {
    repair.segment(segment);
  }

  /// The subject's last message went.
  void forget(int entry) {
    var segment = segments.lastOrNull();
    var index = segment == null ? null : segment.growing;
    if (index != null) {
      index.forget(entry);
    }
  }

  @Override
  public StoreState state() {
    return new StoreState(
        messages,
        bytes,
        first,
        firstTime(),
        last,
        lastTime,
        last + 1 - first - messages,
        subjects.size());
  }

  private long firstTime() {
    while (messages > 0 && firstTimeOf != first) {
      long sequence = first;
      try {
        if (load(sequence, scratch)) {
          firstTime = scratch.timestamp();
          firstTimeOf = sequence;
        }
      } catch (IOException e) {
        return 0;
      }
    }
    return messages == 0 ? 0 : firstTime;
  }

  @Override
  public long messages() {
    return messages;
  }

  @Override
  public long firstSequence() {
    return first;
  }

  @Override
  public long lastSequence() {
    return last;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public int sizeOf(int subjectLength, int headerLength, int bodyLength) {
    return MessageRecord.sizeOf(subjectLength, headerLength, bodyLength);
  }

  @Override
  public long subjectCount() {
    return subjects.size();
  }

  @Override
  public @Nullable SubjectState subject(byte[] subject) throws IOException {
    while (true) {
      try {
        int entry = subjects.find(subject);
        return entry == 0 ? null : stateOf(entry);
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
  }

  private SubjectState stateOf(int entry) throws IOException {
    return new SubjectState(subjects.messages(entry), search.first(entry), search.last(entry));
  }

  @Override
  public void subjects(SubjectFilter filter, SubjectVisitor visitor) throws IOException {
    try {
      subjects.match(
          filter,
          0,
          entry -> {
            try {
              return visitor.subject(subjects.subject(entry), stateOf(entry));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public long count(SubjectFilter filter, long from, boolean lastPerSubject) throws IOException {
    while (from <= last && messages > 0) {
      try {
        return lastPerSubject ? count.last(filter, from) : count.all(filter, from, messages);
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
    return 0;
  }

  @Override
  public long[] deleted(int max) throws IOException {
    while (true) {
      try {
        return new FileGaps(first, last, max).find(segments);
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
  }

  @Override
  public long nextExpiry() {
    return ttls.nextExpiry();
  }

  @Override
  public long[] expired(long now, int max) {
    return ttls.expired(now, max);
  }

  /// A message whose place cannot be read now is taken for there.
  private boolean endsAt(long sequence, long expiry) {
    try {
      return holding(sequence) != null;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    if (pending != null) {
      throw new IllegalStateException("a checkpoint is under way");
    }
    while (true) {
      try {
        var checkpoint = FileCheckpoint.of(this);
        pending = checkpoint;
        return checkpoint;
      } catch (DamagedIndexException e) {
        repair.index(e);
      }
    }
  }

  /// The checkpoint that was under way came to an end.
  void ended() {
    pending = null;
  }

  @Override
  public void close() throws IOException {
    var checkpoint = pending;
    if (checkpoint != null) {
      checkpoint.cancel();
      pending = null;
    }
    discarded.close();
    for (int i = 0; i < segments.size(); i++) {
      segments.get(i).close();
    }
    segments.clear();
  }

  @Override
  public void destroy() throws IOException {
    close();
    for (var name : tools.disk.list(directory)) {
      if (SegmentNames.isOurs(name)) {
        tools.disk.delete(directory.resolve(name));
      }
    }
    tools.disk.delete(directory);
  }
}

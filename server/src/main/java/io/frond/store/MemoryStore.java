package io.frond.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Messages in memory: pages of 1,024 sequences ([MemoryPage]), and for each subject the sequences
/// of its messages ([SubjectSequences]). Besides subject and body a message costs some 30 bytes.
///
/// Appending, loading and removing take constant time, [#sequenceAt] and the next or previous
/// message of a literal subject logarithmic time; for patterns see [MemorySearch]. Counting takes
/// what the pattern's branches cost as long as all is counted; from a sequence on, the least of:
/// the messages behind it, those before it, the subjects that match.
///
/// Nothing outlives the process: a checkpoint does nothing. Owner-thread only.
public final class MemoryStore implements MessageStore {
  /// What nats-server counts for each message besides its bytes.
  private static final int OVERHEAD = 16;

  /// Dead bytes of a page that are left alone; more of the first page, which soon goes as a whole.
  private static final long WASTE_MAX = 4_096;

  private static final long FIRST_WASTE_MAX = 2L * MemoryPage.CHUNK_MAX;

  private final MemoryPages pages = new MemoryPages();
  private final SubjectSequences subjects = new SubjectSequences();
  private final MemorySearch search = new MemorySearch(pages, subjects);
  private final ExpiryQueue ttls = new ExpiryQueue(this::endsAt);

  private long messages;
  private long bytes;
  private long first = 1;
  private long last;
  private long lastTime;

  @Override
  public long append(
      byte[] subject,
      ByteBuffer buffer,
      int at,
      int headerLength,
      int length,
      long timestamp,
      long expiry) {
    long sequence = last + 1;
    int entry = subjects.append(subject, sequence);
    pages
        .forAppend(sequence)
        .append(sequence, entry, subject, buffer, at, headerLength, length, timestamp, expiry);
    last = sequence;
    lastTime = timestamp;
    messages++;
    bytes += sizeOf(subject.length, headerLength, length);
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
  public boolean load(long sequence, StoredMessage into) {
    int place = pages.exactly(sequence);
    if (place < 0) {
      return false;
    }
    MemoryPage page = pages.get(place);
    int position = page.position(sequence);
    if (position < 0) {
      return false;
    }
    page.load(position, into);
    return true;
  }

  @Override
  public boolean loadNext(SubjectFilter filter, long from, StoredMessage into) {
    long found = next(filter, from);
    return found != 0 && load(found, into);
  }

  @Override
  public long next(SubjectFilter filter, long from) {
    return from > last ? 0 : search.next(filter, Math.max(from, first));
  }

  @Override
  public boolean loadPrevious(SubjectFilter filter, long upTo, StoredMessage into) {
    if (upTo < first) {
      return false;
    }
    long found = search.previous(filter, Math.min(upTo, last));
    return found != 0 && load(found, into);
  }

  @Override
  public boolean loadLast(byte[] subject, StoredMessage into) {
    int entry = subjects.index().find(subject);
    return entry != 0 && load(subjects.index().last(entry), into);
  }

  @Override
  public long sequenceAt(long timestamp) {
    long found = timestamp > lastTime ? 0 : pages.nextByTime(timestamp);
    return found == 0 ? last + 1 : found;
  }

  @Override
  public boolean remove(long sequence, boolean erase) {
    int place = pages.exactly(sequence);
    if (place < 0) {
      return false;
    }
    int position = pages.get(place).position(sequence);
    if (position < 0) {
      return false;
    }
    if (erase) {
      pages.get(place).erase(position);
    }
    remove(place, position, sequence);
    if (sequence == first) {
      first = messages == 0 ? last + 1 : pages.next(sequence);
    }
    return true;
  }

  private void remove(int place, int position, long sequence) {
    MemoryPage page = pages.get(place);
    int subjectLength = page.subjectLength(position);
    messages--;
    bytes -= sizeOf(subjectLength, 0, page.bodyLength(position));
    boolean ends = page.expiry(position) > 0;
    subjects.remove(page.entry(position), sequence);
    page.remove(position);
    if (page.live() == 0) {
      pages.remove(place);
    } else if (page.waste() > (place == pages.head() ? FIRST_WASTE_MAX : WASTE_MAX)) {
      pages.set(place, page.packed());
    }
    if (ends) {
      ttls.removed(1);
    }
  }

  @Override
  public long compact(long sequence) {
    if (sequence > last) {
      long gone = clear();
      first = sequence;
      last = sequence - 1;
      return gone;
    }
    if (sequence <= first) {
      return 0;
    }
    long before = messages;
    while (messages > 0) {
      MemoryPage page = pages.get(pages.head());
      int position = page.positionFrom(0);
      long oldest = page.sequence(position);
      if (oldest >= sequence) {
        break;
      }
      remove(pages.head(), position, oldest);
    }
    first = messages == 0 ? last + 1 : pages.next(sequence);
    return before - messages;
  }

  @Override
  public long purge() {
    long gone = clear();
    first = last + 1;
    return gone;
  }

  private long clear() {
    long gone = messages;
    pages.clear();
    subjects.clear();
    ttls.clear();
    messages = 0;
    bytes = 0;
    return gone;
  }

  @Override
  public void truncate(long sequence) {
    if (sequence >= last) {
      return;
    }
    while (messages > 0) {
      int place = pages.tail() - 1;
      MemoryPage page = pages.get(place);
      int position = page.positionUpTo(last);
      long newest = page.sequence(position);
      if (newest <= sequence) {
        page.truncate(sequence);
        lastTime = page.timestamp(position);
        break;
      }
      remove(place, position, newest);
    }
    last = sequence;
    if (messages == 0) {
      first = sequence + 1;
      lastTime = 0;
    }
  }

  @Override
  public StoreState state() {
    long firstTime = 0;
    if (messages > 0) {
      MemoryPage page = pages.get(pages.head());
      firstTime = page.timestamp(page.positionFrom(first));
    }
    return new StoreState(
        messages,
        bytes,
        first,
        firstTime,
        last,
        lastTime,
        last + 1 - first - messages,
        subjectCount());
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
    return OVERHEAD + subjectLength + bodyLength;
  }

  @Override
  public long subjectCount() {
    return subjects.index().size();
  }

  @Override
  public @Nullable SubjectState subject(byte[] subject) {
    int entry = subjects.index().find(subject);
    return entry == 0 ? null : stateOf(entry);
  }

  private SubjectState stateOf(int entry) {
    SubjectIndex index = subjects.index();
    return new SubjectState(index.messages(entry), index.first(entry), index.last(entry));
  }

  @Override
  public void subjects(SubjectFilter filter, SubjectVisitor visitor) {
    SubjectIndex index = subjects.index();
    index.match(filter, 0, entry -> visitor.subject(index.subject(entry), stateOf(entry)));
  }

  @Override
  public long count(SubjectFilter filter, long from, boolean lastPerSubject) {
    if (from > last || messages == 0) {
      return 0;
    }
    return lastPerSubject
        ? search.countLast(filter, from, messages)
        : search.count(filter, from, messages);
  }

  @Override
  public long[] deleted(int max) {
    var found = new long[16];
    int count = 0;
    long expected = first;
    while (expected <= last && count < max) {
      long next = pages.next(expected);
      long end = next == 0 ? last + 1 : next;
      for (; expected < end && count < max; expected++) {
        if (count == found.length) {
          found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = expected;
      }
      expected++;
    }
    return Arrays.copyOf(found, count);
  }

  @Override
  public long nextExpiry() {
    return ttls.nextExpiry();
  }

  @Override
  public long[] expired(long now, int max) {
    return ttls.expired(now, max);
  }

  private boolean endsAt(long sequence, long expiry) {
    int place = pages.exactly(sequence);
    if (place < 0) {
      return false;
    }
    int position = pages.get(place).position(sequence);
    return position >= 0 && pages.get(place).expiry(position) == expiry;
  }

  @Override
  public Checkpoint checkpoint() {
    return new NoCheckpoint();
  }

  private static final class NoCheckpoint implements Checkpoint {
    @Override
    public byte[] manifest() {
      return new byte[0];
    }

    @Override
    public void sync() {}

    @Override
    public void done() {}

    @Override
    public void failed() {}
  }

  @Override
  public void close() {
    clear();
  }

  @Override
  public void destroy() {
    clear();
  }
}

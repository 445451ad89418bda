package io.frond.store;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The index of a segment that messages are appended to, in memory. Owner-thread only.
final class GrowingIndex implements SegmentIndex {
  /// A message's place is kept for each so many bytes of the segment.
  static final int ANCHOR_SHIFT = 12;

  private final long base;
  private int records;

  /// Null as long as sequences follow each other: each message's distance from the first.
  private int @Nullable [] steps;

  /// Null as long as there is one subject only.
  private int @Nullable [] ids;

  private int[] anchorPositions = new int[2];
  private int[] anchorOffsets = new int[2];
  private int anchors;
  private boolean isBehindGap;

  /// By the entries of the store's [SubjectIndex]: number of the subject here, plus one.
  private int[] localOf = {};

  private byte[] texts = new byte[32];
  private int textsLength;
  private int[] textAt = new int[3];
  private int[] hashes = new int[2];
  private int subjects;

  /// Open addressing: number of the subject plus one.
  private int[] table = new int[4];

  private int[] expiringPositions = {};
  private long[] expiryTimes = {};
  private int expiries;

  /// @param base the sequence of its first message, or one before it
  GrowingIndex(long base) {
    this.base = base;
  }

  /// A copy of an index's first messages that can grow.
  ///
  /// @param records how many messages
  static GrowingIndex of(SegmentIndex index, long base, int records) throws IOException {
    var copy = new GrowingIndex(base);
    var window = new int[1024];
    var subjects = new byte[index.subjects()][];
    int expiring = 0;
    for (int from = 0; from < records; from += window.length) {
      int count = Math.min(window.length, records - from);
      index.ids(from, count, window);
      for (int i = 0; i < count; i++) {
        var subject = subjects[window[i]];
        if (subject == null) {
          subject = index.subject(window[i]);
          subjects[window[i]] = subject;
        }
        long anchor = index.anchor(from + i);
        long expiry = 0;
        if (expiring < index.expiries() && index.expiringPosition(expiring) == from + i) {
          expiry = index.expiry(expiring++);
        }
        if ((int) (anchor >>> 32) == from + i) {
          copy.gap();
        }
        copy.add(0, subject, 0, subject.length, index.sequence(from + i), (int) anchor, expiry);
      }
    }
    return copy;
  }

  /// Whether a message with this sequence can be added.
  boolean reaches(long sequence) {
    return sequence - base <= Integer.MAX_VALUE;
  }

  /// Adds a message behind the others.
  ///
  /// @param entry in the store's [SubjectIndex]; 0 when it is not known
  /// @param offset where it begins in the segment
  void add(int entry, byte[] subject, int at, int length, long sequence, int offset, long expiry) {
    int id = idOf(entry, subject, at, length);
    addStep(sequence);
    addId(id);
    int page = anchors == 0 ? -1 : anchorOffsets[anchors - 1] >> ANCHOR_SHIFT;
    if (offset >> ANCHOR_SHIFT != page || isBehindGap) {
      isBehindGap = false;
      if (anchors == anchorOffsets.length) {
        anchorPositions = Arrays.copyOf(anchorPositions, anchors * 2);
        anchorOffsets = Arrays.copyOf(anchorOffsets, anchors * 2);
      }
      anchorPositions[anchors] = records;
      anchorOffsets[anchors++] = offset;
    }
    if (expiry != 0) {
      if (expiries == expiryTimes.length) {
        int size = Math.max(4, expiries * 2);
        expiringPositions = Arrays.copyOf(expiringPositions, size);
        expiryTimes = Arrays.copyOf(expiryTimes, size);
      }
      expiringPositions[expiries] = records;
      expiryTimes[expiries++] = expiry;
    }
    records++;
  }

  /// The next message does not begin where the one before it ends: its place is kept.
  void gap() {
    isBehindGap = true;
  }

  private void addStep(long sequence) {
    int step = (int) (sequence - base);
    var all = steps;
    if (all == null) {
      if (step == records) {
        return;
      }
      all = new int[Math.max(8, records * 2)];
      for (int i = 0; i < records; i++) {
        all[i] = i;
      }
    } else if (records == all.length) {
      all = Arrays.copyOf(all, records * 2);
    }
    all[records] = step;
    steps = all;
  }

  private void addId(int id) {
    var all = ids;
    if (all == null) {
      if (id == 0) {
        return;
      }
      all = new int[Math.max(8, records * 2)];
    } else if (records == all.length) {
      all = Arrays.copyOf(all, records * 2);
    }
    all[records] = id;
    ids = all;
  }

  private int idOf(int entry, byte[] subject, int at, int length) {
    if (entry > 0 && entry < localOf.length && localOf[entry] != 0) {
      return localOf[entry] - 1;
    }
    int hash = SubjectHash.of(subject, at, length);
    int id = find(subject, at, length, hash);
    if (id < 0) {
      id = addSubject(subject, at, length, hash);
    }
    if (entry > 0) {
      if (entry >= localOf.length) {
        localOf = Arrays.copyOf(localOf, Math.max(entry + 1, localOf.length * 2));
      }
      localOf[entry] = id + 1;
    }
    return id;
  }

  private int addSubject(byte[] subject, int at, int length, int hash) {
    if (subjects == hashes.length) {
      hashes = Arrays.copyOf(hashes, subjects * 2);
      textAt = Arrays.copyOf(textAt, subjects * 2 + 1);
    }
    if (textsLength + length > texts.length) {
      texts = Arrays.copyOf(texts, Math.max(textsLength + length, texts.length * 2));
    }
    System.arraycopy(subject, at, texts, textsLength, length);
    textsLength += length;
    hashes[subjects] = hash;
    textAt[++subjects] = textsLength;
    if (subjects * 2 > table.length) {
      table = new int[table.length * 2];
      for (int id = 0; id < subjects; id++) {
        insert(id);
      }
    } else {
      insert(subjects - 1);
    }
    return subjects - 1;
  }

  private void insert(int id) {
    int slot = hashes[id] & (table.length - 1);
    while (table[slot] != 0) {
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = id + 1;
  }

  /// An entry of the store's [SubjectIndex] is no more and may come to mean another subject.
  void forget(int entry) {
    if (entry < localOf.length) {
      localOf[entry] = 0;
    }
  }

  /// No entry of the store's [SubjectIndex] means what it did.
  void forgetAll() {
    localOf = new int[0];
  }

  /// Bytes of memory, roughly.
  long memory() {
    var steps = this.steps;
    var ids = this.ids;
    return 4L * (steps == null ? 0 : steps.length)
        + 4L * (ids == null ? 0 : ids.length)
        + 8L * anchorOffsets.length
        + 4L * localOf.length
        + texts.length
        + 8L * hashes.length
        + 4L * table.length
        + 12L * expiryTimes.length;
  }

  boolean isContiguous() {
    return steps == null;
  }

  long base() {
    return base;
  }

  @Override
  public int records() {
    return records;
  }

  @Override
  public int subjects() {
    return subjects;
  }

  @Override
  public int position(long sequence) {
    long step = sequence - base;
    var all = steps;
    if (step <= 0 || step > Integer.MAX_VALUE) {
      return step <= 0 ? 0 : records;
    }
    if (all == null) {
      return (int) Math.min(step, records);
    }
    int found = Arrays.binarySearch(all, 0, records, (int) step);
    return found < 0 ? -found - 1 : found;
  }

  @Override
  public long sequence(int position) {
    var all = steps;
    return base + (all == null ? position : all[position]);
  }

  @Override
  public void ids(int position, int count, int[] into) {
    var all = ids;
    if (all == null) {
      Arrays.fill(into, 0, count, 0);
    } else {
      System.arraycopy(all, position, into, 0, count);
    }
  }

  @Override
  public int find(byte[] subject, int hash) {
    return find(subject, 0, subject.length, hash);
  }

  private int find(byte[] subject, int at, int length, int hash) {
    for (int slot = hash & (table.length - 1); ; slot = (slot + 1) & (table.length - 1)) {
      int id = table[slot] - 1;
      if (id < 0) {
        return -1;
      }
      if (hashes[id] == hash
          && Arrays.equals(texts, textAt[id], textAt[id + 1], subject, at, at + length)) {
        return id;
      }
    }
  }

  int hash(int id) {
    return hashes[id];
  }

  /// Adds all subjects to what says which are not here.
  void summarize(@Nullable SubjectBloom bloom, TokenMask tokens) {
    for (int id = 0; id < subjects; id++) {
      tokens.add(texts, textAt[id], textAt[id + 1]);
      if (bloom != null) {
        bloom.add(hashes[id]);
      }
    }
  }

  @Override
  public byte[] subject(int id) {
    return Arrays.copyOfRange(texts, textAt[id], textAt[id + 1]);
  }

  @Override
  public int firstPosition(int id) {
    return 0;
  }

  @Override
  public int lastPosition(int id) {
    return records - 1;
  }

  @Override
  public long anchor(int position) {
    int found = Arrays.binarySearch(anchorPositions, 0, anchors, position);
    int i = found < 0 ? -found - 2 : found;
    return (long) anchorPositions[i] << 32 | anchorOffsets[i];
  }

  int anchors() {
    return anchors;
  }

  int anchorPosition(int i) {
    return anchorPositions[i];
  }

  int anchorOffset(int i) {
    return anchorOffsets[i];
  }

  @Override
  public int expiries() {
    return expiries;
  }

  @Override
  public int expiringPosition(int i) {
    return expiringPositions[i];
  }

  @Override
  public long expiry(int i) {
    return expiryTimes[i];
  }
}

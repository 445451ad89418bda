package io.frond.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The index of a closed segment, read from its file page by page through the cache. Every page is
/// verified when it is read. Owner-thread only.
///
/// All methods throw [DamagedIndexException] when the file is not what it should be, and another
/// `IOException` when it cannot be read.
final class PagedIndex implements SegmentIndex {
  private final OpenFiles.Handle file;
  private final BlockCache cache;
  private final long key;
  private final long segment;
  private final CRC32C crc = new CRC32C();

  private final int size;
  private final int idWidth;
  private final int stepWidth;
  private final long base;
  private final int length;
  private final int records;
  private final int subjects;
  private final int anchors;
  private final int expiries;
  private final int[] starts = new int[7];

  /// @param key of its blocks in the cache
  /// @param segment the number of the segment that it must belong to
  PagedIndex(OpenFiles.Handle file, BlockCache cache, long key, long segment) throws IOException {
    this.file = file;
    this.cache = cache;
    this.key = key;
    this.segment = segment;
    var header = page(0);
    if (LittleEndian.getInt(header, 0) != IndexFile.MAGIC
        || LittleEndian.getShort(header, 4) != IndexFile.VERSION
        || LittleEndian.getLong(header, IndexFile.SEGMENT_AT) != segment) {
      throw damaged("is no index of this version");
    }
    idWidth = header[IndexFile.ID_WIDTH_AT];
    stepWidth = header[IndexFile.STEP_WIDTH_AT];
    base = LittleEndian.getLong(header, IndexFile.BASE_AT);
    length = LittleEndian.getInt(header, IndexFile.LENGTH_AT);
    records = LittleEndian.getInt(header, IndexFile.RECORDS_AT);
    subjects = LittleEndian.getInt(header, IndexFile.SUBJECTS_AT);
    anchors = LittleEndian.getInt(header, IndexFile.ANCHORS_AT);
    expiries = LittleEndian.getInt(header, IndexFile.EXPIRIES_AT);
    size = LittleEndian.getInt(header, IndexFile.SIZE_AT);
    for (int i = 0; i < starts.length; i++) {
      starts[i] = LittleEndian.getInt(header, IndexFile.SECTIONS_AT + 4 * i);
    }
  }

  /// Bytes of the segment that it covers.
  int length() {
    return length;
  }

  private DamagedIndexException damaged(String what) {
    return new DamagedIndexException(segment, file.path() + ": " + what);
  }

  private byte[] page(int number) throws IOException {
    var block = cache.get(key, number);
    if (block == null) {
      block = cache.add(key, number, IndexFile.PAGE);
      try {
        block.length = file.file().read(block.buffer.clear(), (long) number * IndexFile.PAGE);
        int count = block.length - 4;
        if (count <= 0
            || LittleEndian.getInt(block.bytes, count)
                != IndexFile.checksum(crc, block.bytes, 0, count, segment, number)) {
          throw damaged("page " + number + " is damaged");
        }
      } catch (NoSuchFileException e) {
        cache.remove(block);
        throw damaged("is missing");
      } catch (IOException e) {
        cache.remove(block);
        throw e;
      }
    }
    return block.bytes;
  }

  private int getInt(int section, int i, int size, int field) throws IOException {
    int at = starts[section] + i * size + field;
    return LittleEndian.getInt(page(at / IndexFile.PAYLOAD), at % IndexFile.PAYLOAD);
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
  public int position(long sequence) throws IOException {
    long step = sequence - base;
    if (step <= 0) {
      return 0;
    }
    if (stepWidth == 0 || step > Integer.MAX_VALUE) {
      return (int) Math.min(step, records);
    }
    int low = 0;
    int high = records;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (getInt(IndexFile.STEPS, middle, 4, 0) < step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public long sequence(int position) throws IOException {
    return base + (stepWidth == 0 ? position : getInt(IndexFile.STEPS, position, 4, 0));
  }

  @Override
  public void ids(int position, int count, int[] into) throws IOException {
    if (idWidth == 0) {
      Arrays.fill(into, 0, count, 0);
      return;
    }
    for (int i = 0; i < count; ) {
      int at = starts[IndexFile.IDS] + (position + i) * idWidth;
      var page = page(at / IndexFile.PAYLOAD);
      int from = at % IndexFile.PAYLOAD;
      int end = Math.min(count, i + (IndexFile.PAYLOAD - from) / idWidth);
      switch (idWidth) {
        case 1 -> {
          for (; i < end; i++) {
            into[i] = page[from++] & 0xff;
          }
        }
        case 2 -> {
          for (; i < end; i++, from += 2) {
            into[i] = LittleEndian.getShort(page, from);
          }
        }
        default -> {
          for (; i < end; i++, from += 4) {
            into[i] = LittleEndian.getInt(page, from);
          }
        }
      }
    }
  }

  /// Hashes are spread evenly, so an entry is near the place that its hash says.
  @Override
  public int find(byte[] subject, int hash) throws IOException {
    if (subjects == 0) {
      return -1;
    }
    int near = (int) (((long) hash * subjects) >>> 31);
    int low = near;
    int high = near;
    for (int step = 8; low > 0 && hash(low) >= hash; step *= 2) {
      low = Math.max(0, low - step);
    }
    for (int step = 8; high < subjects && hash(high) < hash; step *= 2) {
      high = Math.min(subjects, high + step);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (hash(middle) < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (int id = low; id < subjects && hash(id) == hash; id++) {
      if (Arrays.equals(subject(id), subject)) {
        return id;
      }
    }
    return -1;
  }

  int hash(int id) throws IOException {
    return getInt(IndexFile.DICTIONARY, id, IndexFile.ENTRY, 0);
  }

  @Override
  public byte[] subject(int id) throws IOException {
    int at = getInt(IndexFile.DICTIONARY, id, IndexFile.ENTRY, 4);
    int subjectLength = byteAt(at) | byteAt(at + 1) << 8;
    if (at + 2 + subjectLength > size) {
      throw damaged("a subject's text is outside");
    }
    var subject = new byte[subjectLength];
    for (int i = 0; i < subjectLength; ) {
      int from = at + 2 + i;
      int within = from % IndexFile.PAYLOAD;
      int count = Math.min(subjectLength - i, IndexFile.PAYLOAD - within);
      System.arraycopy(page(from / IndexFile.PAYLOAD), within, subject, i, count);
      i += count;
    }
    return subject;
  }

  private int byteAt(int at) throws IOException {
    return page(at / IndexFile.PAYLOAD)[at % IndexFile.PAYLOAD] & 0xff;
  }

  @Override
  public int firstPosition(int id) throws IOException {
    return getInt(IndexFile.DICTIONARY, id, IndexFile.ENTRY, 8);
  }

  @Override
  public int lastPosition(int id) throws IOException {
    return getInt(IndexFile.DICTIONARY, id, IndexFile.ENTRY, 12);
  }

  /// How many messages a subject has in the segment.
  int messages(int id) throws IOException {
    return getInt(IndexFile.DICTIONARY, id, IndexFile.ENTRY, 16);
  }

  @Override
  public long anchor(int position) throws IOException {
    int low = 0;
    int high = anchors - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (getInt(IndexFile.ANCHOR_POSITIONS, middle, 4, 0) > position) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return (long) getInt(IndexFile.ANCHOR_POSITIONS, low, 4, 0) << 32
        | getInt(IndexFile.ANCHOR_OFFSETS, low, 4, 0);
  }

  @Override
  public int expiries() {
    return expiries;
  }

  @Override
  public int expiringPosition(int i) throws IOException {
    return getInt(IndexFile.EXPIRY_TIMES, i, IndexFile.EXPIRY, 0);
  }

  @Override
  public long expiry(int i) throws IOException {
    return (getInt(IndexFile.EXPIRY_TIMES, i, IndexFile.EXPIRY, 4) & 0xffff_ffffL)
        | (long) getInt(IndexFile.EXPIRY_TIMES, i, IndexFile.EXPIRY, 8) << 32;
  }
}

package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A file of messages with rising sequences, and what of them is still there. Only the last one of
/// a store grows. Owner-thread only.
final class Segment {
  /// Bytes before the first message.
  static final int HEADER = 40;

  static final int MAGIC = 0x5372_7246; // "FrrS"
  static final int VERSION = 1;

  /// What [#coverEnd] is for a segment that was appended to: when all else is lost, it replaces
  /// whatever older segments say from its base on.
  static final long COVERS_ALL = Long.MAX_VALUE;

  final long id;

  /// The first message's sequence, or one before it.
  final long base;

  /// Which sequences it replaces in older segments: from its base to this.
  final long coverEnd;

  final int salt;
  final OpenFiles.Handle data;
  final OpenFiles.Handle indexFile;

  /// Its name in the cache.
  private long key;

  private long indexKey;
  private final StoreTools tools;

  /// The last message's sequence, `base - 1` for none.
  long last;

  /// No message of it is younger.
  long lastTime;

  /// Messages in it, those that are gone included.
  int records;

  /// Bytes that belong to it; the file may have more.
  int length;

  /// Messages before this position are gone.
  int front;

  /// Messages that are there, and what they count.
  int live;

  long liveBytes;

  /// Messages behind the front that are gone.
  @Nullable PositionSet deleted;

  /// While messages can be appended, and until the index is in its file.
  @Nullable GrowingIndex growing;

  @Nullable WriteBuffer buffer;

  /// Whether the file goes on behind what belongs to it, with something that a manifest may need.
  boolean isCut;

  /// When it is compressed.
  @Nullable FrameTable frames;

  private @Nullable PagedIndex paged;
  private @Nullable SubjectBloom bloom;
  private @Nullable TokenMask tokens;

  /// Whether the index is in its file, for exactly this length.
  boolean indexed;

  /// What the disk has surely.
  int syncedLength;

  /// Whether bytes before [#syncedLength] were overwritten since.
  boolean touched;

  boolean indexSynced;

  /// The file that holds the removed messages as of some checkpoint; 0 for none.
  long runsVersion;

  /// How the removed messages are written down; null when they have changed since.
  @Nullable DeletedRuns runs;

  Segment(StoreTools tools, Path directory, long id, long base, long coverEnd, boolean exists) {
    this.tools = tools;
    this.id = id;
    this.base = base;
    this.coverEnd = coverEnd;
    salt = MessageRecord.salt(id);
    last = base - 1;
    length = HEADER;
    data = tools.files.handle(directory.resolve(SegmentNames.data(id)), exists);
    indexFile = tools.files.handle(directory.resolve(SegmentNames.index(id)), false);
    key = tools.nextKey();
    indexKey = tools.nextKey();
  }

  long key() {
    return key;
  }

  byte[] header() {
    var header = new byte[HEADER];
    LittleEndian.putInt(header, 0, MAGIC);
    LittleEndian.putShort(header, 4, VERSION);
    LittleEndian.putShort(header, 6, frames == null ? 0 : 1);
    LittleEndian.putLong(header, 8, id);
    LittleEndian.putLong(header, 16, base);
    LittleEndian.putLong(header, 24, coverEnd);
    var crc = new CRC32C();
    crc.update(header, 0, HEADER - 8);
    LittleEndian.putInt(header, HEADER - 8, (int) crc.getValue());
    return header;
  }

  /// Reads its messages from the file, not through the cache.
  SegmentScan.Source source() {
    var compressed = frames;
    return compressed != null
        ? compressed.source(data)
        : (into, at, count, offset) -> data.file().read(ByteBuffer.wrap(into, at, count), offset);
  }

  /// Whether its positions follow from sequences alone.
  boolean isContiguous() {
    return last - base + 1 == records;
  }

  SegmentIndex index() throws IOException {
    var inMemory = growing;
    if (inMemory != null) {
      return inMemory;
    }
    var inFile = paged;
    if (inFile == null) {
      if (!indexed) {
        throw new DamagedIndexException(id, indexFile.path() + ": is not there");
      }
      inFile = new PagedIndex(indexFile, tools.cache, indexKey, id);
      if (inFile.length() != length || inFile.records() != records) {
        throw new DamagedIndexException(id, indexFile.path() + ": is of another length");
      }
      paged = inFile;
    }
    return inFile;
  }

  /// Position of the first message at or behind a sequence, whether it is gone or not.
  int position(long sequence) throws IOException {
    if (sequence <= base) {
      return 0;
    }
    if (sequence > last) {
      return records;
    }
    return isContiguous() ? (int) (sequence - base) : index().position(sequence);
  }

  long sequence(int position) throws IOException {
    return isContiguous() ? base + position : index().sequence(position);
  }

  boolean isLive(int position) {
    var gone = deleted;
    return position >= front && position < records && (gone == null || !gone.has(position));
  }

  /// The first message at or behind a position that is there; -1 for none.
  int nextLive(int position) {
    int from = Math.max(position, front);
    var gone = deleted;
    int found = gone == null ? from : gone.nextAbsent(from);
    return found < records ? found : -1;
  }

  /// The last message at or before a position that is there; -1 for none.
  int previousLive(int position) {
    int from = Math.min(position, records - 1);
    if (from < front) {
      return -1;
    }
    var gone = deleted;
    int found = gone == null ? from : gone.previousAbsent(from);
    return found < front ? -1 : found;
  }

  /// How many messages at or behind a position are there.
  int liveFrom(int position) {
    int from = Math.max(position, front);
    var gone = deleted;
    return from >= records ? 0 : records - from - (gone == null ? 0 : gone.count(from, records));
  }

  /// The end of the unbroken run of messages that are there from a live one on.
  int endOfLive(int position) {
    var gone = deleted;
    int next = gone == null ? -1 : gone.next(position);
    return next < 0 ? records : Math.min(next, records);
  }

  /// Whether all its messages are there.
  boolean isWhole() {
    return live == records;
  }

  /// A message was put behind the others.
  ///
  /// @param size bytes of its record
  /// @param counted what it counts against limits
  void appended(long sequence, long timestamp, int size, int counted) {
    last = sequence;
    lastTime = timestamp;
    records++;
    length += size;
    live++;
    liveBytes += counted;
    indexed = false;
  }

  /// Cuts off what lies behind a sequence, which is gone. All is flushed.
  ///
  /// @param position of the first message behind it
  /// @return false when damage hides the place
  boolean cut(int position, long sequence) throws IOException {
    int end = position == records ? length : tools.reader.offset(this, position);
    if (end < 0) {
      return false;
    }
    growing = GrowingIndex.of(index(), base, position);
    indexed = false;
    length = end;
    records = position;
    last = sequence;
    isCut = true;
    front = Math.min(front, position);
    var gone = deleted;
    if (gone != null) {
      gone.cut(position);
    }
    runs = null;
    return true;
  }

  /// A message went.
  void remove(int position, int size) {
    live--;
    liveBytes -= size;
    var gone = deleted;
    if (position == front) {
      int next = nextLive(position + 1);
      front = next < 0 ? records : next;
    } else {
      if (gone == null) {
        gone = new PositionSet();
        deleted = gone;
      }
      gone.add(position);
    }
    runs = null;
  }

  /// Whether a subject may be in it.
  ///
  /// @param hash its [SubjectHash]
  boolean mayHave(int hash) {
    var filter = bloom;
    return filter == null || filter.mayHave(hash);
  }

  /// Whether a subject may be in it that has these tokens.
  boolean mayHave(TokenMask wanted) {
    var mask = tokens;
    return mask == null || mask.covers(wanted);
  }

  /// Sets what says which subjects are not in it.
  void summary(@Nullable SubjectBloom bloom, TokenMask tokens) {
    this.bloom = bloom;
    this.tokens = tokens;
  }

  /// Puts the growing index into its file; without effect when it is there.
  void writeIndex() throws IOException {
    var inMemory = growing;
    if (inMemory == null) {
      return;
    }
    var bytes = IndexFile.encode(inMemory, id, length);
    int size = bytes.remaining();
    indexed = false;
    indexSynced = false;
    var file = indexFile.file();
    file.truncate(0);
    file.write(bytes, 0);
    if (file.size() != size) {
      throw new IOException(indexFile.path() + " has another size than what was written");
    }
    bloom = SubjectBloom.of(inMemory.subjects());
    tokens = new TokenMask();
    inMemory.summarize(bloom, tokens);
    growing = null;
    dropIndex();
    indexed = true;
  }

  /// What the cache has of the index is not to be used any more.
  void dropIndex() {
    tools.cache.drop(indexKey);
    indexKey = tools.nextKey();
    paged = null;
  }

  /// What the cache has of the messages is not to be used any more.
  void dropData() {
    tools.cache.drop(key);
    key = tools.nextKey();
  }

  /// Writes what is only in memory.
  void flush() throws IOException {
    var writes = buffer;
    if (writes != null) {
      writes.flush(data);
    }
  }

  /// Gives the memory back that only who appends needs. All is flushed.
  void rest() {
    var writes = buffer;
    if (writes != null) {
      writes.release();
      buffer = null;
    }
  }

  /// Closes files and gives memory back; what was not flushed is gone.
  void close() throws IOException {
    rest();
    dropIndex();
    dropData();
    data.close();
    indexFile.close();
  }

  @Override
  public String toString() {
    return data.path().toString();
  }
}

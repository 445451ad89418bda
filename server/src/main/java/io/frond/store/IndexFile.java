package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The file that holds a closed segment's index (`docs/storage-format.md`): pages with a checksum
/// each, so that parts can be read alone. The sections begin at multiples of 60 bytes, so that no
/// number nor entry lies on two pages. One thread at a time.
final class IndexFile {
  static final int PAGE = 16 << 10;

  /// What a page holds besides its checksum.
  static final int PAYLOAD = PAGE - 4;

  static final int MAGIC = 0x4972_7246; // "FrrI"
  static final int VERSION = 1;
  static final int HEADER = 120;
  static final int ALIGNMENT = 60;

  /// Bytes of a subject's entry: hash, place of its text, first and last position, messages.
  static final int ENTRY = 20;

  /// Bytes of a message's expiry: position, time.
  static final int EXPIRY = 12;

  static final int ID_WIDTH_AT = 6;
  static final int STEP_WIDTH_AT = 7;
  static final int SEGMENT_AT = 8;
  static final int BASE_AT = 16;
  static final int LENGTH_AT = 24;
  static final int RECORDS_AT = 28;
  static final int SUBJECTS_AT = 32;
  static final int ANCHORS_AT = 36;
  static final int EXPIRIES_AT = 40;
  static final int SIZE_AT = 44;
  static final int SECTIONS_AT = 48;

  /// Sections, in the order of the header.
  static final int IDS = 0;

  static final int STEPS = 1;
  static final int ANCHOR_POSITIONS = 2;
  static final int ANCHOR_OFFSETS = 3;
  static final int DICTIONARY = 4;
  static final int EXPIRY_TIMES = 5;
  static final int TEXTS = 6;
  private static final int SECTIONS = 7;

  private IndexFile() {}

  /// The bytes of an index's file.
  ///
  /// @param length bytes of the segment that it covers
  static ByteBuffer encode(GrowingIndex index, long segment, int length) throws IOException {
    return pages(new Layout(index, segment, length).encode(), segment);
  }

  static int idWidth(int subjects) {
    return subjects <= 1 ? 0 : subjects <= 1 << 8 ? 1 : subjects <= 1 << 16 ? 2 : 4;
  }

  /// An index on its way into bytes, subjects ordered by hash.
  private static final class Layout {
    private final GrowingIndex index;
    private final long segment;
    private final int length;
    private final int[] starts = new int[SECTIONS];
    private final int[] oldIds;
    private final int[] newIds;
    private int size = HEADER;

    Layout(GrowingIndex index, long segment, int length) {
      this.index = index;
      this.segment = segment;
      this.length = length;
      int subjects = index.subjects();
      var order = new long[subjects];
      for (int id = 0; id < subjects; id++) {
        order[id] = (long) index.hash(id) << 32 | id;
      }
      Arrays.sort(order);
      oldIds = new int[subjects];
      newIds = new int[subjects];
      for (int i = 0; i < subjects; i++) {
        oldIds[i] = (int) order[i];
        newIds[oldIds[i]] = i;
      }
    }

    private int section(int number, long bytes) throws IOException {
      if (size + bytes > Integer.MAX_VALUE - 2 * ALIGNMENT) {
        throw new IOException("an index of more than 2 GiB");
      }
      starts[number] = size;
      int end = (int) (size + bytes);
      size = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      return starts[number];
    }

    byte[] encode() throws IOException {
      int records = index.records();
      int subjects = index.subjects();
      int idWidth = idWidth(subjects);
      int stepWidth = index.isContiguous() ? 0 : 4;
      var texts = new byte[subjects][];
      long textBytes = 0;
      for (int i = 0; i < subjects; i++) {
        texts[i] = index.subject(oldIds[i]);
        textBytes += 2 + texts[i].length;
      }
      section(IDS, (long) records * idWidth);
      section(STEPS, (long) records * stepWidth);
      section(ANCHOR_POSITIONS, 4L * index.anchors());
      section(ANCHOR_OFFSETS, 4L * index.anchors());
      section(DICTIONARY, (long) ENTRY * subjects);
      section(EXPIRY_TIMES, (long) EXPIRY * index.expiries());
      section(TEXTS, textBytes);
      var bytes = new byte[size];
      header(bytes, idWidth, stepWidth);
      dictionary(bytes, texts);
      messages(bytes, idWidth, stepWidth);
      for (int i = 0; i < index.anchors(); i++) {
        LittleEndian.putInt(bytes, starts[ANCHOR_POSITIONS] + 4 * i, index.anchorPosition(i));
        LittleEndian.putInt(bytes, starts[ANCHOR_OFFSETS] + 4 * i, index.anchorOffset(i));
      }
      for (int i = 0; i < index.expiries(); i++) {
        int at = starts[EXPIRY_TIMES] + EXPIRY * i;
        LittleEndian.putInt(bytes, at, index.expiringPosition(i));
        LittleEndian.putLong(bytes, at + 4, index.expiry(i));
      }
      return bytes;
    }

    private void header(byte[] bytes, int idWidth, int stepWidth) {
      LittleEndian.putInt(bytes, 0, MAGIC);
      LittleEndian.putShort(bytes, 4, VERSION);
      bytes[ID_WIDTH_AT] = (byte) idWidth;
      bytes[STEP_WIDTH_AT] = (byte) stepWidth;
      LittleEndian.putLong(bytes, SEGMENT_AT, segment);
      LittleEndian.putLong(bytes, BASE_AT, index.base());
      LittleEndian.putInt(bytes, LENGTH_AT, length);
      LittleEndian.putInt(bytes, RECORDS_AT, index.records());
      LittleEndian.putInt(bytes, SUBJECTS_AT, index.subjects());
      LittleEndian.putInt(bytes, ANCHORS_AT, index.anchors());
      LittleEndian.putInt(bytes, EXPIRIES_AT, index.expiries());
      LittleEndian.putInt(bytes, SIZE_AT, size);
      for (int i = 0; i < SECTIONS; i++) {
        LittleEndian.putInt(bytes, SECTIONS_AT + 4 * i, starts[i]);
      }
    }

    private void dictionary(byte[] bytes, byte[][] texts) {
      int text = starts[TEXTS];
      for (int i = 0; i < texts.length; i++) {
        int at = starts[DICTIONARY] + ENTRY * i;
        LittleEndian.putInt(bytes, at, index.hash(oldIds[i]));
        LittleEndian.putInt(bytes, at + 4, text);
        LittleEndian.putInt(bytes, at + 8, -1);
        LittleEndian.putShort(bytes, text, texts[i].length);
        System.arraycopy(texts[i], 0, bytes, text + 2, texts[i].length);
        text += 2 + texts[i].length;
      }
    }

    /// The columns with a value for each message, and what they say of each subject.
    private void messages(byte[] bytes, int idWidth, int stepWidth) {
      var window = new int[1024];
      for (int from = 0; from < index.records(); from += window.length) {
        int count = Math.min(window.length, index.records() - from);
        index.ids(from, count, window);
        for (int i = 0; i < count; i++) {
          int position = from + i;
          int id = newIds[window[i]];
          int entry = starts[DICTIONARY] + ENTRY * id;
          if (LittleEndian.getInt(bytes, entry + 8) == -1) {
            LittleEndian.putInt(bytes, entry + 8, position);
          }
          LittleEndian.putInt(bytes, entry + 12, position);
          LittleEndian.putInt(bytes, entry + 16, LittleEndian.getInt(bytes, entry + 16) + 1);
          put(bytes, starts[IDS] + position * idWidth, idWidth, id);
          if (stepWidth != 0) {
            int step = (int) (index.sequence(position) - index.base());
            LittleEndian.putInt(bytes, starts[STEPS] + 4 * position, step);
          }
        }
      }
    }

    private static void put(byte[] bytes, int at, int width, int value) {
      switch (width) {
        case 1 -> bytes[at] = (byte) value;
        case 2 -> LittleEndian.putShort(bytes, at, value);
        case 4 -> LittleEndian.putInt(bytes, at, value);
        default -> {}
      }
    }
  }

  private static ByteBuffer pages(byte[] bytes, long segment) {
    int pages = (bytes.length + PAYLOAD - 1) / PAYLOAD;
    var to = new byte[bytes.length + 4 * pages];
    var crc = new CRC32C();
    for (int page = 0; page < pages; page++) {
      int count = Math.min(PAYLOAD, bytes.length - page * PAYLOAD);
      System.arraycopy(bytes, page * PAYLOAD, to, page * PAGE, count);
      int sum = checksum(crc, to, page * PAGE, count, segment, page);
      LittleEndian.putInt(to, page * PAGE + count, sum);
    }
    return ByteBuffer.wrap(to);
  }

  static int checksum(CRC32C crc, byte[] bytes, int at, int count, long segment, int page) {
    crc.reset();
    crc.update(bytes, at, count);
    return (int) crc.getValue() ^ MessageRecord.salt(segment) ^ page;
  }
}

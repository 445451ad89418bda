package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// What a store is made of at a checkpoint (`docs/storage-format.md`). Immutable.
///
/// @param nextId the number that the next segment gets
/// @param nextVersion the number that the next file of removed messages gets
record Manifest(
    long first,
    long last,
    long lastTime,
    long messages,
    long bytes,
    long nextId,
    long nextVersion,
    List<Part> parts) {
  /// A segment.
  ///
  /// @param lastTime no message of it is younger
  /// @param records messages in it, those that are gone included
  /// @param length bytes of it, before compression
  /// @param live messages that are there
  /// @param indexed whether its index was in its file
  record Part(
      long id,
      long base,
      long coverEnd,
      long last,
      long lastTime,
      int records,
      int length,
      int live,
      long liveBytes,
      boolean indexed,
      boolean compressed,
      DeletedRuns deleted) {}

  private static final int MAGIC = 0x4D72_7246; // "FrrM"
  private static final int VERSION = 1;
  private static final int HEADER = 10;
  private static final int INDEXED = 1;
  private static final int COMPRESSED = 2;
  private static final int COVERS_ALL = 4;

  byte[] encode() {
    var to = new Varints.Writer();
    to.write(first);
    to.write(last);
    to.write(lastTime);
    to.write(messages);
    to.write(bytes);
    to.write(nextId);
    to.write(nextVersion);
    to.write(parts.size());
    for (var part : parts) {
      boolean coversAll = part.coverEnd == Segment.COVERS_ALL;
      to.write(
          (part.indexed ? INDEXED : 0)
              | (part.compressed ? COMPRESSED : 0)
              | (coversAll ? COVERS_ALL : 0));
      to.write(part.id);
      to.write(part.base);
      to.write(part.last + 1 - part.base);
      if (!coversAll) {
        to.write(part.coverEnd);
      }
      to.write(part.lastTime);
      to.write(part.records);
      to.write(part.length);
      to.write(part.live);
      to.write(part.liveBytes);
      to.write(part.deleted.version());
      if (part.deleted.version() == 0) {
        to.write(part.deleted.bytes());
      }
    }
    var fields = to.toBytes();
    var all = new byte[HEADER + fields.length];
    System.arraycopy(fields, 0, all, HEADER, fields.length);
    LittleEndian.putInt(all, 0, MAGIC);
    LittleEndian.putShort(all, 4, VERSION);
    LittleEndian.putInt(all, 6, crc(all));
    return all;
  }

  private static int crc(byte[] all) {
    var crc = new CRC32C();
    crc.update(all, HEADER, all.length - HEADER);
    return (int) crc.getValue();
  }

  /// @throws IOException when it is damaged or of a version that this program doesn't know
  static Manifest decode(byte[] all) throws IOException {
    if (all.length < HEADER || LittleEndian.getInt(all, 0) != MAGIC) {
      throw new IOException("no manifest of a store");
    }
    int version = LittleEndian.getShort(all, 4);
    if (version != VERSION) {
      throw new IOException(
          "a store's manifest of version " + version + ", this program reads " + VERSION);
    }
    if (LittleEndian.getInt(all, 6) != crc(all)) {
      throw new IOException("a store's manifest is damaged: its checksum is wrong");
    }
    var from = new Varints.Reader(ByteBuffer.wrap(all, HEADER, all.length - HEADER));
    long first = from.read();
    long last = from.read();
    long lastTime = from.read();
    long messages = from.read();
    long bytes = from.read();
    long nextId = from.read();
    long nextVersion = from.read();
    var parts = new ArrayList<Part>();
    for (int left = from.readInt(); left > 0; left--) {
      parts.add(part(from));
    }
    return new Manifest(
        first, last, lastTime, messages, bytes, nextId, nextVersion, List.copyOf(parts));
  }

  private static Part part(Varints.Reader from) throws IOException {
    int flags = from.readInt();
    long id = from.read();
    long base = from.read();
    long last = from.read() + base - 1;
    long coverEnd = (flags & COVERS_ALL) != 0 ? Segment.COVERS_ALL : from.read();
    long lastTime = from.read();
    int records = from.readInt();
    int length = from.readInt();
    int live = from.readInt();
    long liveBytes = from.read();
    long version = from.read();
    var deleted = new DeletedRuns(version, version == 0 ? from.readBytes() : new byte[0]);
    return new Part(
        id,
        base,
        coverEnd,
        last,
        lastTime,
        records,
        length,
        live,
        liveBytes,
        (flags & INDEXED) != 0,
        (flags & COMPRESSED) != 0,
        deleted);
  }
}

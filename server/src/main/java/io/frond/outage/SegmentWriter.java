package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Writes a log's batches, and has them made safe behind its back: while one sync runs the next
/// batches are written. The writer's thread, but for the sync.
final class SegmentWriter {
  private enum Next {
    SYNC,
    CLOSE,
    NOTHING
  }

  /// A segment's file while it is written. The monitor guards what is not final.
  private static final class Open {
    final DiskSegment segment;
    final DiskFile file;

    /// Whether its name is not safe. The syncer's thread.
    boolean isNew = true;

    boolean dirty;
    boolean syncing;
    boolean ended;
    boolean closed;

    Open(DiskSegment segment, DiskFile file) {
      this.segment = segment;
      this.file = file;
    }

    /// @return whether a sync has to be started
    synchronized boolean written() {
      dirty = true;
      return startSync();
    }

    synchronized boolean end() {
      ended = true;
      return startSync();
    }

    private boolean startSync() {
      var start = !syncing && (dirty || ended);
      syncing |= start;
      return start;
    }

    synchronized Next next() {
      if (dirty) {
        dirty = false;
        return Next.SYNC;
      }
      syncing = false;
      if (!ended || closed) {
        return Next.NOTHING;
      }
      closed = true;
      return Next.CLOSE;
    }

    synchronized void failed() {
      dirty = false;
    }
  }

  private final Disk disk;
  private final Path directory;
  private final Names names;
  private final Executor syncer;
  private final BiConsumer<DiskSegment, IOException> failedSync;
  private final Format format = new Format();
  private @Nullable Open open;

  /// @param failedSync is told when a segment cannot be made safe; the syncer's thread
  SegmentWriter(
      Disk disk,
      Path directory,
      Names names,
      Executor syncer,
      BiConsumer<DiskSegment, IOException> failedSync) {
    this.disk = disk;
    this.directory = directory;
    this.names = names;
    this.syncer = syncer;
    this.failedSync = failedSync;
  }

  /// Writes a batch; it says itself what became of it.
  void write(Batch batch) {
    IOException why = null;
    try {
      writeOrThrow(batch);
    } catch (IOException e) {
      why = e;
    } catch (RuntimeException | OutOfMemoryError e) {
      why = new IOException("the log failed: " + e, e);
    }
    if (why != null) {
      undo(batch);
    }
    batch.done(why);
  }

  private void writeOrThrow(Batch batch) throws IOException {
    var segment = batch.segment;
    if (batch.isFirst) {
      close();
      disk.createDirectories(directory);
      open = new Open(segment, disk.open(segment.path));
      open.file.truncate(0);
    }
    var to = open;
    if (to == null || to.segment != segment) {
      throw new IOException(segment.path + " is not open");
    }
    names.flush();
    var end = batch.bytes.position();
    format.seal(batch.bytes, batch.isFirst ? Format.SEGMENT_HEADER : 0, end, segment.number);
    to.file.write(batch.bytes.flip(), batch.at);
    if ((batch.entries > 0 || batch.isFirst) && to.written()) {
      syncer.execute(() -> sync(to));
    }
  }

  /// The syncer's thread.
  private void sync(Open of) {
    while (true) {
      switch (of.next()) {
        case SYNC -> {
          try {
            of.file.force();
            if (of.isNew) {
              disk.forceDirectory(directory);
              of.isNew = false;
            }
          } catch (IOException e) {
            of.failed();
            failedSync.accept(of.segment, e);
          }
        }
        case CLOSE -> {
          closeQuietly(of.file);
          return;
        }
        case NOTHING -> {
          return;
        }
      }
    }
  }

  /// What may be there of a batch that failed must not be found later: it may be given up.
  private void undo(Batch batch) {
    var from = open;
    if (from != null) {
      try {
        from.file.truncate(batch.at);
      } catch (IOException e) {
        // Then it is found after a restart.
      }
    }
    close();
  }

  /// Ends the segment, when what it has is safe.
  void close() {
    var last = open;
    open = null;
    if (last != null && last.end()) {
      syncer.execute(() -> sync(last));
    }
  }

  private static void closeQuietly(DiskFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // What counts was forced before.
    }
  }
}

package io.frond.log;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A log whose owner is the test's thread, on a disk that is as quick as no machine makes it seem.
/// It keeps what is committed, as the payloads' text.
final class TestLog implements CommitLog.Machine, AutoCloseable {
  static final Path DIR = Path.of("/log");

  /// An entry that came.
  record Entry(long index, byte kind, long stream, byte[] payload) {
    @Override
    public String toString() {
      return index + ":" + payload.length;
    }
  }

  final List<Entry> replayed = new ArrayList<>();
  final List<Entry> committed = new ArrayList<>();
  final List<Entry> failed = new ArrayList<>();
  final List<String> damage = new ArrayList<>();
  final List<String> torn = new ArrayList<>();
  final List<String> trouble = new ArrayList<>();
  final LocalLog log;
  long last;

  /// Batches that this thread wrote.
  int here;

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private boolean replaying = true;

  private TestLog(Disk disk, Path directory, SyncMode mode, long segmentBytes, long markMillis) {
    var listener =
        new LogListener() {
          @Override
          public void tornTail(String file, long at, long bytes) {
            torn.add(file + " at " + at);
          }

          @Override
          public void trouble(String what, IOException why) {
            synchronized (trouble) {
              trouble.add(what + ": " + why);
            }
          }
        };
    log =
        new LocalLog(
            disk, directory, mode, tasks::add, listener, segmentBytes, markMillis, () -> 0);
  }

  /// Opens and replays.
  static TestLog open(Disk disk, Path directory, SyncMode mode, long from, long segmentBytes)
      throws IOException {
    return open(disk, directory, mode, from, segmentBytes, 1);
  }

  static TestLog open(
      Disk disk, Path directory, SyncMode mode, long from, long segmentBytes, long markMillis)
      throws IOException {
    var test = new TestLog(disk, directory, mode, segmentBytes, markMillis);
    test.last =
        test.log.replay(
            from,
            test,
            (file, at, bytes, what) ->
                test.damage.add(file + " at " + at + ", " + bytes + " bytes: " + what));
    test.replaying = false;
    return test;
  }

  static TestLog open(Disk disk) throws IOException {
    return open(disk, DIR, new SyncMode.Always(), 1, 64 << 20);
  }

  @Override
  public void committed(LogBatch batch) {
    take(batch, replaying ? replayed : committed);
  }

  @Override
  public void failed(LogBatch batch, IOException why) {
    take(batch, failed);
  }

  private static void take(LogBatch batch, List<Entry> into) {
    batch.forEach((index, kind, stream, bytes, at, length) ->
        into.add(new Entry(index, kind, stream, copy(bytes, at, length))));
  }

  private static byte[] copy(ByteBuffer bytes, int at, int length) {
    var copy = new byte[length];
    bytes.get(at, copy);
    return copy;
  }

  /// Proposes a batch with these payloads and does not wait.
  void propose(byte[]... payloads) {
    log.propose(fill(payloads));
  }

  private LogBatch fill(byte[]... payloads) {
    var batch = log.newBatch();
    for (var payload : payloads) {
      batch.begin((byte) (payload.length % 100), payload.length * 3L).put(payload).end();
    }
    return batch;
  }

  /// As [#commit]; where the log is quick this thread writes.
  void commitHere(byte[]... payloads) {
    if (!log.isQuick()) {
      commit(payloads);
      return;
    }
    log.proposeHere(fill(payloads));
    log.commitHere();
    if (log.inFlight() == 0) {
      here++;
    }
    settle();
  }

  /// Runs what the log hands back until nothing is in flight.
  void settle() {
    while (log.inFlight() > 0) {
      runOne();
    }
  }

  private void runOne() {
    try {
      var task = tasks.poll(20, TimeUnit.SECONDS);
      if (task == null) {
        throw new AssertionError("the log does not answer");
      }
      task.run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void commit(byte[]... payloads) {
    propose(payloads);
    settle();
  }

  /// Ends the log's thread after its disk crashed.
  void die() {
    try {
      close();
    } catch (IOException e) {
      // Its files died with the disk.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      log.close();
    } finally {
      settle();
    }
  }
}

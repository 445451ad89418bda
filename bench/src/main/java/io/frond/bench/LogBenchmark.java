package io.frond.bench;

import io.frond.disk.RealDisk;
import io.frond.log.CommitLog;
import io.frond.log.LocalLog;
import io.frond.log.LogBatch;
import io.frond.log.LogListener;
import io.frond.log.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Appends to the local log, on the disk of the working directory: time for one batch while two
/// others are in flight. An entry has 200 bytes. Segments are cut as by checkpoints.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class LogBenchmark implements CommitLog.Machine, LogListener {
  private static final int IN_FLIGHT = 3;
  private static final long CUT_BYTES = 256 << 20;

  @Param({"1", "8", "64", "1024"})
  public int entries;

  @Param({"true", "false"})
  public boolean sync;

  private final byte[] payload = new byte[200 - LogBatch.HEADER];
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private Path directory = Path.of(".");
  private @Nullable LocalLog opened;

  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory(directory, "log-benchmark");
    var mode = sync ? new SyncMode.Always() : new SyncMode.None();
    var log = new LocalLog(new RealDisk(), directory, mode, tasks::add, this);
    opened = log;
    log.replay(1, this, (file, at, bytes, what) -> {});
  }

  private LocalLog log() {
    return Objects.requireNonNull(opened);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    log().close();
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Benchmark
  public void append() throws InterruptedException {
    var log = log();
    while (log.inFlight() >= IN_FLIGHT) {
      tasks.take().run();
    }
    var batch = log.newBatch();
    for (var i = 0; i < entries; i++) {
      batch.begin((byte) 16, 1).put(payload).end();
    }
    log.propose(batch);
  }

  @Override
  public void committed(LogBatch batch) {
    var log = log();
    if (log.liveBytes() > CUT_BYTES) {
      log.cut(batch.firstIndex() + batch.count() - 1);
    }
  }

  @Override
  public void failed(LogBatch batch, IOException why) {
    throw new IllegalStateException(why);
  }

  @Override
  public void tornTail(String file, long at, long bytes) {}

  @Override
  public void trouble(String what, IOException why) {
    throw new IllegalStateException(what, why);
  }
}

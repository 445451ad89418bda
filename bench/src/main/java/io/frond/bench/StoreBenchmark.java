package io.frond.bench;

import io.frond.store.MemoryStore;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/// A stream in memory with a million messages of 128 bytes, of which appends push the oldest out.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class StoreBenchmark {
  private static final int MESSAGES = 1_000_000;
  private static final int BODY = 128;
  private static final int DRAWN = 1 << 16;

  @Param({"1", "1000", "1000000"})
  public int subjects;

  private final MessageStore store = new MemoryStore();
  private final StoredMessage message = new StoredMessage();
  private final ByteBuffer body = ByteBuffer.allocate(BODY);
  private final byte[][] drawn = new byte[DRAWN][];
  private final SubjectFilter[] literals = new SubjectFilter[DRAWN];
  private final SubjectFilter branch = SubjectFilter.of("bench.*.new");
  private final SubjectFilter rare = SubjectFilter.of("rare.*");
  private final Random random = new Random(1);
  private long from = 1;
  private int next;

  @Setup(Level.Trial)
  public void fill() throws IOException {
    for (int i = 0; i < DRAWN; i++) {
      String subject = "bench." + random.nextInt(subjects) + ".new";
      drawn[i] = subject.getBytes(StandardCharsets.UTF_8);
      literals[i] = SubjectFilter.of(subject);
    }
    store.append("rare.1".getBytes(StandardCharsets.UTF_8), body, 0, 0, BODY, 0, 0);
    for (int i = 1; i < MESSAGES; i++) {
      String subject = "bench." + random.nextInt(subjects) + ".new";
      store.append(subject.getBytes(StandardCharsets.UTF_8), body, 0, 0, BODY, i, 0);
    }
  }

  @Benchmark
  public boolean appendAndRemoveOldest() throws IOException {
    long last = store.append(drawn[next++ & (DRAWN - 1)], body, 0, 0, BODY, Long.MAX_VALUE, 0);
    return store.remove(last - MESSAGES, false);
  }

  @Benchmark
  public StoredMessage load() throws IOException {
    store.load(store.firstSequence() + random.nextInt(MESSAGES), message);
    return message;
  }

  /// The next of one subject, from anywhere.
  @Benchmark
  public long nextLiteral() throws IOException {
    return store.next(literals[next++ & (DRAWN - 1)], 1 + random.nextInt(MESSAGES));
  }

  /// A consumer with a filter that most messages match.
  @Benchmark
  public boolean nextNear() throws IOException {
    from = from >= MESSAGES ? 1 : from + 1;
    return store.loadNext(branch, from, message);
  }

  /// A pattern whose only match is far back.
  @Benchmark
  public boolean previousFar() throws IOException {
    return store.loadPrevious(rare, store.lastSequence(), message);
  }

  /// What a new consumer in the midst of the stream asks.
  @Benchmark
  public long countFromTheMiddle() throws IOException {
    return store.count(branch, MESSAGES / 2, false);
  }
}

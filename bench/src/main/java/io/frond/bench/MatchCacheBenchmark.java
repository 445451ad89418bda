package io.frond.bench;

import io.frond.subject.Match;
import io.frond.subject.MatchCache;
import io.frond.subject.Sublist;
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

/// A publish's way to its answer: the subject in a direct buffer, a connection's cache, and the
/// sublist with one `bench.>` behind it.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class MatchCacheBenchmark {
  private static final int SUBJECTS = 1 << 16;

  /// How many different subjects are published: the last does not fit.
  @Param({"1", "1000", "100000"})
  public int distinct;

  private final Sublist<Interest> list = new Sublist<>();
  private final MatchCache<Interest> cache = new MatchCache<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(SUBJECTS * 24);
  private final int[] lengths = new int[SUBJECTS];
  private int next;

  @Setup(Level.Trial)
  public void fill() {
    list.insert(Interest.in("bench.>"));
    Random random = new Random(1);
    for (int i = 0; i < SUBJECTS; i++) {
      byte[] subject =
          ("bench.subject." + random.nextInt(distinct)).getBytes(StandardCharsets.UTF_8);
      buffer.put(i * 24, subject);
      lengths[i] = subject.length;
    }
  }

  @Benchmark
  public Match<Interest> match() {
    int i = next++ & SUBJECTS - 1;
    int off = i * 24;
    int len = lengths[i];
    int hash = MatchCache.hash(buffer, off, len);
    long generation = list.generation();
    Match<Interest> match = cache.get(buffer, off, len, hash, generation);
    if (match == null) {
      byte[] subject = new byte[len];
      buffer.get(off, subject);
      match = list.match(subject);
      cache.put(subject, hash, match, generation);
    }
    return match;
  }

  @Benchmark
  public int hash() {
    int i = next++ & SUBJECTS - 1;
    return MatchCache.hash(buffer, i * 24, lengths[i]);
  }
}

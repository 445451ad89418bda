package io.frond.bench;

import io.frond.subject.Match;
import io.frond.subject.Sublist;
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

/// Matches without a connection's cache in front. Subjects are drawn anew each time from up to
/// 65,536, so that they come from memory rather than from the processor's cache.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class SublistBenchmark {
  /// What hangs in the list.
  public enum Kind {
    /// One literal subject for each subscription, and each publish meets one.
    LITERAL,
    /// As `LITERAL`, but publishes go elsewhere.
    MISS,
    /// Only `bench.>`, however many subjects are published.
    FULL,
    /// Each subscription is an inbox with a `*` at its end.
    INBOX,
    /// As `LITERAL`, and `bench.>` as well: two answers become one.
    BOTH
  }

  private static final int SUBJECTS = 1 << 16;

  @Param({"1", "1000", "1000000"})
  public int subscriptions;

  @Param public Kind kind = Kind.LITERAL;

  private final Sublist<Interest> list = new Sublist<>();
  private final byte[][] subjects = new byte[SUBJECTS][];
  private final Interest churned = Interest.in("bench.churn.x");
  private int next;

  @Setup(Level.Trial)
  public void fill() {
    if (kind == Kind.FULL || kind == Kind.BOTH) {
      list.insert(Interest.in("bench.>"));
    }
    for (int i = 0; i < subscriptions && kind != Kind.FULL; i++) {
      list.insert(Interest.in(subject(i)));
    }
    Random random = new Random(1);
    for (int i = 0; i < SUBJECTS; i++) {
      String subject = subject(random.nextInt(kind == Kind.FULL ? 100_000 : subscriptions));
      subjects[i] =
          (kind == Kind.MISS ? "x" + subject : subject.replace("*", "1"))
              .getBytes(StandardCharsets.UTF_8);
    }
  }

  private String subject(int i) {
    return kind == Kind.INBOX ? "_INBOX.8SIMCw1HbBHzkTiPXQxvaa" + i + ".*" : "bench.subject." + i;
  }

  @Benchmark
  public Match<Interest> match() {
    return list.match(subjects[next++ & SUBJECTS - 1]);
  }

  @Benchmark
  public boolean hasInterest() {
    return list.hasInterest(subjects[next++ & SUBJECTS - 1]);
  }

  @Benchmark
  public boolean insertAndRemove() {
    list.insert(churned);
    return list.remove(churned);
  }
}

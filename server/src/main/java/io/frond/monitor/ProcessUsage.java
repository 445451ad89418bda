package io.frond.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What the process takes of the machine. Uses no management classes, which would take longer to
/// load than the server to start. Any thread; the object's monitor guards the last sample.
final class ProcessUsage {
  /// Asked again sooner, it gives the same figure.
  private static final long SAMPLE_NANOS = 1_000_000_000;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private long sampledNanos;
  private long sampledCpuNanos;
  private double percent;
  private boolean sampled;

  /// CPU time in seconds since the process began.
  static double cpuSeconds() {
    return cpuNanos() / 1e9;
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /// Of one processor, in percent with one decimal: since this was last asked; at first, since the
  /// process began.
  synchronized double cpuPercent() {
    var now = System.nanoTime();
    if (sampled && now - sampledNanos < SAMPLE_NANOS) {
      return percent;
    }
    var cpu = cpuNanos();
    var wall = sampled ? now - sampledNanos : sinceStartNanos();
    percent = Math.round(1000.0 * (cpu - sampledCpuNanos) / Math.max(1, wall)) / 10.0;
    sampled = true;
    sampledNanos = now;
    sampledCpuNanos = cpu;
    return percent;
  }

  private static long sinceStartNanos() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> 1_000_000 * (System.currentTimeMillis() - start.toEpochMilli()))
        .orElse(Long.MAX_VALUE);
  }

  /// Resident memory; where the system does not tell, the JVM's heap in use.
  static long residentBytes() {
    try (var lines = Files.lines(STATUS)) {
      var line = lines.filter(it -> it.startsWith(RESIDENT)).findFirst();
      if (line.isPresent()) {
        var kib = line.get().substring(RESIDENT.length()).replace("kB", "").strip();
        return 1024 * Long.parseLong(kib);
      }
    } catch (IOException | RuntimeException e) {
      return heapBytes(); // no Linux
    }
    return heapBytes();
  }

  static long heapBytes() {
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

package io.frond.monitor;

import io.frond.json.JsonWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// `EXPVARZ`: the command line and what the memory is used for, under the names of Go's `memstats`
/// that have a meaning on a JVM.
final class Expvarz {
  private static final long NANOS = 1_000_000;

  void write(JsonWriter to, Query query) {
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    var other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
    var collections = 0L;
    var pauses = 0L;
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += Math.max(0, collector.getCollectionCount());
      pauses += Math.max(0, collector.getCollectionTime());
    }
    to.begin("memstats").put("Alloc", heap.getUsed());
    to.put("Sys", heap.getCommitted() + other.getCommitted());
    to.put("HeapAlloc", heap.getUsed()).put("HeapInuse", heap.getUsed());
    to.put("HeapSys", heap.getCommitted());
    to.put("HeapIdle", heap.getCommitted() - heap.getUsed());
    to.put("OtherSys", other.getCommitted());
    to.put("NumGC", collections).put("PauseTotalNs", pauses * NANOS).end();
    to.put("cmdline", commandLine());
  }

  private static List<String> commandLine() {
    var words = new ArrayList<String>();
    var process = ProcessHandle.current().info();
    process.command().ifPresent(words::add);
    process.arguments().ifPresent(more -> words.addAll(List.of(more)));
    return words;
  }
}

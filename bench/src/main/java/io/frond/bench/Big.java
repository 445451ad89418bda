package io.frond.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How a server grows: fills it with messages, subjects, streams or consumers and prints a row of a
/// table at each of several sizes, with what it takes then and how long ending and starting take.
///
/// `java -cp bench/target/benchmarks.jar io.frond.bench.Big ./frond messages 1000000 10000000`
///
/// The store is made in the working directory and deleted at the end.
final class Big {
  private static final int BODY_BYTES = 16;
  private static final int MESSAGE_SUBJECTS = 1000;
  private static final int STREAMS_WITH_CONSUMERS = 10;
  private static final int BATCH = 1000;

  private final PrintStream out;
  private final BigServer server;
  private final String what;
  private int size;

  private Big(PrintStream out, BigServer server, String what) {
    this.out = out;
    this.server = server;
    this.what = what;
  }

  static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 3) {
      throw new IllegalArgumentException(
          "arguments: PROGRAM messages|subjects|streams|consumers SIZE...");
    }
    var folder = Files.createTempDirectory(Path.of(".").toAbsolutePath(), "big");
    try (var server = new BigServer(args[0], folder)) {
      var big = new Big(System.out, server, args[1]);
      server.start();
      big.prepare();
      big.head();
      big.row(0, 0);
      for (var i = 2; i < args.length; i++) {
        big.growTo(Integer.parseInt(args[i].replace("_", "")));
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private void head() {
    out.println(
        "| "
            + what
            + " | filled in, s | heap, MiB | RSS, MiB | peak RSS, MiB | open files | on disk, MiB"
            + " | end, ms | start, ms | start after kill -9, ms |");
    out.println("|---|---|---|---|---|---|---|---|---|---|");
  }

  private void growTo(int wanted) throws IOException, InterruptedException {
    var began = System.nanoTime();
    try (var client = server.connect()) {
      switch (what) {
        case "messages" -> publish(client, wanted, MESSAGE_SUBJECTS);
        case "subjects" -> publish(client, wanted, Integer.MAX_VALUE);
        case "streams" ->
            client.requests(
                size,
                wanted,
                i -> "$JS.API.STREAM.CREATE.S" + i,
                i -> "{\"name\":\"S" + i + "\",\"subjects\":[\"s." + i + ".*\"]}");
        case "consumers" -> client.requests(size, wanted, Big::consumerSubject, Big::consumer);
        default -> throw new IllegalArgumentException(what);
      }
    }
    size = wanted;
    row(size, System.nanoTime() - began);
  }

  private void row(int count, long nanos) throws IOException, InterruptedException {
    var peak = server.mebibytes("VmHWM");
    var rss = server.mebibytes("VmRSS");
    var files = server.openFiles();
    var heap = server.heapMebibytes();
    var disk = server.storedMebibytes();
    var end = server.stop();
    var start = server.start();
    server.kill();
    var startAgain = server.start();
    out.printf(
        Locale.ROOT,
        "| %,d | %.1f | %d | %d | %d | %d | %d | %d | %d | %d |%n",
        count,
        nanos / 1e9,
        heap,
        rss,
        peak,
        files,
        disk,
        end,
        start,
        startAgain);
  }

  private void prepare() throws IOException {
    try (var client = server.connect()) {
      var streams =
          switch (what) {
            case "messages", "subjects" -> 1;
            case "consumers" -> STREAMS_WITH_CONSUMERS;
            default -> 0;
          };
      client.requests(
          0,
          streams,
          i -> "$JS.API.STREAM.CREATE.BIG" + i,
          i -> "{\"name\":\"BIG" + i + "\",\"subjects\":[\"big." + i + ".>\"]}");
    }
  }

  private static String consumerSubject(int i) {
    return "$JS.API.CONSUMER.CREATE.BIG" + i % STREAMS_WITH_CONSUMERS + ".C" + i;
  }

  private static String consumer(int i) {
    var stream = i % STREAMS_WITH_CONSUMERS;
    return "{\"stream_name\":\"BIG"
        + stream
        + "\",\"config\":{\"durable_name\":\"C"
        + i
        + "\",\"name\":\"C"
        + i
        + "\",\"ack_policy\":\"explicit\",\"filter_subject\":\"big."
        + stream
        + "."
        + i
        + ".>\"}}";
  }

  private void publish(BigClient client, int to, int subjects)
      throws IOException, InterruptedException {
    var body = " " + BODY_BYTES + "\r\n" + "x".repeat(BODY_BYTES) + "\r\n";
    var text = new StringBuilder();
    for (var i = size; i < to; i++) {
      text.append("PUB big.0.n").append(i % subjects).append(body);
      if (i % BATCH == BATCH - 1 || i == to - 1) {
        client.send(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        text.setLength(0);
      }
    }
    client.flush();
    while (!client.request("$JS.API.STREAM.INFO.BIG0", "").contains("\"last_seq\":" + to + ",")) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}

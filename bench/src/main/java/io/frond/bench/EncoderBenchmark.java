package io.frond.bench;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.buffer.FlushSet;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The lines that go out for one message: MSG for each client that receives it, or LMSG for a leaf.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class EncoderBenchmark {
  private static final byte[][] NO_QUEUES = {};

  /// Clients that get the message.
  @Param({"1", "10"})
  public int receivers;

  private final Delivery delivery = new Delivery(0, new FlushSet(), 1);
  private final byte[] sid = ascii("42");
  private final MessageFrame frame =
      MessageFrame.of(
          ascii("orders.eu.12345"), ascii("_INBOX.8SIMCw1HbBHzkTiPXQxvaa.1"), 0, new byte[128]);

  @Benchmark
  public int clientLines() {
    delivery.begin(frame, Side.LOCAL, null, true);
    int bytes = 0;
    for (int i = 0; i < receivers; i++) {
      bytes += delivery.clientLine(sid, true) - delivery.lineStart(true);
    }
    return bytes;
  }

  @Benchmark
  public int leafLine() {
    delivery.begin(frame, Side.LOCAL, null, true);
    return delivery.serverLine(null, NO_QUEUES, 0);
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}

package io.frond.bench;

import io.frond.wire.ControlOp;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolParser;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The parser over a buffer of whole PUBs; the figure is for one message.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ParserBenchmark implements ProtocolParser.Sink {
  private static final int MESSAGES = 256;

  @Param({"0", "128", "4096"})
  public int payloadBytes;

  private final ProtocolParser parser =
      new ProtocolParser(ProtocolParser.Dialect.CLIENT, 4096, 1 << 20);

  private ByteBuf buffer = Messages.publishes(0, 1, 0);
  private long bytes;

  @Setup(Level.Trial)
  public void fill() {
    buffer = Messages.publishes(MESSAGES, 100, payloadBytes);
  }

  @TearDown(Level.Trial)
  public void release() {
    buffer.release();
    parser.release();
  }

  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long publishes() throws ProtocolException {
    buffer.readerIndex(0);
    parser.parse(buffer, this);
    return bytes;
  }

  @Override
  public void onMessage(MessageFrame frame) {
    bytes += frame.subjectLength() + frame.size();
  }

  @Override
  public void onControl(ControlOp op) {
    throw new IllegalStateException("no operation but PUB is in the buffer");
  }

  @Override
  public boolean stopped() {
    return false;
  }
}

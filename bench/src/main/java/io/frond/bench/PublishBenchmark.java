package io.frond.bench;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.buffer.FlushSet;
import io.frond.options.AccountOptions;
import io.frond.wire.ControlOp;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolParser;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/// A message's way through the server without its sockets: parsed, matched, and written once for
/// each receiver; the figure is for one published message.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PublishBenchmark implements ProtocolParser.Sink {
  private static final int MESSAGES = 1024;
  private static final int PAYLOAD_BYTES = 128;

  @Param({"0", "1", "10"})
  public int receivers;

  /// Subjects: the last are more than a connection's cache holds.
  @Param({"1", "100000"})
  public int distinct;

  /// Members of the one queue group; 0 for none.
  @Param({"0", "10"})
  public int queueMembers;

  private final ProtocolParser parser =
      new ProtocolParser(ProtocolParser.Dialect.CLIENT, 4096, 1 << 20);

  private final Account account = new Account(AccountOptions.unlimited("A"), 1, false);
  private final Ingress ingress = new Ingress(account);
  private final Delivery delivery = new Delivery(0, new FlushSet(), 1);
  private final Object source = new Object();
  private ByteBuf buffer = Messages.publishes(0, 1, 0);

  @Setup(Level.Trial)
  public void fill() {
    buffer = Messages.publishes(MESSAGES, distinct, PAYLOAD_BYTES);
    for (int i = 0; i < receivers; i++) {
      account.subscribe(new Receiver(null));
    }
    for (int i = 0; i < queueMembers; i++) {
      account.subscribe(new Receiver("workers".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @TearDown(Level.Trial)
  public void release() {
    buffer.release();
    parser.release();
  }

  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long publish() throws ProtocolException {
    buffer.readerIndex(0);
    parser.parse(buffer, this);
    return delivery.outBytes();
  }

  @Override
  public void onMessage(MessageFrame frame) {
    delivery.begin(frame, Side.LOCAL, source, false);
    ingress.publish(delivery);
  }

  @Override
  public void onControl(ControlOp op) {
    throw new IllegalStateException("no operation but PUB is in the buffer");
  }

  @Override
  public boolean stopped() {
    return false;
  }

  /// Writes what it gets into memory of its own, over and over.
  private static final class Receiver extends Subscription {
    private static final int OUT_BYTES = 64 * 1024;

    private final byte[] sid = {'4', '2'};
    private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
    private int used;

    Receiver(byte @Nullable [] queue) {
      super("bench.>".getBytes(StandardCharsets.US_ASCII), queue);
    }

    @Override
    public Side side() {
      return Side.LOCAL;
    }

    @Override
    public Object owner() {
      return this;
    }

    @Override
    public boolean deliver(Delivery message) {
      int end = message.clientLine(sid, true);
      int start = message.lineStart(true);
      MessageFrame frame = message.frame();
      int body = frame.size() + 2;
      if (used + end - start + body > OUT_BYTES) {
        used = 0;
      }
      out.put(used, message.line(), start, end - start);
      out.put(used + end - start, frame.buffer(), frame.bodyAt(), body);
      used += end - start + body;
      return true;
    }
  }
}

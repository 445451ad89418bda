package io.frond.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Read buffers full of messages, as a connection's socket would fill them.
final class Messages {
  private Messages() {}

  /// @param count messages in the buffer
  /// @param distinct subjects that they are drawn from, `bench.0` and so on
  /// @param payloadBytes of each message
  static ByteBuf publishes(int count, int distinct, int payloadBytes) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(count * (payloadBytes + 64));
    Random random = new Random(1);
    byte[] payload = "x".repeat(payloadBytes).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      String line = "PUB bench." + random.nextInt(distinct) + " " + payloadBytes + "\r\n";
      buffer.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
      buffer.writeBytes(payload).writeByte('\r').writeByte('\n');
    }
    return buffer;
  }
}

package io.frond.transport;

import io.netty.channel.Channel;

/// How a dial ended.
public sealed interface DialResult {
  /// The connection stands. Told on the channel's event loop, where the receiver adds its handler
  /// at the pipeline's tail before it returns; it must not wait for `channelActive`. Bytes come
  /// after that.
  record Dialed(Channel channel) implements DialResult {}

  /// The message says what failed and where.
  record Failed(TransportException cause) implements DialResult {}
}

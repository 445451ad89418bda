package io.frond.transport;

import io.netty.channel.Channel;
import java.net.SocketAddress;

/// What a [Listener] hands its connections to. Called on event loops, so it must not block.
public interface ConnectionAcceptor {
  /// It is known what speaks. The channel is open and registered: the acceptor adds its handler at
  /// the pipeline's tail and writes its INFO at once, from here or from `handlerAdded`; it must not
  /// wait for `channelActive`, which only some connections still see. Bytes that have arrived
  /// already come next. Besides `ByteBuf`s the handler sees [TransportEvent]s as user events.
  void accept(Channel channel, Arrival arrival);

  /// A connection ended before it was accepted: a failed TLS handshake, a bad HTTP request, silence
  /// where the other side had to speak first. Its socket is closed or about to be.
  void refused(SocketAddress remote, ListenerKind listener, TransportException reason);

  /// The listener could not take connections (most often the process is out of file descriptors);
  /// it tries again after `retryMillis`.
  void acceptFailed(ListenerKind listener, Throwable cause, long retryMillis);
}

package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// A TLS handshake without a network: what one side writes the other reads, until neither has
/// anything to say.
///
/// @param clientFailure null when the client's side succeeded
/// @param serverFailure null when the server's side succeeded
record TlsHandshake(
    SSLEngine client,
    SSLEngine server,
    @Nullable Throwable clientFailure,
    @Nullable Throwable serverFailure) {

  static TlsHandshake between(SslContext clients, SslContext servers, String host) {
    var clientHandler = TlsContexts.dial(clients, ByteBufAllocator.DEFAULT, host, 4222);
    var serverHandler = servers.newHandler(ByteBufAllocator.DEFAULT);
    var server = new EmbeddedChannel(serverHandler);
    var client = new EmbeddedChannel(clientHandler);
    while (pump(client, server) || pump(server, client)) {
      client.runPendingTasks();
      server.runPendingTasks();
    }
    return new TlsHandshake(
        clientHandler.engine(),
        serverHandler.engine(),
        failure(clientHandler),
        failure(serverHandler));
  }

  boolean succeeded() {
    return clientFailure == null && serverFailure == null;
  }

  private static boolean pump(EmbeddedChannel from, EmbeddedChannel to) {
    ByteBuf bytes = from.readOutbound();
    if (bytes == null) {
      return false;
    }
    try {
      to.writeInbound(bytes);
      return true;
    } catch (Exception e) {
      return to.isOpen(); // the handler's future holds the failure too
    }
  }

  private static @Nullable Throwable failure(SslHandler handler) {
    var future = handler.handshakeFuture();
    if (!future.isDone()) {
      return new IllegalStateException("the handshake did not finish");
    }
    return future.isSuccess() ? null : Objects.requireNonNull(future.cause());
  }
}

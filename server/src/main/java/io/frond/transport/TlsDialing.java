package io.frond.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// For connections that we dial: BoringSSL's TLS, until a handshake fails. BoringSSL does not take
/// Ed25519 certificates, which Java does, and what a server will show nobody knows before; so the
/// next attempt is Java's, and so on in turn until one succeeds, which is then kept to.
///
/// Any thread; `lock` guards the making of Java's context.
final class TlsDialing extends TlsStandIn {
  /// Makes Java's context when it is needed.
  interface Source {
    SslContext make() throws SSLException;
  }

  private final SslContext quick;
  private final Source source;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable SslContext other;
  private volatile boolean isQuick = true;

  TlsDialing(SslContext quick, Source source) {
    this.quick = quick;
    this.source = source;
  }

  @Override
  SslContext current() {
    return isQuick ? quick : other();
  }

  private SslContext other() {
    var made = other;
    if (made != null) {
      return made;
    }
    lock.lock();
    try {
      made = other == null ? source.make() : other;
      other = made;
      return made;
    } catch (SSLException e) {
      throw new IllegalStateException("keys and certificates were checked before", e);
    } finally {
      lock.unlock();
    }
  }

  private SslHandler watched(boolean wasQuick, SslHandler handler) {
    handler.handshakeFuture().addListener(done -> ended(wasQuick, done.isSuccess()));
    return handler;
  }

  private void ended(boolean wasQuick, boolean success) {
    if (!success && isQuick == wasQuick) {
      isQuick = !wasQuick;
    }
  }

  @Override
  protected SslHandler newHandler(
      ByteBufAllocator allocator, String host, int port, boolean startTls) {
    var now = isQuick;
    return watched(now, (now ? quick : other()).newHandler(allocator, host, port));
  }

  @Override
  protected SslHandler newHandler(
      ByteBufAllocator allocator, String host, int port, boolean startTls, Executor executor) {
    var now = isQuick;
    return watched(now, (now ? quick : other()).newHandler(allocator, host, port, executor));
  }
}

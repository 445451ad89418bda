package io.frond.transport;

import io.netty.handler.ssl.SslContext;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.X509ExtendedTrustManager;

/// A context for peers that show certificates. The JDK resumes a TLS session without another look
/// at the certificates of its first handshake, so that who was let in once would come in again for
/// a day, whether expired or not. This context is made anew as soon as a certificate that it
/// trusted has ended: it then knows none of the old sessions, and everybody has to show what they
/// have.
///
/// Any thread; `lock` guards the making of another one.
final class TlsRenewingContext extends TlsStandIn {
  /// Makes a context that knows no session.
  interface Source {
    SslContext make(X509ExtendedTrustManager trust) throws GeneralSecurityException;
  }

  private record Made(SslContext context, TlsTrustUntil trust) {}

  private final X509ExtendedTrustManager trust;
  private final Source source;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Made made;

  TlsRenewingContext(X509ExtendedTrustManager trust, Source source, InstantSource clock)
      throws GeneralSecurityException {
    this.trust = trust;
    this.source = source;
    this.clock = clock;
    made = make();
  }

  private Made make() throws GeneralSecurityException {
    var until = new TlsTrustUntil(trust);
    return new Made(source.make(until), until);
  }

  @Override
  SslContext current() {
    if (!isOver()) {
      return made.context();
    }
    lock.lock();
    try {
      if (isOver()) {
        made = make();
      }
      return made.context();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("what made a TLS context once makes none any more", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    return clock.millis() > made.trust().endMillis();
  }
}

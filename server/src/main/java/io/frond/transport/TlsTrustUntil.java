package io.frond.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts whom another trusts, and remembers when the first of their certificates ends. Any thread.
final class TlsTrustUntil extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager other;
  private final AtomicLong endMillis = new AtomicLong(Long.MAX_VALUE);

  TlsTrustUntil(X509ExtendedTrustManager other) {
    this.other = other;
  }

  /// Of all certificates that were trusted, when the first ends.
  long endMillis() {
    return endMillis.get();
  }

  private void note(X509Certificate[] chain) {
    for (var certificate : chain) {
      endMillis.accumulateAndGet(certificate.getNotAfter().toInstant().toEpochMilli(), Math::min);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    other.checkClientTrusted(chain, authType, engine);
    note(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    other.checkServerTrusted(chain, authType, engine);
    note(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    other.checkClientTrusted(chain, authType, socket);
    note(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    other.checkServerTrusted(chain, authType, socket);
    note(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    other.checkClientTrusted(chain, authType);
    note(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    other.checkServerTrusted(chain, authType);
    note(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return other.getAcceptedIssuers();
  }
}

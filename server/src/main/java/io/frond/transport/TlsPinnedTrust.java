package io.frond.transport;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts those whom another trusts and whose public key is pinned besides (`pinned_certs`);
/// without another and without pins, everybody (`insecure`). Part of the handshake, so that nothing
/// that speaks TLS can forget the check. Immutable, for any thread.
final class TlsPinnedTrust extends X509ExtendedTrustManager {
  private final @Nullable X509ExtendedTrustManager other;
  private final Set<String> pins;

  /// @param other null where any certificate will do that is pinned (`insecure`)
  /// @param pins SHA-256 of public keys (SPKI) in lower-case hex; empty for any
  TlsPinnedTrust(@Nullable X509ExtendedTrustManager other, Set<String> pins) {
    this.other = other;
    this.pins = pins;
  }

  /// The hash of a certificate's public key, as `pinned_certs` lists it.
  static String pin(X509Certificate certificate) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(certificate.getPublicKey().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (other != null) {
      other.checkClientTrusted(chain, authType, engine);
    }
    checkPinned(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (other != null) {
      other.checkServerTrusted(chain, authType, engine);
    }
    checkPinned(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return other == null ? new X509Certificate[0] : other.getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw onlyEngines();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw onlyEngines();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {
    throw onlyEngines();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw onlyEngines();
  }

  private void checkPinned(X509Certificate[] chain) throws CertificateException {
    if (pins.isEmpty()) {
      return;
    }
    var pin = pin(chain[0]);
    if (!pins.contains(pin)) {
      throw new CertificateException("certificate not pinned, its key id is " + pin);
    }
  }

  private static UnsupportedOperationException onlyEngines() {
    return new UnsupportedOperationException("Netty handshakes with engines");
  }
}

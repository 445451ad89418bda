package io.frond.transport;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What a finished handshake tells of the other side. For any thread.
public final class TlsPins {
  private TlsPins() {}

  /// Whether `pinned_certs` lets the other side in: its own certificate's public key is among them.
  ///
  /// @param pins SHA-256 of public keys (SPKI) in lower-case hex; empty for any key
  public static boolean admits(Set<String> pins, SSLSession session) {
    if (pins.isEmpty()) {
      return true;
    }
    var certificate = peerCertificate(session);
    return certificate != null && pins.contains(pin(certificate));
  }

  /// The other side's own certificate, null when it showed none.
  public static @Nullable X509Certificate peerCertificate(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate x509 ? x509 : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /// The hash of a certificate's public key, as `pinned_certs` lists it.
  public static String pin(X509Certificate certificate) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(certificate.getPublicKey().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
    }
  }
}

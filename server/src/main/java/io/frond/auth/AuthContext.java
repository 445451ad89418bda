package io.frond.auth;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/// What is known of a connection besides its CONNECT.
///
/// @param nonce what INFO asked it to sign, as the ASCII bytes that INFO carried; null when INFO
///   had none
/// @param verifyAndMap the listener's TLS says that the certificate names the user
///   (`verify_and_map`)
/// @param peerCertificate the other side's own certificate, null when it showed none
public record AuthContext(
    byte @Nullable [] nonce, boolean verifyAndMap, @Nullable X509Certificate peerCertificate) {

  /// A connection that no certificate speaks for.
  public static AuthContext plain(byte @Nullable [] nonce) {
    return new AuthContext(nonce, false, null);
  }
}

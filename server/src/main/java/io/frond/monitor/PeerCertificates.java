package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.transport.TransportInfo;
import io.netty.channel.Channel;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/// The certificates that a client showed, as `/connz` lists them.
final class PeerCertificates {
  private PeerCertificates() {}

  static void write(JsonWriter to, Channel channel) {
    var certificates = TransportInfo.peerCertificates(channel);
    if (certificates.isEmpty()) {
      return;
    }
    to.beginArray("tls_peer_certs");
    for (var certificate : certificates) {
      try {
        to.begin();
        to.putIf("subject", certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
        to.put("spki_sha256", sha256(certificate.getPublicKey().getEncoded()));
        to.put("cert_sha256", sha256(certificate.getEncoded()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a certificate that was accepted cannot be encoded", e);
      } finally {
        to.end();
      }
    }
    to.endArray();
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}

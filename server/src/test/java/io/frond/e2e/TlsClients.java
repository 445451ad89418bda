package io.frond.e2e;

import io.frond.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// What TLS clients of the tests trust and show.
final class TlsClients {
  private static final char[] PASSWORD = {'x'};

  private TlsClients() {}

  /// @param ca whom the client trusts
  /// @param own what it shows, null for nothing
  static SSLContext context(Path ca, TestCertificates.@Nullable Issued own)
      throws IOException, GeneralSecurityException {
    var trusted = store();
    try (var in = Files.newInputStream(ca)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var shown = store();
    if (own != null) {
      shown.setKeyEntry("own", own.privateKey(), PASSWORD, new Certificate[] {own.x509()});
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(shown, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore store() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}

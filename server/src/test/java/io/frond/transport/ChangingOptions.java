package io.frond.transport;

import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.CertPair;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestCertificates.Issued;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Options to change one by one; trusts the test's authority unless insecure.
final class ChangingOptions {
  @Nullable String certFile;
  @Nullable String keyFile;
  @Nullable String caFile;
  boolean verify;
  boolean insecure;
  String minVersion = "1.2";
  List<String> cipherSuites = List.of();
  List<String> curves = List.of();
  Set<String> pins = Set.of();
  List<CertPair> more = List.of();

  ChangingOptions(TestCertificates certificates) {
    caFile = certificates.ca().toString();
  }

  ChangingOptions shows(Issued issued) {
    certFile = issued.certificate().toString();
    keyFile = issued.key().toString();
    return this;
  }

  TlsOptions build() {
    return new TlsOptions(
        certFile,
        keyFile,
        caFile,
        verify,
        false,
        insecure,
        TlsOptions.DEFAULT_TIMEOUT,
        minVersion,
        cipherSuites,
        curves,
        pins,
        HandshakeFirst.OFF,
        TlsOptions.DEFAULT_HANDSHAKE_FIRST_DELAY,
        0,
        more);
  }
}

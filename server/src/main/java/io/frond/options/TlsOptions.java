package io.frond.options;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A `tls {}` block, of a listener or of a connection that we dial.
///
/// @param certFile PEM chain, relative to the working directory; null when dialling without one;
///   the first one of `certs`
/// @param keyFile PEM private key (PKCS#8, PKCS#1 or SEC1)
/// @param caFile PEM roots; null means the JDK's
/// @param verify the other side must show a certificate that `caFile` signed
/// @param verifyAndMap as `verify`, and the certificate names the user
/// @param insecure when dialling: accept any certificate
/// @param timeout the handshake's limit, default 2 s
/// @param minVersion "1.2" or "1.3"
/// @param cipherSuites IANA names, empty for the JDK's defaults
/// @param curves named groups in the JDK's spelling, empty for the defaults
/// @param pinnedCerts lower-case hex SHA-256 of accepted public keys (SPKI); empty for any
/// @param handshakeFirst when TLS begins relative to INFO
/// @param handshakeFirstDelay for [HandshakeFirst#AUTO], default 50 ms
/// @param connectionRateLimit handshakes a second, 0 for no limit
/// @param more the other pairs of `certs`: which one is shown, the other side's hello decides
public record TlsOptions(
    @Nullable String certFile,
    @Nullable String keyFile,
    @Nullable String caFile,
    boolean verify,
    boolean verifyAndMap,
    boolean insecure,
    Duration timeout,
    String minVersion,
    List<String> cipherSuites,
    List<String> curves,
    Set<String> pinnedCerts,
    HandshakeFirst handshakeFirst,
    Duration handshakeFirstDelay,
    long connectionRateLimit,
    List<CertPair> more) {

  /// An entry of `certs`: a PEM chain and its private key.
  public record CertPair(String certFile, String keyFile) {}

  /// `handshake_first`: OFF sends INFO in plain text first, ON starts with TLS, AUTO waits for a
  /// TLS hello for a while and sends INFO when none came.
  public enum HandshakeFirst {
    OFF,
    ON,
    AUTO
  }

  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
  public static final Duration DEFAULT_HANDSHAKE_FIRST_DELAY = Duration.ofMillis(50);
}

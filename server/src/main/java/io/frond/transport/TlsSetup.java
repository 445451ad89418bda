package io.frond.transport;

import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// What a TLS context is made of, read and checked. Immutable.
///
/// @param protocols `TLSv1.3`, `TLSv1.2`
/// @param suites of TLS 1.2, by their IANA names; empty for the defaults. Those of 1.3 are always
///   on
/// @param curves named groups in the JDK's spelling; empty for the defaults
/// @param keys what this side shows; empty when a client shows nothing
/// @param trust checks the other side; null for a server that does not ask, and for a client that
///   trusts whom the JDK trusts
/// @param checksHost whether a client wants the certificate to name the host that was dialled
record TlsSetup(
    List<String> protocols,
    List<String> suites,
    List<String> curves,
    List<TlsKeyPair> keys,
    @Nullable X509ExtendedTrustManager trust,
    boolean checksHost) {

  TlsSetup {
    protocols = List.copyOf(protocols);
    suites = List.copyOf(suites);
    curves = List.copyOf(curves);
    keys = List.copyOf(keys);
  }
}

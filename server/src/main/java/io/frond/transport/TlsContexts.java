package io.frond.transport;

import io.frond.options.TlsOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Makes TLS contexts from [TlsOptions], those of listeners by BoringSSL where it can do what they
/// ask for, all others by the JDK. Reads files: for starting and reloading threads, not for event
/// loops; the contexts are for any thread. Nothing else in the server loads a TLS class before a
/// `tls {}` block or a `tls://` URL asks for it.
public final class TlsContexts {
  /// A configured list names those of 1.2, as nats-server's does, and these stay.
  static final List<String> TLS_1_3_SUITES =
      List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");

  /// What [javax.net.ssl.SSLParameters#setNamedGroups] of JDK 25 knows and one should use.
  private static final Set<String> CURVES =
      Set.of("x25519", "x448", "secp256r1", "secp384r1", "secp521r1");

  private TlsContexts() {}

  /// For a listener. Clients must show a certificate when the options say `verify` or
  /// `verify_and_map`, or pin some.
  ///
  /// @throws TlsConfigException when a file is missing or broken, or a name is not known
  public static SslContext server(TlsOptions options) throws TlsConfigException {
    return listening(options, options.verify() || options.verifyAndMap());
  }

  /// For a listener whose peers must always show certificates: the cluster's.
  ///
  /// @throws TlsConfigException when a file is missing or broken, or a name is not known
  public static SslContext mutualServer(TlsOptions options) throws TlsConfigException {
    return listening(options, true);
  }

  /// For connections that we dial. The other side's certificate must have been signed by the
  /// options' CA or, without one, by a root that the JDK trusts, and name the host that was
  /// dialled; unless `insecure`.
  ///
  /// @param options null for a `tls://` URL without a `tls {}` block
  /// @throws TlsConfigException when a file is missing or broken, or a name is not known
  public static SslContext client(@Nullable TlsOptions options) throws TlsConfigException {
    var setup = dialling(options);
    try {
      return TlsBoringSsl.dials(setup)
          ? new TlsDialing(TlsBoringSsl.client(setup), () -> TlsJdk.client(setup))
          : TlsJdk.client(setup);
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  /// The handler of a dialled connection.
  ///
  /// @param context of [#client]
  /// @param host name or address that the certificate must be for; a name is also sent as SNI
  public static SslHandler dial(
      SslContext context, ByteBufAllocator allocator, String host, int port) {
    return context.newHandler(allocator, host, port);
  }

  private static SslContext listening(TlsOptions options, boolean verify)
      throws TlsConfigException {
    var keys = TlsKeyPair.read(options);
    var authorities = authorities(options);
    var asks = verify || !options.pinnedCerts().isEmpty();
    var setup = setup(options, keys, asks ? trusted(options, authorities) : null, false);
    try {
      return TlsBoringSsl.serves(setup) ? TlsBoringSsl.server(setup) : TlsJdk.server(setup);
    } catch (GeneralSecurityException | SSLException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  private static TlsSetup dialling(@Nullable TlsOptions options) throws TlsConfigException {
    if (options == null) {
      return new TlsSetup(protocols("1.2"), List.of(), List.of(), List.of(), null, true);
    }
    if (options.certFile() == null && options.keyFile() != null) {
      throw new TlsConfigException(null, "missing 'cert_file' in TLS configuration");
    }
    var keys = options.certFile() == null ? List.<TlsKeyPair>of() : TlsKeyPair.read(options);
    var trust =
        options.insecure()
            ? new TlsPinnedTrust(null, options.pinnedCerts())
            : trusted(options, authorities(options));
    return setup(options, keys, trust, !options.insecure());
  }

  private static TlsConfigException unusable(Exception e) {
    return new TlsConfigException(null, "certificate and key do not work: " + e.getMessage(), e);
  }

  private static TlsSetup setup(
      TlsOptions options,
      List<TlsKeyPair> keys,
      @Nullable X509ExtendedTrustManager trust,
      boolean checksHost)
      throws TlsConfigException {
    for (var curve : options.curves()) {
      if (!CURVES.contains(curve)) {
        throw new TlsConfigException(null, "curve " + curve + " is not supported");
      }
    }
    var suites = suites(options.cipherSuites());
    var onlyOf13 = suites.isEmpty() && !options.cipherSuites().isEmpty();
    return new TlsSetup(
        protocols(onlyOf13 ? "1.3" : options.minVersion()),
        suites,
        options.curves(),
        keys,
        trust,
        checksHost);
  }

  private static List<String> protocols(String minimum) {
    return minimum.equals("1.3") ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
  }

  /// Those of TLS 1.2.
  private static List<String> suites(List<String> configured) throws TlsConfigException {
    if (configured.isEmpty()) {
      return configured;
    }
    List<String> known;
    try {
      known = List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
    } catch (NoSuchAlgorithmException e) {
      throw new TlsConfigException(null, "this Java runtime has no TLS: " + e.getMessage(), e);
    }
    var suites = new ArrayList<String>();
    for (var suite : configured) {
      if (!known.contains(suite)) {
        throw new TlsConfigException(null, "cipher suite " + suite + " is not supported");
      }
      if (!TLS_1_3_SUITES.contains(suite) && !suites.contains(suite)) {
        suites.add(suite);
      }
    }
    return suites;
  }

  private static X509Certificate @Nullable [] authorities(TlsOptions options)
      throws TlsConfigException {
    return options.caFile() == null ? null : new TlsPemFile(options.caFile()).certificates();
  }

  private static X509ExtendedTrustManager trusted(
      TlsOptions options, X509Certificate @Nullable [] authorities) throws TlsConfigException {
    var trusting = trusting(authorities);
    return options.pinnedCerts().isEmpty()
        ? trusting
        : new TlsPinnedTrust(trusting, options.pinnedCerts());
  }

  /// @param authorities null for the roots that the JDK trusts
  private static X509ExtendedTrustManager trusting(X509Certificate @Nullable [] authorities)
      throws TlsConfigException {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities == null ? null : store(authorities));
      for (var manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
      throw new TlsConfigException(null, "this Java runtime checks no certificates");
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsConfigException(null, "the authorities cannot be used: " + e.getMessage(), e);
    }
  }

  private static KeyStore store(X509Certificate[] authorities)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (var i = 0; i < authorities.length; i++) {
      store.setCertificateEntry(Integer.toString(i), authorities[i]);
    }
    return store;
  }
}

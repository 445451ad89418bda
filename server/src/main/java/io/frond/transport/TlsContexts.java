package io.frond.transport;

import io.frond.options.TlsOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Makes TLS contexts from [TlsOptions]. Reads files: for starting and reloading threads, not for
/// event loops; the contexts are for any thread. Nothing else in the server loads a TLS class
/// before a `tls {}` block or a `tls://` URL asks for it.
public final class TlsContexts {
  /// Of TLS 1.3: a configured list names those of 1.2, as nats-server's does, and these stay.
  private static final List<String> TLS_1_3_SUITES =
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
    return server(options, options.verify() || options.verifyAndMap());
  }

  /// For a listener whose peers must always show certificates: the cluster's.
  ///
  /// @throws TlsConfigException when a file is missing or broken, or a name is not known
  public static SslContext mutualServer(TlsOptions options) throws TlsConfigException {
    return server(options, true);
  }

  /// For connections that we dial. The other side's certificate must have been signed by the
  /// options' CA or, without one, by a root that the JDK trusts, and name the host that was
  /// dialled; unless `insecure`.
  ///
  /// @param options null for a `tls://` URL without a `tls {}` block
  /// @throws TlsConfigException when a file is missing or broken, or a name is not known
  public static SslContext client(@Nullable TlsOptions options) throws TlsConfigException {
    var builder = SslContextBuilder.forClient();
    if (options == null) {
      return built(builder.sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2"), List.of());
    }
    if (options.certFile() != null) {
      builder.keyManager(new TlsKeys(TlsKeyPair.read(options)));
    } else if (options.keyFile() != null) {
      throw new TlsConfigException(null, "missing 'cert_file' in TLS configuration");
    }
    if (options.insecure()) {
      builder.trustManager(
          options.pinnedCerts().isEmpty()
              ? InsecureTrustManagerFactory.INSTANCE.getTrustManagers()[0]
              : new TlsPinnedTrust(null, options.pinnedCerts()));
      builder.endpointIdentificationAlgorithm(null);
    } else {
      builder.trustManager(trusted(options, authorities(options)));
      builder.endpointIdentificationAlgorithm("HTTPS");
    }
    return finished(builder, options);
  }

  /// The handler of a dialled connection.
  ///
  /// @param context of [#client]
  /// @param host name or address that the certificate must be for; a name is also sent as SNI
  public static SslHandler dial(
      SslContext context, ByteBufAllocator allocator, String host, int port) {
    return context.newHandler(allocator, host, port);
  }

  /// Netty's builder is not used here: it looks for BouncyCastle's provider and tries out a context
  /// first, which costs a start as much as the JVM itself.
  private static SslContext server(TlsOptions options, boolean verify) throws TlsConfigException {
    var keys = new KeyManager[] {new TlsKeys(TlsKeyPair.read(options))};
    var suites = options.cipherSuites().isEmpty() ? null : suites(options.cipherSuites());
    checkCurves(options);
    try {
      var authorities = authorities(options);
      if (!verify && options.pinnedCerts().isEmpty()) {
        return listening(options, keys, suites, null);
      }
      return new TlsRenewingContext(
          trusted(options, authorities),
          trust -> listening(options, keys, suites, trust),
          InstantSource.system());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsConfigException(null, "certificate and key do not work: " + e.getMessage(), e);
    }
  }

  /// @param trust of clients, who have to show certificates; null to ask nobody
  private static SslContext listening(
      TlsOptions options,
      KeyManager[] keys,
      @Nullable List<String> suites,
      @Nullable X509ExtendedTrustManager trust)
      throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    var trusted = trust == null ? new TrustManager[0] : new TrustManager[] {trust};
    context.init(keys, trusted, null);
    var made =
        new JdkSslContext(
            context,
            false,
            suites,
            IdentityCipherSuiteFilter.INSTANCE,
            ApplicationProtocolConfig.DISABLED,
            trust == null ? ClientAuth.NONE : ClientAuth.REQUIRE,
            protocols(options).toArray(String[]::new),
            false);
    return options.curves().isEmpty() ? made : new CurvedContext(made, options.curves());
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

  private static SslContext finished(SslContextBuilder builder, TlsOptions options)
      throws TlsConfigException {
    builder.sslProvider(SslProvider.JDK);
    builder.protocols(protocols(options));
    if (!options.cipherSuites().isEmpty()) {
      builder.ciphers(suites(options.cipherSuites()));
    }
    checkCurves(options);
    return built(builder, options.curves());
  }

  private static List<String> protocols(TlsOptions options) {
    return options.minVersion().equals("1.3") ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
  }

  private static void checkCurves(TlsOptions options) throws TlsConfigException {
    for (var curve : options.curves()) {
      if (!CURVES.contains(curve)) {
        throw new TlsConfigException(null, "curve " + curve + " is not supported");
      }
    }
  }

  private static List<String> suites(List<String> configured) throws TlsConfigException {
    List<String> known;
    try {
      known = List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
    } catch (NoSuchAlgorithmException e) {
      throw new TlsConfigException(null, "this Java runtime has no TLS: " + e.getMessage(), e);
    }
    var suites = new ArrayList<>(TLS_1_3_SUITES);
    for (var suite : configured) {
      if (!known.contains(suite)) {
        throw new TlsConfigException(null, "cipher suite " + suite + " is not supported");
      }
      if (!suites.contains(suite)) {
        suites.add(suite);
      }
    }
    return suites;
  }

  private static SslContext built(SslContextBuilder builder, List<String> curves)
      throws TlsConfigException {
    SslContext context;
    try {
      context = builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsConfigException(null, "certificate and key do not work: " + e.getMessage(), e);
    }
    return curves.isEmpty() ? context : new CurvedContext(context, curves);
  }

  /// Netty has no setting for curves with the JDK's TLS, so each engine is told.
  private static final class CurvedContext extends DelegatingSslContext {
    private final String[] curves;

    CurvedContext(SslContext context, List<String> curves) {
      super(context);
      this.curves = curves.toArray(String[]::new);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      var parameters = engine.getSSLParameters();
      parameters.setNamedGroups(curves);
      engine.setSSLParameters(parameters);
    }
  }
}

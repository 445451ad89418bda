package io.frond.transport;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLException;

/// TLS by BoringSSL, native code in a library of Netty's: a quarter of the JDK's processor time for
/// traffic, a third for a handshake, and quick from the first one on. For listeners that ask for no
/// certificates, and for connections that we dial as far as [TlsDialing] says: BoringSSL does not
/// take those with Ed25519 keys from its peers, and as a server it resumes a session without
/// another look at the certificate that began it.
final class TlsBoringSsl {
  /// What Go's TLS, and so nats-server, offers by default.
  private static final List<String> SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  private static final Set<String> CURVES = Set.of("x25519", "secp256r1", "secp384r1", "secp521r1");
  private static final Set<String> KEYS = Set.of("RSA", "EC");

  private TlsBoringSsl() {}

  /// Whether it can do all that a listener's setup asks for, on this machine.
  static boolean serves(TlsSetup setup) {
    return setup.trust() == null && does(setup);
  }

  /// Whether it can do all that a dialled connection's setup asks for, on this machine.
  static boolean dials(TlsSetup setup) {
    return does(setup);
  }

  private static boolean does(TlsSetup setup) {
    return CURVES.containsAll(setup.curves())
        && setup.keys().stream().allMatch(it -> KEYS.contains(it.key().getAlgorithm()))
        && OpenSsl.isAvailable()
        && OpenSsl.versionString().equals("BoringSSL")
        && setup.suites().stream().allMatch(OpenSsl::isCipherSuiteAvailable);
  }

  /// For a listener that it [#serves].
  static SslContext server(TlsSetup setup) throws SSLException {
    return built(SslContextBuilder.forServer(keys(setup)), setup);
  }

  /// For what it [#dials].
  static SslContext client(TlsSetup setup) throws SSLException {
    var builder = SslContextBuilder.forClient();
    if (!setup.keys().isEmpty()) {
      builder.keyManager(keys(setup));
    }
    if (setup.trust() != null) {
      builder.trustManager(setup.trust());
    }
    builder.endpointIdentificationAlgorithm(setup.checksHost() ? "HTTPS" : null);
    var context = built(builder, setup);
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false); // each time another look at the certificate
    }
    return context;
  }

  private static SslContext built(SslContextBuilder builder, TlsSetup setup) throws SSLException {
    var suites = new ArrayList<>(TlsContexts.TLS_1_3_SUITES);
    suites.addAll(setup.suites().isEmpty() ? SUITES : setup.suites());
    builder.sslProvider(SslProvider.OPENSSL).protocols(setup.protocols()).ciphers(suites);
    if (!setup.curves().isEmpty()) {
      builder.option(OpenSslContextOption.GROUPS, setup.curves().toArray(String[]::new));
    }
    return builder.build();
  }

  private static KeyManagerFactory keys(TlsSetup setup) {
    return new OpenSslCachingX509KeyManagerFactory(
        new Keys(new TlsKeys(setup.keys()), Security.getProviders()[0]));
  }

  /// A factory of one manager that is there already: Netty takes no other kind to be cached.
  private static final class Keys extends KeyManagerFactory {
    Keys(KeyManager keys, Provider provider) {
      super(new Given(keys), provider, "frond");
    }
  }

  /// What such a factory consists of.
  private static final class Given extends KeyManagerFactorySpi {
    private final KeyManager[] managers;

    Given(KeyManager manager) {
      managers = new KeyManager[] {manager};
    }

    @Override
    protected void engineInit(KeyStore store, char[] password) {}

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return managers.clone();
    }
  }
}

package io.frond.transport;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// TLS by the JDK: on every machine, with all keys, curves and suites, for listeners that ask for
/// certificates, and where [TlsBoringSsl] cannot do it.
final class TlsJdk {
  private TlsJdk() {}

  /// Netty's builder is not used here: it looks for BouncyCastle's provider and tries out a context
  /// first, which costs a start as much as the JVM itself.
  static SslContext server(TlsSetup setup) throws GeneralSecurityException {
    return setup.trust() == null
        ? listening(setup, null)
        : new TlsRenewingContext(
            setup.trust(), trust -> listening(setup, trust), InstantSource.system());
  }

  /// @param trust of clients, who have to show certificates; null to ask nobody
  private static SslContext listening(TlsSetup setup, @Nullable X509ExtendedTrustManager trust)
      throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    var trusted = trust == null ? new TrustManager[0] : new TrustManager[] {trust};
    context.init(new KeyManager[] {new TlsKeys(setup.keys())}, trusted, null);
    var made =
        new JdkSslContext(
            context,
            false,
            suites(setup),
            IdentityCipherSuiteFilter.INSTANCE,
            ApplicationProtocolConfig.DISABLED,
            trust == null ? ClientAuth.NONE : ClientAuth.REQUIRE,
            setup.protocols().toArray(String[]::new),
            false);
    return withCurves(made, setup.curves());
  }

  /// As for listeners; the authorities that the JDK itself trusts are its own affair.
  static SslContext client(TlsSetup setup) throws SSLException {
    if (setup.trust() == null) {
      return dialling(setup, null);
    }
    try {
      return new TlsRenewingContext(
          setup.trust(), trust -> renewed(setup, trust), InstantSource.system());
    } catch (GeneralSecurityException e) {
      throw new SSLException(e);
    }
  }

  private static SslContext renewed(TlsSetup setup, X509ExtendedTrustManager trust)
      throws GeneralSecurityException {
    try {
      return dialling(setup, trust);
    } catch (SSLException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static SslContext dialling(TlsSetup setup, @Nullable X509ExtendedTrustManager trust)
      throws SSLException {
    var builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    if (!setup.keys().isEmpty()) {
      builder.keyManager(new TlsKeys(setup.keys()));
    }
    if (trust != null) {
      builder.trustManager(trust);
    }
    builder.endpointIdentificationAlgorithm(setup.checksHost() ? "HTTPS" : null);
    builder.protocols(setup.protocols());
    var suites = suites(setup);
    if (suites != null) {
      builder.ciphers(suites);
    }
    return withCurves(builder.build(), setup.curves());
  }

  private static @Nullable List<String> suites(TlsSetup setup) {
    if (setup.suites().isEmpty()) {
      return null;
    }
    var suites = new ArrayList<>(TlsContexts.TLS_1_3_SUITES);
    suites.addAll(setup.suites());
    return suites;
  }

  private static SslContext withCurves(SslContext context, List<String> curves) {
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

package io.frond.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows the one key pair that there is, whoever asks for its kind. The JDK's own key managers take
/// key stores, which encrypt the key first: that costs a start more than all else of TLS. Any
/// thread.
final class TlsOnlyKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "key";

  private final TlsKeyPair pair;

  TlsOnlyKey(TlsKeyPair pair) {
    this.pair = pair;
  }

  /// @param kind such as `RSA`, `EC`, `EC_EC` or `EdDSA`: the key's algorithm, and what signed it
  private boolean is(String kind) {
    var end = kind.indexOf('_');
    return pair.key().getAlgorithm().equals(end < 0 ? kind : kind.substring(0, end));
  }

  private @Nullable String alias(String... kinds) {
    for (var kind : kinds) {
      if (is(kind)) {
        return ALIAS;
      }
    }
    return null;
  }

  private String @Nullable [] aliases(String kind) {
    return is(kind) ? new String[] {ALIAS} : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return aliases(kind);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(kinds);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(kinds);
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return aliases(kind);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(kind);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(kind);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return pair.chain().clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return pair.key();
  }
}

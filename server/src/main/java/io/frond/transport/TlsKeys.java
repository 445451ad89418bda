package io.frond.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows the key pair that suits the other side: the one that there is, or of several the first
/// whose kind it can check and, where it names the server that it wants, whose certificate is for
/// that name. The JDK's own key managers take key stores, which encrypt the key first: that costs a
/// start more than all else of TLS. Any thread.
final class TlsKeys extends X509ExtendedKeyManager {
  private static final int DNS_NAME = 2;

  private final List<TlsKeyPair> pairs;

  /// @param pairs at least one; an alias is a place in it
  TlsKeys(List<TlsKeyPair> pairs) {
    this.pairs = pairs;
  }

  /// @param kind such as `RSA`, `EC`, `EC_EC` or `EdDSA`: the key's algorithm, and what signed it
  private static boolean is(TlsKeyPair pair, String kind) {
    var end = kind.indexOf('_');
    return pair.key().getAlgorithm().equals(end < 0 ? kind : kind.substring(0, end));
  }

  private String @Nullable [] aliases(String kind) {
    var found = new ArrayList<String>();
    for (var i = 0; i < pairs.size(); i++) {
      if (is(pairs.get(i), kind)) {
        found.add(Integer.toString(i));
      }
    }
    return found.isEmpty() ? null : found.toArray(String[]::new);
  }

  /// One that an authority signed whom the server names, else any.
  private @Nullable String alias(String[] kinds, Principal @Nullable [] issuers) {
    String any = null;
    for (var i = 0; i < pairs.size(); i++) {
      var pair = pairs.get(i);
      if (Arrays.stream(kinds).anyMatch(kind -> is(pair, kind))) {
        if (issuers == null || issuers.length == 0 || isIssued(pair, List.of(issuers))) {
          return Integer.toString(i);
        }
        any = any == null ? Integer.toString(i) : any;
      }
    }
    return any;
  }

  private static boolean isIssued(TlsKeyPair pair, List<Principal> issuers) {
    return Arrays.stream(pair.chain())
        .anyMatch(it -> issuers.contains(it.getIssuerX500Principal()));
  }

  /// The place of the pair to show; asked for each kind that the client can check in turn.
  private int chosen(@Nullable SSLEngine engine) {
    if (pairs.size() == 1
        || engine == null
        || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
      return 0;
    }
    var usable = -1;
    for (var i = 0; i < pairs.size(); i++) {
      var pair = pairs.get(i);
      if (isChecked(pair, session.getPeerSupportedSignatureAlgorithms())) {
        if (isFor(pair.chain()[0], session.getRequestedServerNames())) {
          return i;
        }
        usable = usable < 0 ? i : usable;
      }
    }
    return Math.max(0, usable);
  }

  /// @param algorithms such as `SHA256withECDSA`, `RSASSA-PSS` or `Ed25519`
  private static boolean isChecked(TlsKeyPair pair, String[] algorithms) {
    var mark =
        switch (pair.key().getAlgorithm()) {
          case "RSA" -> "RSA";
          case "EC" -> "ECDSA";
          default -> "Ed";
        };
    return Arrays.stream(algorithms)
        .anyMatch(it -> it.contains(mark) && (it.contains("ECDSA") == mark.equals("ECDSA")));
  }

  private static boolean isFor(X509Certificate certificate, List<SNIServerName> wanted) {
    for (var name : wanted) {
      if (name instanceof SNIHostName host) {
        return names(certificate).stream().anyMatch(it -> isName(it, host.getAsciiName()));
      }
    }
    return wanted.isEmpty();
  }

  private static List<String> names(X509Certificate certificate) {
    var names = new ArrayList<String>();
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      for (var each : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (each.getFirst() instanceof Integer kind
            && kind == DNS_NAME
            && each.get(1) instanceof String name) {
          names.add(name);
        }
      }
    } catch (CertificateParsingException e) {
      names.clear(); // then it is for no name
    }
    return names;
  }

  /// @param pattern its first label may be `*`
  private static boolean isName(String pattern, String host) {
    var one = pattern.toLowerCase(Locale.ROOT);
    var other = host.toLowerCase(Locale.ROOT);
    var dot = other.indexOf('.');
    return one.equals(other)
        || (one.startsWith("*.") && dot > 0 && one.substring(1).equals(other.substring(dot)));
  }

  private @Nullable String serverAlias(String kind, @Nullable SSLEngine engine) {
    var place = chosen(engine);
    return is(pairs.get(place), kind) ? Integer.toString(place) : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return aliases(kind);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(kinds, issuers);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(kinds, issuers);
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return aliases(kind);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return serverAlias(kind, null);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return serverAlias(kind, engine);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return pairs.get(Integer.parseInt(alias)).chain().clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return pairs.get(Integer.parseInt(alias)).key();
  }
}

package io.frond.client;

import io.frond.auth.AuthContext;
import io.frond.link.Link;
import io.frond.transport.Arrival;
import io.frond.transport.TransportInfo;
import io.frond.wire.Connect;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client shows beside its CONNECT to be let in. On the link's event loop.
final class Credentials {
  private Credentials() {}

  /// A browser may carry its credentials in cookies (`websocket { user_cookie … }`).
  static Connect withCookies(Connect said, Arrival arrival) {
    var upgrade = arrival.upgrade();
    if (upgrade == null) {
      return said;
    }
    return said.withDefaults(upgrade.user(), upgrade.password(), upgrade.token(), upgrade.jwt());
  }

  /// @param nonce that it was to sign, null for none
  /// @param verifyAndMap whether its certificate names the user
  static AuthContext of(Link link, Arrival arrival, @Nullable String nonce, boolean verifyAndMap) {
    var signed = nonce == null ? null : nonce.getBytes(StandardCharsets.US_ASCII);
    var chain =
        arrival.tls() == Arrival.Tls.NONE
            ? List.<X509Certificate>of()
            : TransportInfo.peerCertificates(link.channel());
    var certificate = chain.isEmpty() ? null : chain.getFirst();
    return new AuthContext(signed, verifyAndMap, certificate);
  }
}

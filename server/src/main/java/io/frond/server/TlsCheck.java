package io.frond.server;

import io.frond.options.ServerOptions;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TlsContexts;
import java.io.IOException;

/// Whether the files that `tls {}` blocks name can be used, which `-t` tells as well.
final class TlsCheck {
  private TlsCheck() {}

  /// @throws IOException naming the first that cannot
  static void run(ServerOptions options) throws IOException {
    var _ = Parts.tls(options.tls(), false);
    var _ = Parts.tls(options.leaf().tls(), false);
    var websocket = options.websocket();
    if (websocket != null) {
      var _ = Parts.tls(websocket.tls(), false);
    }
    var cluster = options.cluster();
    try {
      if (cluster != null && cluster.tls() != null) {
        var _ = TlsContexts.mutualServer(cluster.tls());
      }
      for (var remote : options.leaf().remotes()) {
        if (remote.tls() != null) {
          var _ = TlsContexts.client(remote.tls());
        }
      }
    } catch (TlsConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}

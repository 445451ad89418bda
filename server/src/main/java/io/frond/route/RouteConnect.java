package io.frond.route;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.wire.Connect;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The CONNECT of a server that dialled a route.
///
/// @param common the fields that clients have too: user, password, `lang`
/// @param serverId of the sender (`name`)
/// @param dynamic whether the cluster's name may change
/// @param gateway not empty when a gateway dialled the wrong port
record RouteConnect(
    Connect common,
    String serverId,
    String cluster,
    boolean dynamic,
    boolean headers,
    String gateway) {
  static RouteConnect parse(byte[] json) throws JsonException {
    var from = JsonObject.parse(json);
    return new RouteConnect(
        Connect.parse(json),
        from.text("name", ""),
        from.text("cluster", ""),
        from.flag("cluster_dynamic", false),
        from.flag("headers", false),
        from.text("gateway", ""));
  }

  /// The operation that we send.
  static byte[] operation(
      String serverId,
      ClusterName cluster,
      boolean tls,
      boolean headers,
      @Nullable String user,
      @Nullable String password) {
    var json = JsonWriter.compact().begin();
    json.put("echo", true).put("verbose", false).put("pedantic", false);
    json.putIf("user", user).putIf("pass", password).put("tls_required", tls);
    json.put("headers", headers).put("name", serverId).put("cluster", cluster.name());
    json.putIf("cluster_dynamic", cluster.dynamic()).put("lnoc", true).put("lnocu", true);
    var text = new String(json.end().bytes(), StandardCharsets.UTF_8);
    return ("CONNECT " + text + "\r\n").getBytes(StandardCharsets.UTF_8);
  }
}

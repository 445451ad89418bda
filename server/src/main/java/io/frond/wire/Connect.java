package io.frond.wire;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The CONNECT operation's options, of a client, a route or a leaf (NATS client protocol,
/// "CONNECT"; for a leaf the fields of nats-server's leaf handshake). Absent fields have the
/// protocol's defaults.
///
/// @param sig signature over the nonce, base64 (raw URL or standard)
/// @param protocol 0, or 1 for clients that take asynchronous INFO
/// @param serverId set by servers only: how a leaf is told from a client on one port
/// @param session `frond_session` of a Frond that resumes: who the leaf is, also after a restart
/// @param link `frond_link`: rises with every link of that leaf
/// @param fresh `frond_fresh`: what was kept for the leaf is not wanted; it was joined without
/// @param keeps `frond_keeps`: the leaf keeps what it publishes until it is settled
/// @param denyPublish `deny_pub` of a leaf: what the other side may not send to it
public record Connect(
    boolean verbose,
    boolean pedantic,
    boolean tlsRequired,
    boolean echo,
    boolean headers,
    boolean noResponders,
    @Nullable String user,
    @Nullable String pass,
    @Nullable String authToken,
    @Nullable String nkey,
    @Nullable String jwt,
    @Nullable String sig,
    @Nullable String name,
    @Nullable String lang,
    @Nullable String version,
    int protocol,
    @Nullable String account,
    @Nullable String serverId,
    @Nullable String cluster,
    @Nullable String domain,
    boolean hub,
    boolean isolate,
    boolean jetstream,
    @Nullable String compression,
    @Nullable String remoteAccount,
    @Nullable String session,
    long link,
    boolean fresh,
    boolean keeps,
    List<String> denyPublish) {
  /// What holds for a connection that sent no CONNECT, and the defaults of one that did.
  public static final Connect NONE =
      new Connect(
          true, true, false, true, false, false, null, null, null, null, null, null, null, null,
          null, 0, null, null, null, null, false, false, false, null, null, null, 0, false, false,
          List.of());

  /// Reads a CONNECT.
  ///
  /// @throws JsonException when it is not a JSON object, or a field has another type than it should
  public static Connect parse(byte[] json) throws JsonException {
    var from = new JsonFields(JsonObject.parse(json), "ClientOpts");
    return new Connect(
        flag(from, "verbose", true),
        flag(from, "pedantic", true),
        flag(from, "tls_required", false),
        flag(from, "echo", true),
        flag(from, "headers", false),
        flag(from, "no_responders", false),
        text(from, "user"),
        text(from, "pass"),
        text(from, "auth_token"),
        text(from, "nkey"),
        text(from, "jwt"),
        text(from, "sig"),
        text(from, "name"),
        text(from, "lang"),
        text(from, "version"),
        from.int32("protocol"),
        text(from, "account"),
        text(from, "server_id"),
        text(from, "cluster"),
        text(from, "domain"),
        flag(from, "is_hub", false),
        flag(from, "isolate", false),
        flag(from, "jetstream", false),
        text(from, "compress_mode"),
        text(from, "remote_account"),
        text(from, "frond_session"),
        from.number("frond_link"),
        flag(from, "frond_fresh", false),
        flag(from, "frond_keeps", false),
        from.texts("deny_pub"));
  }

  private static boolean flag(JsonFields from, String name, boolean otherwise)
      throws JsonException {
    return from.has(name) ? from.flag(name) : otherwise;
  }

  private static @Nullable String text(JsonFields from, String name) throws JsonException {
    var text = from.text(name);
    return text.isEmpty() ? null : text;
  }

  /// This with credentials from elsewhere (cookies of a WebSocket) where it has none itself.
  public Connect withDefaults(
      @Nullable String otherUser,
      @Nullable String otherPass,
      @Nullable String otherToken,
      @Nullable String otherJwt) {
    return new Connect(
        verbose,
        pedantic,
        tlsRequired,
        echo,
        headers,
        noResponders,
        user == null ? otherUser : user,
        pass == null ? otherPass : pass,
        authToken == null ? otherToken : authToken,
        nkey,
        jwt == null ? otherJwt : jwt,
        sig,
        name,
        lang,
        version,
        protocol,
        account,
        serverId,
        cluster,
        domain,
        hub,
        isolate,
        jetstream,
        compression,
        remoteAccount,
        session,
        link,
        fresh,
        keeps,
        denyPublish);
  }

  /// The JSON text of a server's CONNECT; absent fields are left out.
  public byte[] json() {
    var to = JsonWriter.compact().begin();
    to.put("verbose", verbose).put("pedantic", pedantic).put("echo", echo);
    to.put("tls_required", tlsRequired)
        .put("headers", headers)
        .putIf("no_responders", noResponders);
    to.putIf("user", user).putIf("pass", pass).putIf("auth_token", authToken);
    to.putIf("nkey", nkey).putIf("jwt", jwt).putIf("sig", sig).put("name", name);
    to.putIf("lang", lang).put("version", version).put("protocol", protocol);
    to.putIf("account", account).putIf("server_id", serverId).putIf("cluster", cluster);
    to.putIf("domain", domain).putIf("is_hub", hub).putIf("isolate", isolate);
    to.putIf("jetstream", jetstream).putIf("compress_mode", compression);
    to.putIf("remote_account", remoteAccount).putIf("frond_session", session);
    to.putIf("frond_link", link).putIf("frond_fresh", fresh).putIf("frond_keeps", keeps);
    to.putIf("deny_pub", denyPublish);
    return to.end().bytes();
  }
}

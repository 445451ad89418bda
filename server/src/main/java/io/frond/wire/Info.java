package io.frond.wire;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The INFO operation that a server sends: to clients (NATS client protocol, "INFO"), routes and
/// leaves (the fields that nats-server 2.14 uses among servers). Built with [Builder], since almost
/// every field is absent almost everywhere.
public final class Info {
  private static final byte[] OPERATION = {'I', 'N', 'F', 'O', ' '};

  /// What [#frond] goes by.
  private static final String FROND = "frond";

  public final String serverId;
  public final String serverName;
  public final String version;
  public final int proto;
  public final String host;
  public final int port;
  public final boolean headers;
  public final boolean authRequired;
  public final boolean tlsRequired;
  public final boolean tlsVerify;
  public final boolean tlsAvailable;
  public final long maxPayload;
  public final boolean jetstream;
  public final int apiLevel;
  public final @Nullable String ip;
  public final long clientId;
  public final @Nullable String clientIp;
  public final @Nullable String nonce;
  public final @Nullable String cluster;
  public final boolean clusterDynamic;
  public final @Nullable String domain;
  public final List<String> connectUrls;
  public final List<String> wsConnectUrls;
  public final boolean lameDuck;
  public final @Nullable String compression;
  public final boolean connectInfo;
  public final @Nullable String remoteAccount;
  public final boolean systemAccount;
  public final boolean infoOnConnect;
  public final int routePoolSize;
  public final int routePoolIndex;
  public final @Nullable String routeAccount;
  public final @Nullable String routeAccountRequest;
  public final int gossipMode;

  /// Whether it takes the origin of leaves' messages and interest on a route.
  public final boolean lnoc;

  /// Whether it names and takes the origin in `LS-`, too.
  public final boolean lnocu;

  /// Whether a Frond says it. It tells by `go`, which every client knows: there are clients that
  /// refuse an INFO with a field that nats-server's does not have.
  public final boolean frond;

  /// The version of the resuming protocol between two Fronds that it speaks, 0 for none.
  public final int resume;

  /// Of a Frond with a store, on a route: what others know it by, which stays the same when it is
  /// started anew; null for none.
  public final @Nullable String lastingId;

  /// Of a Frond on a route: whether it has streams that others reach through it.
  public final boolean streams;

  public final List<String> leafUrls;
  public final @Nullable Permission importPermission;
  public final @Nullable Permission exportPermission;

  /// @param allow null for everything that `deny` leaves
  public record Permission(@Nullable List<String> allow, List<String> deny) {}

  /// From this [#proto] on another server traces messages (ADR-41).
  public static final int TRACES = 3;

  private Info(Builder b) {
    serverId = b.serverId;
    serverName = b.serverName;
    version = b.version;
    proto = b.proto;
    host = b.host;
    port = b.port;
    headers = b.headers;
    authRequired = b.authRequired;
    tlsRequired = b.tlsRequired;
    tlsVerify = b.tlsVerify;
    tlsAvailable = b.tlsAvailable;
    maxPayload = b.maxPayload;
    jetstream = b.jetstream;
    apiLevel = b.apiLevel;
    ip = b.ip;
    clientId = b.clientId;
    clientIp = b.clientIp;
    nonce = b.nonce;
    cluster = b.cluster;
    clusterDynamic = b.clusterDynamic;
    domain = b.domain;
    connectUrls = b.connectUrls;
    wsConnectUrls = b.wsConnectUrls;
    lameDuck = b.lameDuck;
    compression = b.compression;
    connectInfo = b.connectInfo;
    remoteAccount = b.remoteAccount;
    systemAccount = b.systemAccount;
    infoOnConnect = b.infoOnConnect;
    routePoolSize = b.routePoolSize;
    routePoolIndex = b.routePoolIndex;
    routeAccount = b.routeAccount;
    routeAccountRequest = b.routeAccountRequest;
    gossipMode = b.gossipMode;
    lnoc = b.lnoc;
    lnocu = b.lnocu;
    resume = b.resume;
    lastingId = b.lastingId;
    streams = b.streams;
    frond = b.frond;
    leafUrls = b.leafUrls;
    importPermission = b.importPermission;
    exportPermission = b.exportPermission;
  }

  /// The fields of an [Info], mutable until [#build]. One thread.
  public static final class Builder {
    public String serverId = "";
    public String serverName = "";
    public String version = "";
    public int proto = 1;
    public String host = "";
    public int port;
    public boolean headers;
    public boolean authRequired;
    public boolean tlsRequired;
    public boolean tlsVerify;
    public boolean tlsAvailable;
    public long maxPayload;
    public boolean jetstream;
    public int apiLevel;
    public @Nullable String ip;
    public long clientId;
    public @Nullable String clientIp;
    public @Nullable String nonce;
    public @Nullable String cluster;
    public boolean clusterDynamic;
    public @Nullable String domain;
    public List<String> connectUrls = List.of();
    public List<String> wsConnectUrls = List.of();
    public boolean lameDuck;
    public @Nullable String compression;
    public boolean connectInfo;
    public @Nullable String remoteAccount;
    public boolean systemAccount;
    public boolean infoOnConnect;
    public int routePoolSize;
    public int routePoolIndex;
    public @Nullable String routeAccount;
    public @Nullable String routeAccountRequest;
    public int gossipMode;
    public boolean lnoc;
    public boolean lnocu;
    public int resume;
    public @Nullable String lastingId;
    public boolean streams;
    private boolean frond;
    public List<String> leafUrls = List.of();
    public @Nullable Permission importPermission;
    public @Nullable Permission exportPermission;

    public Info build() {
      return new Info(this);
    }
  }

  /// Parses what another server sent.
  ///
  /// @throws JsonException when it is not a JSON object
  public static Info parse(byte[] json) throws JsonException {
    var from = JsonObject.parse(json);
    var b = new Builder();
    b.serverId = from.text("server_id", "");
    b.serverName = from.text("server_name", "");
    b.version = from.text("version", "");
    b.proto = (int) from.number("proto", 0);
    b.host = from.text("host", "");
    b.port = (int) from.number("port", 0);
    b.headers = from.flag("headers", false);
    b.authRequired = from.flag("auth_required", false);
    b.tlsRequired = from.flag("tls_required", false);
    b.tlsVerify = from.flag("tls_verify", false);
    b.tlsAvailable = from.flag("tls_available", false);
    b.maxPayload = from.number("max_payload", 0);
    b.jetstream = from.flag("jetstream", false);
    b.apiLevel = (int) from.number("api_lvl", 0);
    b.ip = from.text("ip");
    b.clientId = from.number("client_id", 0);
    b.clientIp = from.text("client_ip");
    b.nonce = from.text("nonce");
    b.cluster = from.text("cluster");
    b.clusterDynamic = from.flag("cluster_dynamic", false);
    b.domain = from.text("domain");
    b.connectUrls = from.texts("connect_urls");
    b.wsConnectUrls = from.texts("ws_connect_urls");
    b.lameDuck = from.flag("ldm", false);
    b.compression = from.text("compression");
    b.connectInfo = from.flag("connect_info", false);
    b.remoteAccount = from.text("remote_account");
    b.systemAccount = from.flag("acc_is_sys", false);
    b.infoOnConnect = from.flag("info_on_connect", false);
    b.routePoolSize = (int) from.number("route_pool_size", 0);
    b.routePoolIndex = (int) from.number("route_pool_idx", 0);
    b.routeAccount = from.text("route_account");
    b.routeAccountRequest = from.text("route_acc_add_reqid");
    b.gossipMode = (int) from.number("gossip_mode", 0);
    b.lnoc = from.flag("lnoc", false);
    b.lnocu = from.flag("lnocu", false);
    b.resume = (int) from.number("frond_resume", 0);
    b.lastingId = from.text("frond_id");
    b.streams = from.flag("frond_streams", false);
    b.frond = FROND.equals(from.text("go"));
    b.leafUrls = from.texts("leafnode_urls");
    b.importPermission = permission(from.object("import"));
    b.exportPermission = permission(from.object("export"));
    return b.build();
  }

  private static @Nullable Permission permission(@Nullable JsonObject from) {
    if (from == null) {
      return null;
    }
    return new Permission(from.has("allow") ? from.texts("allow") : null, from.texts("deny"));
  }

  /// The JSON text, on one line; absent fields are left out.
  public byte[] json() {
    var to = JsonWriter.compact().begin();
    to.put("server_id", serverId).put("server_name", serverName).put("version", version);
    to.put("proto", proto).put("go", FROND).put("host", host).put("port", port);
    to.put("headers", headers).putIf("auth_required", authRequired);
    to.putIf("tls_required", tlsRequired).putIf("tls_verify", tlsVerify);
    to.putIf("tls_available", tlsAvailable).put("max_payload", maxPayload);
    to.putIf("jetstream", jetstream).putIf("ip", ip).putIf("client_id", clientId);
    to.putIf("client_ip", clientIp).putIf("nonce", nonce).putIf("cluster", cluster);
    to.putIf("cluster_dynamic", clusterDynamic).putIf("domain", domain);
    to.putIf("connect_urls", connectUrls).putIf("ws_connect_urls", wsConnectUrls);
    to.putIf("ldm", lameDuck).putIf("compression", compression);
    to.putIf("connect_info", connectInfo).putIf("remote_account", remoteAccount);
    to.putIf("acc_is_sys", systemAccount).putIf("api_lvl", apiLevel);
    write(to, "import", importPermission);
    write(to, "export", exportPermission);
    to.putIf("info_on_connect", infoOnConnect).putIf("route_pool_size", routePoolSize);
    to.putIf("route_pool_idx", routePoolIndex).putIf("route_account", routeAccount);
    to.putIf("route_acc_add_reqid", routeAccountRequest).putIf("gossip_mode", gossipMode);
    to.putIf("lnoc", lnoc)
        .putIf("lnocu", lnocu)
        .putIf("frond_resume", resume)
        .putIf("frond_id", lastingId)
        .putIf("frond_streams", streams);
    to.putIf("leafnode_urls", leafUrls);
    return to.end().bytes();
  }

  /// The whole operation of a JSON text: `INFO {…}` CR LF.
  public static byte[] line(byte[] json) {
    var line = new byte[json.length + 7];
    System.arraycopy(OPERATION, 0, line, 0, OPERATION.length);
    System.arraycopy(json, 0, line, OPERATION.length, json.length);
    line[line.length - 2] = '\r';
    line[line.length - 1] = '\n';
    return line;
  }

  private static void write(JsonWriter to, String name, @Nullable Permission permission) {
    if (permission == null) {
      return;
    }
    to.begin(name).putIf("allow", permission.allow()).putIf("deny", permission.deny()).end();
  }
}

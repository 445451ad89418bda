package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.LeafOptions;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import io.frond.options.Version;
import io.frond.options.WebSocketOptions;
import io.frond.options.WriteTimeout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/varz`: the server, its options and its counts.
final class Varz {
  private static final int PROTOCOL = 1;

  private final MonitorSource source;
  private final Supplier<Map<String, Long>> requests;
  private final ProcessUsage process = new ProcessUsage();

  /// @param requests how often each endpoint was asked for
  Varz(MonitorSource source, Supplier<Map<String, Long>> requests) {
    this.source = source;
    this.requests = requests;
  }

  void write(JsonWriter to, Query query) {
    var options = source.options();
    var facts = source.facts();
    server(to, options, facts);
    limits(to, options);
    cluster(to, options.cluster(), facts);
    to.begin("gateway").end();
    leaf(to, options.leaf(), facts);
    to.begin("mqtt").end();
    websocket(to, options.websocket(), facts);
    jetStream(source, to.begin("jetstream"), true);
    to.end();
    to.put("tls_timeout", tlsTimeout(options.tls()));
    to.put("write_deadline", options.client().writeDeadline().toNanos());
    writeTimeout(to, options.client().writeTimeout());
    runtime(to, facts);
    counts(to);
    configuration(to, options, facts);
    ended(to, source.counts());
    frond(to);
  }

  /// What JetStream is and has, as fields of the open object.
  ///
  /// @param withFolder whether to say where it stores
  static void jetStream(MonitorSource source, JsonWriter to, boolean withFolder) {
    var jetStream = source.jetStream();
    if (jetStream == null) {
      return;
    }
    try {
      var _ =
          jetStream.ask(report -> {
            report.config(to.begin("config"), withFolder);
            report.stats(to.end().begin("stats"));
            report.limits(to.end().begin("limits"));
            to.end();
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void server(JsonWriter to, ServerOptions options, MonitorSource.Facts facts) {
    to.put("server_id", facts.id()).put("server_name", facts.name());
    to.put("version", Version.NATS).put("proto", PROTOCOL);
    to.put("go", "java" + Runtime.version().feature());
    to.put("host", facts.listening().host()).put("port", facts.listening().port());
    var tls = options.tls();
    to.putIf("auth_required", facts.authRequired());
    to.putIf("tls_required", tls != null && !options.client().allowNonTls());
    to.putIf("tls_verify", tls != null && tls.verify());
    to.putIf("connect_urls", facts.connectUrls());
    to.putIf("ws_connect_urls", facts.websocketUrls());
  }

  private static void limits(JsonWriter to, ServerOptions options) {
    var client = options.client();
    var monitor = options.monitor();
    var http = monitor.http();
    var https = monitor.https();
    to.put("max_connections", client.maxConnections());
    to.putIf("max_subscriptions", client.maxSubscriptions());
    to.put("ping_interval", client.pingInterval().toNanos()).put("ping_max", client.pingMax());
    to.put("http_host", http != null ? http.host() : https != null ? https.host() : "");
    to.put("http_port", http == null ? 0 : http.port());
    to.put("http_base_path", monitor.basePath());
    to.put("https_port", https == null ? 0 : https.port());
    to.put("auth_timeout", seconds(options.auth().timeout()));
    to.put("max_control_line", client.maxControlLine());
    to.put("max_payload", client.maxPayload()).put("max_pending", client.maxPendingBytes());
  }

  private static void cluster(
      JsonWriter to, @Nullable ClusterOptions cluster, MonitorSource.Facts facts) {
    to.begin("cluster").putIf("name", facts.cluster());
    var listen = cluster == null ? null : cluster.listen();
    if (cluster != null && listen != null) {
      to.putIf("addr", listen.host()).putIf("cluster_port", port(facts.clusterPort(), listen));
      to.put("auth_timeout", seconds(cluster.auth().timeout()));
      to.putIf("urls", hosts(cluster.routes()));
      tls(to, cluster.tls(), true);
      to.putIf("pool_size", cluster.poolSize());
      writeDeadline(to, cluster.writeDeadline());
      writeTimeout(to, cluster.writeTimeout());
    }
    to.end();
  }

  private static void leaf(JsonWriter to, LeafOptions leaf, MonitorSource.Facts facts) {
    to.begin("leaf");
    var listen = leaf.listen();
    if (listen != null) {
      to.putIf("host", listen.host()).putIf("port", port(facts.leafPort(), listen));
      var auth = leaf.auth();
      to.put("auth_timeout", auth == null ? 2 : seconds(auth.timeout()));
      tls(to, leaf.tls(), leaf.tls() != null && leaf.tls().verify());
    }
    if (!leaf.remotes().isEmpty()) {
      to.beginArray("remotes");
      leaf.remotes().forEach(remote -> remote(to, remote));
      to.endArray();
    }
    writeDeadline(to, leaf.writeDeadline());
    writeTimeout(to, leaf.writeTimeout());
    to.end();
  }

  private static void remote(JsonWriter to, RemoteOptions remote) {
    to.begin().putIf("local_account", remote.account());
    if (remote.tls() != null) {
      to.put("tls_timeout", seconds(remote.tls().timeout()));
    }
    to.putIf("urls", hosts(remote.urls()));
    if (!remote.denyExports().isEmpty() || !remote.denyImports().isEmpty()) {
      to.begin("deny");
      to.putIf("exports", remote.denyExports()).putIf("imports", remote.denyImports()).end();
    }
    to.end();
  }

  private static void websocket(
      JsonWriter to, @Nullable WebSocketOptions websocket, MonitorSource.Facts facts) {
    to.begin("websocket");
    if (websocket != null) {
      var listen = websocket.listen();
      to.putIf("host", listen.host()).putIf("port", port(facts.websocketPort(), listen));
      var advertise = websocket.advertise();
      to.putIf("advertise", advertise == null ? null : advertise.toString());
      to.putIf("no_auth_user", websocket.noAuthUser()).putIf("jwt_cookie", websocket.jwtCookie());
      to.putIf("handshake_timeout", websocket.handshakeTimeout().toNanos());
      var auth = websocket.auth();
      if (auth != null) {
        to.put("auth_timeout", seconds(auth.timeout()));
      }
      var tls = websocket.tls();
      to.putIf("no_tls", tls == null).putIf("tls_map", tls != null && tls.verifyAndMap());
      to.putIf("tls_pinned_certs", tls == null ? null : tls.pinnedCerts());
      to.putIf("same_origin", websocket.sameOrigin());
      to.putIf("allowed_origins", websocket.allowedOrigins());
      to.putIf("compression", websocket.compression());
    }
    to.end();
  }

  private void runtime(JsonWriter to, MonitorSource.Facts facts) {
    var now = Instant.now();
    to.put("start", facts.started().toString()).put("now", now.toString());
    var up = Duration.between(facts.started(), now).toMillis();
    to.put("uptime", GoText.uptime(up)).put("mem", ProcessUsage.residentBytes());
    var cores = Runtime.getRuntime().availableProcessors();
    to.put("cores", cores).put("gomaxprocs", cores).put("cpu", process.cpuPercent());
  }

  private void counts(JsonWriter to) {
    var counts = source.counts();
    var all = counts.links();
    var clients = counts.clients();
    to.put("connections", source.clients().size());
    to.put("total_connections", counts.connections());
    to.put("routes", source.routes(false).size()).put("remotes", counts.remotes());
    to.put("leafnodes", source.leaves(false).size());
    to.put("in_msgs", all.inMessages()).put("in_bytes", all.inBytes());
    to.put("in_client_msgs", clients.inMessages()).put("in_client_bytes", clients.inBytes());
    to.put("out_msgs", all.outMessages()).put("out_bytes", all.outBytes());
    to.put("out_client_msgs", clients.outMessages()).put("out_client_bytes", clients.outBytes());
    to.put("slow_consumers", counts.slow().all()).put("stale_connections", counts.stale().all());
    to.put("stalled_clients", all.stalls());
    var subscriptions = 0L;
    for (var account : source.accounts()) {
      subscriptions += account.sublist().size();
    }
    to.put("subscriptions", subscriptions);
    to.begin("http_req_stats");
    requests.get().forEach(to::put);
    to.end();
  }

  private void configuration(JsonWriter to, ServerOptions options, MonitorSource.Facts facts) {
    to.put("config_load_time", facts.configured().toString());
    to.put("config_digest", facts.configDigest());
    FeatureFlags.write(to);
    to.putIf("tags", options.tags());
    if (!options.metadata().isEmpty()) {
      to.begin("metadata");
      options.metadata().forEach(to::put);
      to.end();
    }
    var system = source.systemAccount();
    if (system != null) {
      to.put("system_account", system.name());
    }
  }

  private static void ended(JsonWriter to, MonitorSource.Counts counts) {
    ended(to, "slow_consumer_stats", counts.slow());
    ended(to, "stale_connection_stats", counts.stale());
    to.begin("disk_io_wait_stats").put("waiters", 0).put("waits", 0);
    to.put("wait_time", 0).put("max_wait_time", 0).end();
  }

  static void endedIf(JsonWriter to, String name, MonitorSource.Ended ended) {
    if (ended.all() > 0) {
      ended(to, name, ended);
    }
  }

  private static void ended(JsonWriter to, String name, MonitorSource.Ended ended) {
    to.begin(name).put("clients", ended.clients()).put("routes", ended.routes());
    to.put("gateways", 0).put("leafs", ended.leaves()).end();
  }

  /// What is not nats-server's.
  private static void frond(JsonWriter to) {
    to.begin("frond").put("version", Version.FROND);
    to.put("java", Runtime.version().toString()).put("heap_bytes", ProcessUsage.heapBytes()).end();
  }

  private static void tls(JsonWriter to, @Nullable TlsOptions tls, boolean verify) {
    to.put("tls_timeout", tlsTimeout(tls));
    to.putIf("tls_required", tls != null).putIf("tls_verify", tls != null && verify);
  }

  private static void writeDeadline(JsonWriter to, @Nullable Duration deadline) {
    to.putIf("write_deadline", deadline == null ? 0 : deadline.toNanos());
  }

  private static void writeTimeout(JsonWriter to, WriteTimeout timeout) {
    switch (timeout) {
      case DEFAULT -> {}
      case CLOSE -> to.put("write_timeout", "close");
      case RETRY -> to.put("write_timeout", "retry");
    }
  }

  private static List<String> hosts(List<ServerUrl> urls) {
    return urls.stream().map(url -> new HostPort(url.host(), url.port()).toString()).toList();
  }

  private static int port(int bound, HostPort configured) {
    return bound == 0 ? Math.max(0, configured.port()) : bound;
  }

  private static double tlsTimeout(@Nullable TlsOptions tls) {
    return seconds(
        Objects.requireNonNull(tls == null ? TlsOptions.DEFAULT_TIMEOUT : tls.timeout()));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}

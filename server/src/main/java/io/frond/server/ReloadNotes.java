package io.frond.server;

import io.frond.config.ServerOptionsDiff;
import io.frond.config.ServerOptionsDiff.Change;
import io.frond.monitor.GoText;
import io.frond.options.AuthOptions;
import io.frond.options.ClientOptions;
import io.frond.options.JetStreamOptions;
import io.frond.options.LeafOptions;
import io.frond.options.LogOptions;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a reload changed, a line each for the log: nats-server's where it has one, since operators
/// look for these.
final class ReloadNotes {
  private final ArrayList<String> lines = new ArrayList<>();

  private ReloadNotes() {}

  static List<String> of(ServerOptions before, ServerOptions after, ServerOptionsDiff diff) {
    var notes = new ReloadNotes();
    notes.log(before.log(), after.log());
    notes.tls(before.tls(), after.tls());
    notes.auth(before.auth(), after.auth());
    notes.changed("accounts", before.accounts(), after.accounts());
    notes.clients(before.client(), after.client());
    notes.changed("tags", before.tags(), after.tags());
    notes.changed("metadata", before.metadata(), after.metadata());
    notes.note("pid_file", before.pidFile(), after.pidFile());
    notes.note("ports_file_dir", before.portsFileDir(), after.portsFileDir());
    notes.jetstream(before.jetstream(), after.jetstream());
    notes.cluster(diff.changes());
    notes.leaves(diff, after.leaf());
    return notes.lines;
  }

  private void log(LogOptions before, LogOptions after) {
    note("trace_verbose", before.traceVerbose(), after.traceVerbose());
    note("trace_headers", before.traceHeaders(), after.traceHeaders());
    note("trace", before.trace(), after.trace());
    note("debug", before.debug(), after.debug());
    note("logtime", before.time(), after.time());
    note("logtime_utc", before.utc(), after.utc());
    note("log_file", before.file(), after.file());
    note("log_size_limit", before.fileSizeLimit(), after.fileSizeLimit());
    note("logfile_max_num", before.fileMaxNum(), after.fileMaxNum());
    changed("syslog", before.syslog(), after.syslog());
    note("max_traced_msg_len", before.maxTracedMessage(), after.maxTracedMessage());
    note("connect_error_reports", before.connectErrorReports(), after.connectErrorReports());
    note("reconnect_error_reports", before.reconnectErrorReports(), after.reconnectErrorReports());
  }

  private void tls(@Nullable TlsOptions before, @Nullable TlsOptions after) {
    if (after == null || before == null) {
      note("tls", before == null ? "disabled" : "enabled", after == null ? "disabled" : "enabled");
      return;
    }
    changed("tls = enabled", files(before), files(after));
    note("tls timeout", seconds(before.timeout()), seconds(after.timeout()));
    if (!before.pinnedCerts().equals(after.pinnedCerts())) {
      reloaded(after.pinnedCerts().size() + " pinned_certs");
    }
    note(
        "tls handshake_first",
        before.handshakeFirst().toString(),
        after.handshakeFirst().toString());
  }

  /// What a handshake depends on.
  private static List<@Nullable Object> files(TlsOptions tls) {
    var all = new ArrayList<@Nullable Object>();
    all.add(tls.certFile());
    all.add(tls.keyFile());
    all.add(tls.caFile());
    all.add(tls.verify());
    all.add(tls.minVersion());
    all.add(tls.cipherSuites());
    all.add(tls.curves());
    all.add(tls.more());
    return all;
  }

  private void auth(AuthOptions before, AuthOptions after) {
    changed("authorization username", before.user(), after.user());
    changed("authorization password", before.password(), after.password());
    changed("authorization token", before.token(), after.token());
    changed("authorization users", before.users(), after.users());
    changed("no_auth_user", before.noAuthUser(), after.noAuthUser());
    note("authorization timeout", seconds(before.timeout()), seconds(after.timeout()));
  }

  private void clients(ClientOptions before, ClientOptions after) {
    note("max_connections", before.maxConnections(), after.maxConnections());
    note("max_subscriptions", before.maxSubscriptions(), after.maxSubscriptions());
    note("max_subscription_tokens", before.maxSubscriptionTokens(), after.maxSubscriptionTokens());
    note("max_payload", before.maxPayload(), after.maxPayload());
    note("max_control_line", before.maxControlLine(), after.maxControlLine());
    note("max_pending", before.maxPendingBytes(), after.maxPendingBytes());
    note("max_closed_clients", before.maxClosed(), after.maxClosed());
    note("ping_interval", text(before.pingInterval()), text(after.pingInterval()));
    note("ping_max", before.pingMax(), after.pingMax());
    note("write_deadline", text(before.writeDeadline()), text(after.writeDeadline()));
    changed("write_timeout", before.writeTimeout(), after.writeTimeout());
    note("client_advertise", before.advertise(), after.advertise());
    note("allow_non_tls", before.allowNonTls(), after.allowNonTls());
    note("proxy_protocol", before.proxyProtocol(), after.proxyProtocol());
    note("lame_duck_duration", text(before.lameDuckDuration()), text(after.lameDuckDuration()));
    note(
        "lame_duck_grace_period",
        text(before.lameDuckGracePeriod()),
        text(after.lameDuckGracePeriod()));
    if (before.noFastProducerStall() != after.noFastProducerStall()) {
      var not = after.noFastProducerStall() ? "not " : "";
      reloaded("fast producers will " + not + "be stalled");
    }
  }

  private void jetstream(@Nullable JetStreamOptions before, @Nullable JetStreamOptions after) {
    if (before != null && after != null) {
      note("JetStream max_mem_store", before.maxMemory(), after.maxMemory());
      note("JetStream max_file_store", before.maxFile(), after.maxFile());
    }
  }

  private void cluster(Set<Change> changes) {
    if (changes.contains(Change.CLUSTER)
        || changes.contains(Change.CLUSTER_AUTH)
        || changes.contains(Change.CLUSTER_PERMISSIONS)) {
      reloaded("cluster");
    }
    if (changes.contains(Change.ROUTES)) {
      reloaded("cluster routes");
    }
  }

  private void leaves(ServerOptionsDiff diff, LeafOptions after) {
    if (diff.changes().contains(Change.ALLOWED_LEAVES)) {
      reloaded("allowed_leaf_cidrs");
    }
    if (diff.changes().contains(Change.LEAF) || diff.changes().contains(Change.LEAF_AUTH)) {
      reloaded("leafnodes");
    }
    for (var remote : diff.remotesRemoved()) {
      var disabled =
          after.remotes().stream().anyMatch(it -> it.disabled() && it.urls().equals(remote.urls()));
      remote(remote, disabled ? "Disabled value is: true" : "removed");
    }
    diff.remotesAdded().forEach(it -> remote(it, "added"));
    diff.remotesChanged().forEach(it -> remote(it, "changed"));
  }

  private void remote(RemoteOptions remote, String what) {
    reloaded("LeafNode Remote " + text(remote) + " " + what);
  }

  /// Without passwords.
  private static String text(RemoteOptions remote) {
    return remote.urls().stream()
            .map(ServerUrl::toString)
            .collect(Collectors.joining("\", \"", "urls=[\"", "\"]"))
        + ", account=\""
        + remote.account()
        + '"';
  }

  private static String text(Duration duration) {
    return GoText.duration(duration.toNanos());
  }

  private static String seconds(Duration duration) {
    var text = String.valueOf(duration.toMillis() / 1000.0);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private void note(String key, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      reloaded(key + " = " + (after == null ? "" : after));
    }
  }

  private void changed(String what, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      reloaded(what);
    }
  }

  private void reloaded(String what) {
    lines.add("Reloaded: " + what);
  }
}

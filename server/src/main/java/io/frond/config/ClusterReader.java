package io.frond.config;

import io.frond.conf.Position;
import io.frond.conf.Value;
import io.frond.options.AuthOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import io.frond.subject.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `cluster {}` and the flags for it.
final class ClusterReader {
  /// Routes learn of a dead server soon, whatever is configured.
  private static final Duration MAX_PING_INTERVAL = Duration.ofSeconds(30);

  private final Section section;
  private final Flags flags;
  private final Problems problems;

  private ClusterReader(Section section, Flags flags) {
    this.section = section;
    this.flags = flags;
    this.problems = section.problems();
  }

  /// Null when neither file nor flags speak of a cluster.
  static @Nullable ClusterOptions read(Section server, Flags flags) {
    var section = server.section("cluster", Level.CLUSTER);
    var flagged =
        flags.has("cluster_listen")
            || flags.has("routes")
            || flags.has("cluster_name")
            || flags.has("cluster_advertise");
    if (section == null && !flagged) {
      return null;
    }
    if (section == null) {
      var empty = new Value.Table(List.of(), Position.of("the command line"));
      section = new Section(empty, Level.CLUSTER, server.problems());
    }
    return new ClusterReader(section, flags).read();
  }

  private ClusterOptions read() {
    var tls = TlsReader.read(section, TlsReader.Role.MUTUAL);
    var listen = listen();
    var routes = routes();
    if (listen == null && !routes.isEmpty()) {
      if (flags.text("routes") != null) {
        problems.error("--routes needs a cluster to listen, e.g. --cluster nats://0.0.0.0:6222");
      } else {
        problems.warn("routes", section.at("routes"), "is not used: the cluster has no port");
      }
    }
    var auth = auth(tls);
    var permissions = permissions();
    var poolSize = section.number("pool_size", Integer.MIN_VALUE, 1024, 0);
    var advertise =
        flags.text("cluster_advertise") == null
            ? Listeners.advertise(section, "advertise")
            : ServerReader.advertised(flags, "cluster_advertise", problems);
    Compression.read(section, "s2_fast");
    return new ClusterOptions(
        name(),
        listen,
        routes,
        auth,
        tls,
        advertise,
        flags.is("no_advertise", section.flag("no_advertise", false)),
        flags.number(
            "connect_retries",
            0,
            Integer.MAX_VALUE,
            section.number("connect_retries", -1, Integer.MAX_VALUE, 0),
            problems),
        section.flag("connect_backoff", false),
        poolSize == 0 ? ClusterOptions.DEFAULT_POOL_SIZE : Math.max(poolSize, -1),
        permissions == null ? null : permissions.publish(),
        permissions == null ? null : permissions.subscribe(),
        pingInterval(),
        section.number("ping_max", 0, Integer.MAX_VALUE, 0),
        section.optionalDuration("write_deadline", true),
        pinnedAccounts(poolSize),
        ServerReader.writeTimeout(section));
  }

  private @Nullable String name() {
    var name = flags.text("cluster_name");
    if (name == null) {
      name = section.name("name");
    }
    if (name != null && name.indexOf(' ') >= 0) {
      problems.error("the cluster's name cannot contain spaces: \"" + name + '"');
    }
    return name;
  }

  private @Nullable HostPort listen() {
    var listen = Listeners.listen(section, Listeners.ANY_HOST);
    if (flags.has("cluster_listen")) {
      var url = flagUrl();
      listen = url == null ? new HostPort(Listeners.ANY_HOST, 0) : url;
    }
    return listen.port() == 0 ? null : listen;
  }

  /// `--cluster`: a URL with host and port, -1 for any port; null when it is empty or wrong.
  private @Nullable HostPort flagUrl() {
    var text = flags.text("cluster_listen");
    if (text == null) {
      return null;
    }
    var address = text.substring(Math.max(text.indexOf("://") + 3, text.lastIndexOf('@') + 1));
    if (text.indexOf("://") < 0) {
      address = text.substring(text.lastIndexOf('@') + 1);
    }
    var listen =
        Texts.hostPort(
            address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
    if (listen == null) {
      problems.error("--cluster expects a URL such as nats://0.0.0.0:6222, got " + text);
      return null;
    }
    return listen.host().isEmpty() ? new HostPort(Listeners.ANY_HOST, listen.port()) : listen;
  }

  private List<ServerUrl> routes() {
    var routes = new ArrayList<ServerUrl>();
    if (flags.has("routes")) {
      var text = flags.text("routes");
      for (var route : text == null ? new String[0] : text.split(",", -1)) {
        if (!route.isBlank()) {
          add(routes, route, Position.of("--routes"));
        }
      }
      return List.copyOf(routes);
    }
    var seen = new HashSet<String>();
    for (var text : section.texts("routes")) {
      if (seen.add(text.text())) {
        add(routes, text.text(), text.at());
      } else {
        problems.warn("routes", text.at(), "this route comes twice");
      }
    }
    return List.copyOf(routes);
  }

  private void add(List<ServerUrl> routes, String text, Position at) {
    try {
      routes.add(Urls.route(text, ClusterOptions.DEFAULT_PORT));
    } catch (ConfigException e) {
      problems.invalid("routes", at, e.getMessage());
    }
  }

  private AuthOptions auth(@Nullable TlsOptions tls) {
    var auth = section.section("authorization", Level.CLUSTER_AUTHORIZATION);
    var user = auth == null ? null : auth.name("user");
    var password = auth == null ? null : auth.text("password");
    var timeout = auth == null ? AuthReader.defaultTimeout(tls) : AuthReader.timeout(auth, tls);
    if (auth != null && auth.has("users")) {
      auth.invalid("users", "a cluster has one user");
    }
    if (auth != null && auth.has("token")) {
      auth.invalid("token", "a cluster has a user and a password, no token");
    }
    var flag = flags.text("cluster_listen");
    if (flag != null) {
      user = null;
      password = null;
      var at = flag.lastIndexOf('@');
      if (at >= 0) {
        try {
          var url = Urls.route(flag.substring(0, at) + "@localhost:1", ClusterOptions.DEFAULT_PORT);
          user = url.user();
          password = url.password();
          if (password == null) {
            problems.error("expected the cluster's password in --cluster");
          }
        } catch (ConfigException e) {
          problems.error("--cluster: " + e.getMessage());
        }
      }
    }
    return new AuthOptions(user, password, null, List.of(), null, timeout, null);
  }

  /// `permissions`, or the older place inside `authorization`.
  private @Nullable PermissionOptions permissions() {
    var auth = section.section("authorization", Level.CLUSTER_AUTHORIZATION);
    var old = auth != null && auth.has("permissions") ? auth : null;
    if (old != null) {
      problems.warn("permissions", old.at("permissions"), "belongs directly into \"cluster\"");
    }
    if (old != null && section.has("permissions")) {
      old.invalid("permissions", "is given here and in \"cluster\" itself");
    }
    var holder = section.has("permissions") || old == null ? section : old;
    var permissions = PermissionsReader.read(holder, "permissions");
    if (permissions != null && permissions.responses() != null) {
      holder.invalid("permissions", "a cluster has no allow_responses");
    }
    if (permissions != null) {
      checkNoQueues(holder, permissions.subscribe());
    }
    return permissions;
  }

  /// Routes carry interest in subjects; a queue cannot be told apart.
  private static void checkNoQueues(Section holder, @Nullable SubjectRule rule) {
    if (rule == null) {
      return;
    }
    var subjects = new ArrayList<>(rule.deny());
    subjects.addAll(rule.allow() == null ? List.of() : rule.allow());
    for (var subject : subjects) {
      if (!Subjects.isValid(subject)) {
        holder.invalid("permissions", "\"" + subject + "\" is not a valid subject");
      }
    }
  }

  private @Nullable Duration pingInterval() {
    var interval = section.optionalDuration("ping_interval", true);
    if (interval != null && interval.compareTo(MAX_PING_INTERVAL) > 0) {
      problems.warn(
          "ping_interval", section.at("ping_interval"), "30 seconds are the most for routes");
      return MAX_PING_INTERVAL;
    }
    return interval;
  }

  private List<String> pinnedAccounts(int poolSize) {
    var seen = new HashSet<String>();
    for (var text : section.texts("accounts")) {
      if (!seen.add(text.text())) {
        problems.invalid("accounts", text.at(), "account \"" + text.text() + "\" comes twice");
      }
    }
    if (!seen.isEmpty() && poolSize < 0) {
      section.invalid("pool_size", "cannot be negative when \"accounts\" are given");
    }
    return section.strings("accounts");
  }
}

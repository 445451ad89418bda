package io.frond.config;

import io.frond.options.AccountOptions;
import io.frond.options.ClientOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.MonitorOptions;
import io.frond.options.ServerOptions;
import io.frond.options.TlsOptions;
import io.frond.options.WriteTimeout;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the top level and puts the parts together.
final class ServerReader {
  private static final Duration SHORTEST_LAME_DUCK = Duration.ofSeconds(30);
  private static final int LARGE_PAYLOAD = 8 << 20;
  private static final int MAX_TOKENS = 255;

  private final Section section;
  private final Flags flags;
  private final Problems problems;

  ServerReader(Section section, Flags flags) {
    this.section = section;
    this.flags = flags;
    this.problems = section.problems();
  }

  /// @param file where the section comes from, null for none
  ServerOptions read(@Nullable String file) {
    var listen = listen();
    var tls = TlsReader.override(flags, TlsReader.read(section, TlsReader.Role.LISTENER), problems);
    var auth = new AuthReader(section, flags).read(tls);
    var systemAccount = systemAccount(auth.accounts());
    var cluster = ClusterReader.read(section, flags);
    if (section.flag("disable_sublist_cache", false)) {
      problems.warn(
          "disable_sublist_cache", section.at("disable_sublist_cache"), "has no effect here");
    }
    var jetstream = JetStreamReader.read(section, flags);
    checkSystemAccount(auth.accounts(), systemAccount, jetstream != null);
    var hidden = systemHidden(auth.accounts(), jetstream != null);
    var names = accountNames(auth.accounts(), hidden ? null : systemAccount);
    var options =
        new ServerOptions(
            name(),
            listen,
            client(cluster),
            auth.auth(),
            auth.accounts(),
            systemAccount,
            hidden,
            tls,
            cluster,
            LeafReader.read(section, names, auth.allowedLeaves()),
            WebSocketReader.read(section, auth.auth().users()),
            monitor(listen, tls),
            LogReader.read(section, flags),
            jetstream,
            defaultDomains(auth.accounts(), names, systemAccount),
            section.strings("server_tags"),
            section.map("server_metadata"),
            file,
            flags.text("pid") == null ? section.name("pid_file") : flags.text("pid"),
            flags.text("ports_file_dir") == null
                ? section.name("ports_file_dir")
                : flags.text("ports_file_dir"));
    LaneReader.check(section, options);
    return options;
  }

  /// Where the JetStream of accounts is that have none here; as nats-server, not for the system
  /// account, nor for an account that has JetStream of its own.
  private Map<String, String> defaultDomains(
      List<AccountOptions> accounts, Set<String> names, String systemAccount) {
    var domains = section.map("default_js_domain");
    domains.forEach((account, domain) -> {
      if (!names.contains(account)) {
        section.invalid("default_js_domain", "there is no account \"" + account + '"');
      } else if (account.equals(systemAccount)) {
        section.invalid(
            "default_js_domain", "the system account \"" + account + "\" cannot be in it");
      } else if (!domain.isEmpty() && hasJetStream(accounts, account)) {
        section.invalid("default_js_domain", "account \"" + account + "\" has JetStream itself");
      } else if (!JetStreamReader.isName(domain)) {
        section.invalid("default_js_domain", JetStreamReader.BAD_DOMAIN);
      }
    });
    return domains;
  }

  private static boolean hasJetStream(List<AccountOptions> accounts, String name) {
    return accounts.stream().anyMatch(it -> it.name().equals(name) && it.jetstream() != null);
  }

  private @Nullable String name() {
    var flag = flags.text("server_name");
    var name = flag == null ? section.name("server_name") : flag;
    if (name != null && name.indexOf(' ') >= 0) {
      problems.error("server name cannot contain spaces: \"" + name + '"');
    }
    return name;
  }

  private HostPort listen() {
    var listen = Listeners.listen(section, Listeners.ANY_HOST);
    var host = flags.text("addr") == null ? listen.host() : flags.text("addr");
    var port =
        flags.number("port", Listeners.ANY_PORT, Listeners.MAX_PORT, listen.port(), problems);
    return new HostPort(host, port == 0 ? ServerOptions.DEFAULT_PORT : port);
  }

  private String systemAccount(List<AccountOptions> accounts) {
    var name = section.name("system_account");
    if (name == null || name.equals(AccountOptions.SYSTEM)) {
      return AccountOptions.SYSTEM;
    }
    for (var account : accounts) {
      if (account.name().equals(name)) {
        return name;
      }
    }
    if (!section.refused()) {
      section.invalid("system_account", "there is no account \"" + name + '"');
    }
    return name;
  }

  /// As with nats-server, `no_system_account` yields to an account that is there after all, and to
  /// JetStream.
  private boolean systemHidden(List<AccountOptions> accounts, boolean jetstream) {
    return section.flag("no_system_account", false)
        && section.name("system_account") == null
        && !jetstream
        && accounts.stream().noneMatch(it -> it.name().equals(AccountOptions.SYSTEM));
  }

  private void checkSystemAccount(
      List<AccountOptions> accounts, String systemAccount, boolean jetstream) {
    for (var account : accounts) {
      if (jetstream && account.name().equals(systemAccount) && account.jetstream() != null) {
        problems.error("the system account \"" + systemAccount + "\" cannot have JetStream");
      }
    }
  }

  private static Set<String> accountNames(
      List<AccountOptions> accounts, @Nullable String systemAccount) {
    var names = new HashSet<String>();
    names.add(AccountOptions.GLOBAL);
    if (systemAccount != null) {
      names.add(systemAccount);
    }
    for (var account : accounts) {
      names.add(account.name());
    }
    return names;
  }

  private ClientOptions client(@Nullable ClusterOptions cluster) {
    var defaults = ClientOptions.DEFAULT;
    var maxPending = section.whole("max_pending", 0, Long.MAX_VALUE, 0);
    var maxConnections =
        section.number("max_connections", -1, Integer.MAX_VALUE, defaults.maxConnections());
    var writeDeadline = section.duration("write_deadline", defaults.writeDeadline());
    var pingInterval = section.duration("ping_interval", defaults.pingInterval());
    var lameDuck = section.duration("lame_duck_duration", defaults.lameDuckDuration());
    if (lameDuck.compareTo(SHORTEST_LAME_DUCK) < 0) {
      section.invalid("lame_duck_duration", "30 seconds are the least");
    }
    var grace = section.duration("lame_duck_grace_period", defaults.lameDuckGracePeriod());
    if (grace.compareTo(lameDuck) >= 0) {
      problems.error(
          "lame_duck_grace_period must be shorter than lame_duck_duration, which is "
              + lameDuck.toSeconds()
              + " seconds");
    }
    var client =
        new ClientOptions(
            maxConnections == 0 ? -1 : maxConnections,
            Math.max(0, section.number("max_subscriptions", -1, Integer.MAX_VALUE, 0)),
            section.number("max_subscription_tokens", 1, MAX_TOKENS, 0),
            section.numberOrDefault("max_payload", Integer.MAX_VALUE, defaults.maxPayload()),
            section.numberOrDefault(
                "max_control_line", Integer.MAX_VALUE, defaults.maxControlLine()),
            maxPending == 0 ? defaults.maxPendingBytes() : maxPending,
            writeDeadline.isZero() ? defaults.writeDeadline() : writeDeadline,
            pingInterval.isZero() ? defaults.pingInterval() : pingInterval,
            section.numberOrDefault("ping_max", Integer.MAX_VALUE, defaults.pingMax()),
            section.numberOrDefault("max_closed_clients", Integer.MAX_VALUE, defaults.maxClosed()),
            section.flag("no_header_support", false),
            section.flag("no_fast_producer_stall", false),
            flags.text("client_advertise") == null
                ? Listeners.advertise(section, "client_advertise")
                : advertised(flags, "client_advertise", problems),
            cluster != null && cluster.noAdvertise(),
            lameDuck,
            grace,
            section.flag("allow_non_tls", false),
            writeTimeout(section),
            section.flag("proxy_protocol", false));
    checkPayload(client);
    return client;
  }

  private void checkPayload(ClientOptions client) {
    if (client.maxPayload() > client.maxPendingBytes()) {
      problems.error(
          "max_payload ("
              + client.maxPayload()
              + ") cannot be higher than max_pending ("
              + client.maxPendingBytes()
              + ")");
    }
    if (client.maxPayload() > LARGE_PAYLOAD) {
      problems.warn("max_payload", section.at("max_payload"), "more than 8 MiB are discouraged");
    }
  }

  private MonitorOptions monitor(HostPort listen, @Nullable TlsOptions tls) {
    var http = monitorAddress("http", "http_port", listen.host());
    var https = monitorAddress("https", "https_port", listen.host());
    if (http != null && https != null) {
      problems.error("monitoring is over HTTP or over HTTPS, not both");
    }
    if (https != null && tls == null) {
      problems.error("monitoring over HTTPS needs \"tls\"");
    }
    return new MonitorOptions(http, https, basePath());
  }

  /// @param portKey the key and the flag that give the port alone
  private @Nullable HostPort monitorAddress(String key, String portKey, String defaultHost) {
    var address = Listeners.address(section, key, defaultHost);
    var host = address == null ? defaultHost : address.host();
    var port = address == null ? 0 : address.port();
    port = section.number(portKey, Listeners.ANY_PORT, Listeners.MAX_PORT, port);
    port = flags.number(portKey, Listeners.ANY_PORT, Listeners.MAX_PORT, port, problems);
    return port == 0 ? null : new HostPort(host, port);
  }

  /// With a slash before it and none behind; empty for none.
  private String basePath() {
    var path = section.name("http_base_path");
    if (path == null) {
      return "";
    }
    var base = path.startsWith("/") ? path : "/" + path;
    while (base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    return base;
  }

  static WriteTimeout writeTimeout(Section section) {
    var policy = section.text("write_timeout");
    if (policy == null) {
      return WriteTimeout.DEFAULT;
    }
    return switch (policy) {
      case "default" -> WriteTimeout.DEFAULT;
      case "close" -> WriteTimeout.CLOSE;
      case "retry" -> WriteTimeout.RETRY;
      default -> {
        section.invalid("write_timeout", "expected default, close or retry");
        yield WriteTimeout.DEFAULT;
      }
    };
  }

  /// An address from a flag, null when the flag is absent or wrong.
  static @Nullable HostPort advertised(Flags flags, String name, Problems problems) {
    var text = flags.text(name);
    if (text == null) {
      return null;
    }
    var address = Texts.advertised(text);
    if (address == null) {
      problems.error("invalid value \"" + text + "\" for flag -" + name + ": expected host:port");
    }
    return address;
  }
}

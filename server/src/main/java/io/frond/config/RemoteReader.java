package io.frond.config;

import io.frond.conf.Value;
import io.frond.nkey.Nkey;
import io.frond.options.AccountOptions;
import io.frond.options.LeafOptions;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one of `leafnodes { remotes }`.
final class RemoteReader {
  private static final Duration PROXY_TIMEOUT = Duration.ofSeconds(10);

  private RemoteReader() {}

  /// Null when it has no usable URL, which is reported.
  ///
  /// @param outage what holds where the remote does not say otherwise
  static @Nullable RemoteOptions read(Section section, LinkRules outage) {
    var urls = urls(section);
    var tls = TlsReader.read(section, TlsReader.Role.DIALER);
    var account = section.name("account");
    var seed = section.text("nkey");
    if (seed != null && !Nkey.isUserSeed(seed)) {
      section.invalid("nkey", "expected the seed of a user: SU and 56 letters and digits");
      seed = null;
    }
    var preferOrder = section.flag("prefer_order", false);
    var firstInfo = section.duration("first_info_timeout", Duration.ZERO);
    var dialTimeout = section.optionalDuration("dial_timeout", true);
    var remote =
        new RemoteOptions(
            urls,
            account == null ? AccountOptions.GLOBAL : account,
            seed,
            PermissionsReader.subjects(section, "deny_imports", false),
            PermissionsReader.subjects(section, "deny_exports", false),
            section.flag("hub", false),
            section.flag("no_randomize", false),
            preferOrder,
            section.flag("disabled", false),
            section.flag("isolate_leafnode_interest", false),
            section.flag("request_isolation", false),
            section.flag("ignore_discovered_servers", false),
            tls,
            Compression.read(section, "s2_auto"),
            section.flag("ws_compression", false),
            section.flag("ws_no_masking", false),
            firstInfo.isZero() ? RemoteOptions.DEFAULT_FIRST_INFO_TIMEOUT : firstInfo,
            dialTimeout == null || dialTimeout.isZero() ? null : dialTimeout,
            proxy(section, urls, tls),
            OutageReader.readRemote(section, outage),
            LaneReader.read(section));
    if (urls.isEmpty()) {
      if (!section.has("url")) {
        section.problems().error("the remote at " + section.at() + " needs \"url\" or \"urls\"");
      }
      return null;
    }
    return remote;
  }

  private static List<ServerUrl> urls(Section section) {
    var urls = new ArrayList<ServerUrl>();
    var seen = new HashSet<String>();
    for (var text : section.texts("url")) {
      if (!seen.add(text.text())) {
        section.problems().warn("urls", text.at(), "this URL comes twice");
        continue;
      }
      var url = url(section, text);
      if (url != null) {
        urls.add(url);
      }
    }
    var webSockets = 0;
    for (var url : urls) {
      webSockets += url.webSocket() ? 1 : 0;
    }
    if (webSockets != 0 && webSockets != urls.size()) {
      section.invalid("url", "a remote cannot have a mix of websocket and non-websocket urls");
    }
    return List.copyOf(urls);
  }

  private static @Nullable ServerUrl url(Section section, Value.Text text) {
    try {
      var url = Urls.remote(text.text(), LeafOptions.DEFAULT_PORT);
      if (url.webSocket() && Urls.hasNoPort(text.text())) {
        var usual = url.secure() ? 443 : 80;
        section
            .problems()
            .warn(
                "url",
                text.at(),
                "names no port, which means 7422 for every remote; write :"
                    + usual
                    + " if you meant that");
      }
      return url;
    } catch (ConfigException e) {
      section.problems().invalid("url", text.at(), e.getMessage());
      return null;
    }
  }

  private static RemoteOptions.@Nullable Proxy proxy(
      Section remote, List<ServerUrl> urls, @Nullable TlsOptions tls) {
    var section = remote.section("proxy", Level.PROXY);
    if (section == null) {
      return null;
    }
    var text = section.name("url");
    var user = section.name("username");
    var password = section.name("password");
    var timeout = section.duration("timeout", PROXY_TIMEOUT);
    if (text == null) {
      return null;
    }
    if ((user == null) != (password == null)) {
      section
          .problems()
          .error("the proxy at " + section.at() + " needs username and password, or neither");
    }
    for (var url : urls) {
      if (url.scheme().equals("wss") && tls == null) {
        section
            .problems()
            .error("a proxy for " + url + " needs \"tls\" in the remote at " + remote.at());
      } else if (!url.webSocket()) {
        section
            .problems()
            .warn("proxy", section.at(), "is not used for " + url + ", only for ws:// and wss://");
      }
    }
    try {
      return new RemoteOptions.Proxy(
          Urls.proxy(text), user, password, timeout.isZero() ? PROXY_TIMEOUT : timeout);
    } catch (ConfigException e) {
      section.invalid("url", e.getMessage());
      return null;
    }
  }
}

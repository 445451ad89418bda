package io.frond.config;

import io.frond.nkey.Nkey;
import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.Cidr;
import io.frond.options.HostPort;
import io.frond.options.LeafOptions;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.options.RemoteOptions;
import io.frond.options.TlsOptions;
import io.frond.options.UserOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `leafnodes {}`, also written `leaf {}`.
final class LeafReader {
  private static final int[] OLDEST = {2, 8, 0};
  private static final Pattern VERSION =
      Pattern.compile("v?(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})([-+].*)?");

  private final Section section;
  private final Set<String> accounts;
  private final Problems problems;

  private LeafReader(Section section, Set<String> accounts) {
    this.section = section;
    this.accounts = accounts;
    this.problems = section.problems();
  }

  /// @param accounts that exist, to check those that are named
  /// @param allowed of the server's `authorization`
  static LeafOptions read(Section server, Set<String> accounts, @Nullable List<Cidr> allowed) {
    var section = server.section("leafnodes", Level.LEAFNODES);
    if (section != null) {
      return new LeafReader(section, accounts).read(allowed);
    }
    var none = LeafOptions.NONE;
    return new LeafOptions(
        null,
        null,
        null,
        null,
        false,
        null,
        false,
        none.reconnectDelay(),
        none.dialTimeout(),
        null,
        List.of(),
        allowed,
        null,
        none.writeTimeout(),
        none.outage());
  }

  private LeafOptions read(@Nullable List<Cidr> allowed) {
    HostPort listen = Listeners.listen(section, Listeners.ANY_HOST);
    var tls = TlsReader.read(section, TlsReader.Role.LISTENER);
    var reconnect = section.duration("reconnect", LeafOptions.DEFAULT_RECONNECT);
    var dial = section.duration("dial_timeout", LeafOptions.DEFAULT_DIAL_TIMEOUT);
    var outage = OutageReader.read(section);
    return new LeafOptions(
        listen.port() == 0 ? null : listen,
        auth(tls),
        tls,
        Listeners.advertise(section, "advertise"),
        section.flag("no_advertise", false),
        minVersion(),
        section.flag("isolate_leafnode_interest", false),
        reconnect.isZero() ? LeafOptions.DEFAULT_RECONNECT : reconnect,
        dial.isZero() ? LeafOptions.DEFAULT_DIAL_TIMEOUT : dial,
        section.optionalDuration("write_deadline", true),
        remotes(outage.link()),
        allowed,
        Compression.read(section, "s2_auto"),
        ServerReader.writeTimeout(section),
        outage);
  }

  /// Null without such a block: then the clients' authentication applies.
  private @Nullable AuthOptions auth(@Nullable TlsOptions tls) {
    var auth = section.section("authorization", Level.LEAF_AUTHORIZATION);
    if (auth == null) {
      return null;
    }
    var user = auth.name("user");
    var password = auth.text("password");
    var nkey = auth.text("nkey");
    var account = auth.name("account");
    checkAccount(auth, "account", account);
    var users = new ArrayList<UserOptions>();
    users.addAll(new UsersReader().readLeafUsers(auth, AccountOptions.GLOBAL));
    for (var each : users) {
      checkAccount(auth, "users", each.account());
    }
    if (!users.isEmpty() && user != null) {
      auth.invalid("users", "cannot have a single user as well");
    }
    if (!users.isEmpty() && nkey != null) {
      auth.invalid("users", "cannot have a single nkey as well");
    }
    if (nkey != null && !Nkey.isPublicUserKey(nkey)) {
      auth.invalid("nkey", "expected the public nkey of a user: U and 55 letters and digits");
    } else if (nkey != null) {
      var bound = account == null ? AccountOptions.GLOBAL : account;
      users.add(new UserOptions(null, null, nkey, bound, null, Set.of()));
    }
    return new AuthOptions(
        user, password, null, List.copyOf(users), null, AuthReader.timeout(auth, tls), account);
  }

  private void checkAccount(Section holder, String key, @Nullable String account) {
    if (account != null && !accounts.contains(account)) {
      holder.invalid(key, "there is no account \"" + account + '"');
    }
  }

  private @Nullable String minVersion() {
    var version = section.text("min_version");
    if (version == null) {
      return null;
    }
    var numbers = VERSION.matcher(version);
    if (!numbers.matches()) {
      section.invalid("min_version", "expected a version such as 2.10.0, got \"" + version + '"');
      return null;
    }
    for (var i = 0; i < 3; i++) {
      var number = Integer.parseInt(numbers.group(i + 1));
      if (number > OLDEST[i]) {
        return version;
      }
      if (number < OLDEST[i]) {
        section.invalid("min_version", "must be 2.8.0 or later");
        return null;
      }
    }
    return version;
  }

  private List<RemoteOptions> remotes(LinkRules outage) {
    var remotes = new ArrayList<RemoteOptions>();
    var seen = new HashMap<String, Section>();
    for (var each : section.sections("remotes", Level.REMOTE)) {
      var remote = RemoteReader.read(each, outage);
      if (remote == null) {
        continue;
      }
      checkAccount(each, "account", remote.account());
      var id = remote.account() + ' ' + remote.nkeySeed() + ' ' + users(remote);
      var earlier = seen.putIfAbsent(id, each);
      if (earlier == null) {
        remotes.add(remote);
      } else {
        problems.error("the remote at " + each.at() + " is the same as the one at " + earlier.at());
      }
    }
    return List.copyOf(remotes);
  }

  /// The URLs with their users, who make a difference.
  private static String users(RemoteOptions remote) {
    var text = new StringBuilder();
    for (var url : remote.urls()) {
      text.append(url)
          .append(' ')
          .append(url.user())
          .append(':')
          .append(url.password())
          .append(' ');
    }
    return text.toString();
  }
}

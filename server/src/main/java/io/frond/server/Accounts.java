package io.frond.server;

import io.frond.account.Account;
import io.frond.account.Renames;
import io.frond.options.AccountOptions;
import io.frond.options.ServerOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The server's accounts by name: `$G`, the system account, and those that the configuration names.
/// Any thread.
public final class Accounts {
  private final ConcurrentHashMap<String, Account> byName = new ConcurrentHashMap<>();
  private final List<Consumer<Account>> watchers = new CopyOnWriteArrayList<>();
  private final int loops;
  private final boolean toldToOthers;
  private final String system;
  private final boolean hidden;

  /// What the configuration names now; others were taken out of it by a reload, and stay for what
  /// they hold in case they come back.
  private volatile Set<String> configured = Set.of();

  Accounts(ServerOptions options, int loops) {
    this.loops = loops;
    toldToOthers = talksToServers(options);
    system = options.systemAccount();
    hidden = options.systemHidden();
    configure(options);
  }

  private static boolean talksToServers(ServerOptions options) {
    var leaf = options.leaf();
    return options.cluster() != null
        || leaf.listen() != null
        || leaf.allowed() != null
        || !leaf.remotes().isEmpty()
        || options.websocket() != null;
  }

  /// Creates accounts that are new and changes the limits of those that there are.
  void configure(ServerOptions options) {
    var names = new HashSet<>(Set.of(AccountOptions.GLOBAL, options.systemAccount()));
    options.accounts().forEach(each -> names.add(each.name()));
    configured = names;
    add(AccountOptions.unlimited(AccountOptions.GLOBAL), options);
    add(AccountOptions.unlimited(options.systemAccount()), options);
    options.accounts().forEach(it -> add(it, options));
  }

  private void add(AccountOptions options, ServerOptions server) {
    var known = byName.get(options.name());
    if (known != null) {
      known.limits(options);
      return;
    }
    var account = new Account(options, loops, toldToOthers);
    if (!account.name().equals(system)) {
      account.renames(renames(account.name(), server));
    }
    byName.put(options.name(), account);
    watchers.forEach(watcher -> watcher.accept(account));
  }

  private static @Nullable Renames renames(String account, ServerOptions server) {
    var jetstream = server.jetstream();
    var domain = jetstream == null ? null : jetstream.domain();
    var other =
        server.jetStreamOf(account) == null
            ? server.defaultDomains().getOrDefault(account, "")
            : "";
    return Renames.ofDomains(domain == null ? "" : domain, other);
  }

  /// Tells of each account that is made from now on, and of those that there are.
  public void watch(Consumer<Account> watcher) {
    watchers.add(watcher);
    new ArrayList<>(byName.values()).forEach(watcher);
  }

  public @Nullable Account get(String name) {
    return byName.get(name);
  }

  public Account global() {
    return Objects.requireNonNull(byName.get(AccountOptions.GLOBAL));
  }

  public Account system() {
    return Objects.requireNonNull(byName.get(system));
  }

  public Collection<Account> all() {
    return byName.values();
  }

  /// Those that are configured, but for a system account that is hidden.
  Collection<Account> visible() {
    return byName.values().stream()
        .filter(it -> configured.contains(it.name()) && !(hidden && it == system()))
        .toList();
  }
}

package io.frond.monitor;

import io.frond.account.Account;
import io.frond.json.JsonWriter;
import java.time.Instant;

/// `/accountz`: the accounts' names, or one of them.
final class Accountz {
  private final MonitorSource source;

  Accountz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var name = query.text("acc");
    var facts = source.facts();
    var system = source.systemAccount();
    to.put("server_id", facts.id()).put("now", Instant.now().toString());
    if (system != null) {
      to.put("system_account", system.name());
    }
    if (name.isEmpty()) {
      to.put("accounts", source.accounts().stream().map(Account::name).sorted().toList());
      return;
    }
    write(to.begin("account_detail"), find(name));
    to.end();
  }

  /// Of one account, `acc`, nothing but what it is.
  void detail(JsonWriter to, Query query) throws BadRequestException {
    write(to, find(query.text("acc")));
  }

  private Account find(String name) throws BadRequestException {
    return source.accounts().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new BadRequestException("Account " + name + " does not exist"));
  }

  private void write(JsonWriter to, Account account) {
    var name = account.name();
    to.put("account_name", name);
    to.put("update_time", source.facts().configured().toString());
    to.putIf("is_system", account == source.systemAccount());
    to.put("expired", false).put("complete", true).put("jetstream_enabled", hasJetStream(name));
    to.put("leafnode_connections", account.leaves().get());
    to.put("client_connections", account.clients().get());
    to.put("subscriptions", account.sublist().size()).put("name_tag", name);
    to.begin("sublist_stats");
    Subsz.write(to, account.sublist().stats());
    to.end();
  }

  private boolean hasJetStream(String account) {
    return source.jetStream() != null && source.options().jetStreamOf(account) != null;
  }
}

package io.frond.monitor;

import io.frond.account.Account;
import io.frond.account.AccountStats.Way;
import io.frond.json.JsonWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;

/// `/accstatz`: what each account's connections sent and received.
public final class Accstatz {
  private final MonitorSource source;

  public Accstatz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var unused = query.flag("unused");
    var only = query.text("acc");
    var slow = source.counts().slowByAccount();
    to.put("server_id", source.facts().id()).put("now", Instant.now().toString());
    to.beginArray("account_statz");
    source.accounts().stream()
        .filter(account -> unused || account.clients().get() + account.leaves().get() > 0)
        .filter(account -> only.isEmpty() || account.name().equals(only))
        .sorted(Comparator.comparing(Account::name))
        .forEach(account -> write(to, account, slow));
    to.endArray();
  }

  /// Writes what one account's connections did into the object that is open.
  public void fields(JsonWriter to, Account account) {
    fields(to, account, source.counts().slowByAccount());
  }

  private static void write(JsonWriter to, Account account, Map<String, Long> slow) {
    fields(to.begin(), account, slow);
    to.end();
  }

  private static void fields(JsonWriter to, Account account, Map<String, Long> slow) {
    var clients = account.clients().get();
    var leaves = account.leaves().get();
    var stats = account.stats();
    to.put("acc", account.name()).put("name", account.name());
    to.put("conns", clients).put("leafnodes", leaves).put("total_conns", clients + leaves);
    to.put("num_subscriptions", account.sublist().size());
    traffic(to.begin("sent"), way -> pair(to, stats.outMessages(way), stats.outBytes(way)));
    traffic(to.begin("received"), way -> pair(to, stats.inMessages(way), stats.inBytes(way)));
    to.put("slow_consumers", slow.getOrDefault(account.name(), 0L));
  }

  /// All, and what of it went over links between servers. There are no gateways.
  private static void traffic(JsonWriter to, Consumer<Way> counts) {
    counts.accept(Way.ALL);
    pair(to.begin("gateways"), 0, 0);
    to.end().begin("routes");
    counts.accept(Way.ROUTES);
    to.end().begin("leafs");
    counts.accept(Way.LEAVES);
    to.end().end();
  }

  private static void pair(JsonWriter to, long messages, long bytes) {
    to.put("msgs", messages).put("bytes", bytes);
  }
}

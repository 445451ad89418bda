package io.frond.monitor;

import io.frond.account.Account;
import io.frond.client.ClientSubscription;
import io.frond.json.JsonWriter;
import io.frond.subject.Subjects;
import io.frond.subject.SublistStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// `/subsz` and its old name `/subscriptionsz`: interest, and the clients' subscriptions in pages.
final class Subsz {
  private static final int LIMIT = 1024;

  private record Found(String account, ClientSubscription subscription) {}

  private final MonitorSource source;

  Subsz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var subs = query.flag("subs");
    var offset = Math.max(0, query.number("offset"));
    var asked = query.number("limit");
    var limit = asked <= 0 ? LIMIT : asked;
    var test = query.text("test");
    if (!test.isEmpty() && !Subjects.isValidLiteral(test)) {
      throw new BadRequestException("invalid test subject, must be valid publish subject: " + test);
    }
    var accounts = accounts(query.text("acc"));
    to.put("server_id", source.facts().id()).put("now", Instant.now().toString());
    var stats = SublistStats.NONE;
    for (var account : accounts) {
      stats = stats.plus(account.sublist().stats());
    }
    write(to, stats);
    var found = subs ? find(accounts, test) : List.<Found>of();
    to.put("total", found.size()).put("offset", offset).put("limit", limit);
    var from = Math.min(offset, found.size());
    var page = found.subList(from, from + Math.min(limit, found.size() - from));
    if (!page.isEmpty()) {
      to.beginArray("subscriptions_list");
      for (var one : page) {
        SubscriptionLists.detail(
            to,
            SubscriptionInfo.of(one.subscription()),
            one.subscription().owner().id(),
            one.account());
      }
      to.endArray();
    }
  }

  /// A sublist's counters, as fields of the open object.
  static void write(JsonWriter to, SublistStats stats) {
    to.put("num_subscriptions", stats.subscriptions()).put("num_cache", stats.cached());
    to.put("num_inserts", stats.inserts()).put("num_removes", stats.removes());
    to.put("num_matches", stats.matches()).put("cache_hit_rate", stats.cacheHitRate());
    to.put("max_fanout", stats.fanoutMax()).put("avg_fanout", stats.fanoutAverage());
  }

  private List<Account> accounts(String name) {
    return source.accounts().stream()
        .filter(account -> name.isEmpty() || account.name().equals(name))
        .toList();
  }

  private static List<Found> find(List<Account> accounts, String test) {
    var found = new ArrayList<Found>();
    for (var account : accounts) {
      account
          .sublist()
          .forEach(subscription -> {
            if (subscription instanceof ClientSubscription of
                && (test.isEmpty() || Subjects.matches(test, of.subjectText()))) {
              found.add(new Found(account.name(), of));
            }
          });
    }
    return found;
  }
}

package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.monitor.Query.Subs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How documents list subscriptions: by subject, or each with its details.
final class SubscriptionLists {
  private SubscriptionLists() {}

  /// Writes nothing when nothing is asked for or there is none.
  static void write(
      JsonWriter to, Subs asked, List<SubscriptionInfo> subscriptions, long connection) {
    if (subscriptions.isEmpty() || asked == Subs.NONE) {
      return;
    }
    if (asked == Subs.NAMES) {
      to.put("subscriptions_list", subscriptions.stream().map(SubscriptionInfo::subject).toList());
      return;
    }
    to.beginArray("subscriptions_list_detail");
    for (var subscription : subscriptions) {
      detail(to, subscription, connection, null);
    }
    to.endArray();
  }

  /// @param account null where the reader knows it
  static void detail(
      JsonWriter to, SubscriptionInfo subscription, long connection, @Nullable String account) {
    to.begin().putIf("account", account).putIf("account_tag", account);
    to.put("subject", subscription.subject()).putIf("qgroup", subscription.queue());
    to.put("sid", subscription.sid()).put("msgs", subscription.messages());
    to.putIf("max", subscription.max()).put("cid", connection).end();
  }
}

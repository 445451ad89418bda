package io.frond.monitor;

import io.frond.client.Client;
import io.frond.client.ClientSubscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One subscription as monitoring shows it.
///
/// @param sid the owner's name for it
/// @param messages delivered so far
/// @param max after how many it ends, 0 for never
public record SubscriptionInfo(
    String subject, @Nullable String queue, String sid, long messages, long max) {

  /// Of a client. Any thread.
  public static SubscriptionInfo of(ClientSubscription subscription) {
    return new SubscriptionInfo(
        subscription.subjectText(),
        subscription.queueText(),
        new String(subscription.sid(), StandardCharsets.UTF_8),
        subscription.delivered(),
        subscription.max());
  }

  /// Of another server, which has no sid: nats-server shows the subject, and the queue behind it.
  ///
  /// @param key just that
  public static SubscriptionInfo ofRemote(String key) {
    var space = key.indexOf(' ');
    return space < 0
        ? new SubscriptionInfo(key, null, key, 0, 0)
        : new SubscriptionInfo(key.substring(0, space), key.substring(space + 1), key, 0, 0);
  }

  /// All of one client's; on its loop.
  static List<SubscriptionInfo> of(Client client) {
    var all = new ArrayList<SubscriptionInfo>(client.subscriptionCount());
    for (var subscription : client.subscriptions()) {
      all.add(of(subscription));
    }
    return all;
  }
}

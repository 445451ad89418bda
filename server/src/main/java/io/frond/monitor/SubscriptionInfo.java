package io.frond.monitor;

import io.frond.account.Subscription;
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
  public static SubscriptionInfo ofRemote(Subscription subscription) {
    var subject = subscription.subjectText();
    var queue = subscription.queueText();
    return new SubscriptionInfo(
        subject, queue, queue == null ? subject : subject + " " + queue, 0, 0);
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

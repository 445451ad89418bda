package io.frond.client;

import io.frond.subject.Subjects;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client's subscriptions by sid: SUB, UNSUB and their limits. Owned by the client's event loop;
/// the count may be read by any thread. A client that never subscribes has no map.
final class Subscriptions {
  private final Client client;
  private @Nullable Map<String, ClientSubscription> bySid;
  private volatile int count;

  Subscriptions(Client client) {
    this.client = client;
  }

  int count() {
    return count;
  }

  Collection<ClientSubscription> all() {
    return bySid == null ? List.of() : bySid.values();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String key(byte[] sid) {
    return new String(sid, StandardCharsets.ISO_8859_1);
  }

  void subscribe(ControlOp.Sub sub) {
    var account = client.account();
    if (account == null) {
      return;
    }
    var queue = sub.queue();
    var permissions = client.permissions();
    if (permissions != null && !permissions.canSubscribe(sub.subject(), queue)) {
      refuse(sub);
      return;
    }
    var options = client.host().options();
    var tokensMax = options.maxSubscriptionTokens();
    if (tokensMax > 0 && Subjects.tokens(sub.subject()) > tokensMax) {
      client.error(ErrorText.tooManyTokens(text(sub.subject())));
      return;
    }
    if (count >= limit(options.maxSubscriptions(), account.limits().maxSubscriptions())) {
      client.host().log().error(client.label() + " - " + ErrorText.MAX_SUBSCRIPTIONS);
      client.error(ErrorText.MAX_SUBSCRIPTIONS);
      return;
    }
    if (!Subjects.isValid(sub.subject())) {
      client.error(ErrorText.INVALID_SUBJECT);
      return;
    }
    if (bySid == null) {
      bySid = new HashMap<>(4);
    }
    var filtered = permissions != null && permissions.deliverFiltered(sub.subject(), queue);
    var subscription = new ClientSubscription(client, sub.subject(), queue, sub.sid(), filtered);
    if (bySid.putIfAbsent(key(sub.sid()), subscription) == null) {
      count = bySid.size();
      account.subscribe(subscription);
    }
    client.ok();
  }

  private static long limit(int ofServer, long ofAccount) {
    var server = ofServer > 0 ? ofServer : Long.MAX_VALUE;
    return ofAccount >= 0 ? Math.min(server, ofAccount) : server;
  }

  private static String violation(ControlOp.Sub sub) {
    var subject = text(sub.subject());
    var queue = sub.queue();
    return queue == null
        ? ErrorText.subscribeViolation(subject)
        : ErrorText.subscribeViolation(subject, text(queue));
  }

  private void refuse(ControlOp.Sub sub) {
    var subject = text(sub.subject());
    var queue = sub.queue();
    client.error(violation(sub));
    client
        .host()
        .log()
        .error(
            client.label()
                + " - Subscription Violation - Subject "
                + ErrorText.quote(subject)
                + (queue == null ? "" : ", Queue: " + ErrorText.quote(text(queue)))
                + ", SID "
                + text(sub.sid()));
  }

  void unsubscribe(ControlOp.Unsub unsub) {
    var subscription = bySid == null ? null : bySid.get(key(unsub.sid()));
    if (subscription != null && (unsub.max() <= 0 || subscription.limit(unsub.max()))) {
      remove(subscription);
    }
    client.ok();
  }

  void remove(ClientSubscription subscription) {
    var account = client.account();
    if (bySid != null && bySid.remove(key(subscription.sid()), subscription)) {
      count = bySid.size();
      if (account != null) {
        account.unsubscribe(subscription);
      }
    }
  }

  /// Ends the subscriptions that the client's permissions, which have changed, no longer allow.
  void removeRefused() {
    var permissions = client.permissions();
    if (permissions == null) {
      return;
    }
    for (var subscription : new ArrayList<>(all())) {
      if (!permissions.canSubscribe(subscription.subject(), subscription.queue())) {
        remove(subscription);
        var sid = subscription.sid();
        var sub = new ControlOp.Sub(subscription.subject(), subscription.queue(), sid);
        client.error(violation(sub) + ErrorText.endedSubscription(text(sid)));
        client
            .host()
            .log()
            .info(
                "Removed sub "
                    + ErrorText.quote(text(sub.subject()))
                    + " (sid "
                    + ErrorText.quote(text(sid))
                    + ") for User "
                    + ErrorText.quote(Objects.requireNonNullElse(client.user(), "N/A"))
                    + " - not authorized");
      }
    }
  }

  void removeAll() {
    for (var subscription : new ArrayList<>(all())) {
      remove(subscription);
    }
  }

  /// The sid of the client's own plain subscription that a reply would come to, null when there is
  /// none.
  byte @Nullable [] sidFor(byte[] reply) {
    for (var subscription : all()) {
      if (subscription.queue() == null && Subjects.matches(reply, subscription.subject())) {
        return subscription.sid();
      }
    }
    return null;
  }

  boolean isLiteral(MessageFrame frame) {
    var subject = frame.subject();
    return Subjects.isValidLiteral(subject, 0, subject.length);
  }
}

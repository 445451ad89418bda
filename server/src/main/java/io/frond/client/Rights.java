package io.frond.client;

import io.frond.account.Delivery;
import io.frond.auth.Permissions;
import io.frond.auth.PublishCheck;
import io.frond.wire.MessageFrame;
import org.jspecify.annotations.Nullable;

/// What one client may publish and be sent, as its user was allowed when it was admitted.
final class Rights {
  static final Rights ALL = new Rights(null);

  private final @Nullable Permissions permissions;
  private final @Nullable PublishCheck publishes;

  private Rights(@Nullable Permissions permissions) {
    this.permissions = permissions;
    publishes = permissions == null ? null : new PublishCheck(permissions);
  }

  /// @param permissions null for everything
  static Rights of(@Nullable Permissions permissions) {
    return permissions == null ? ALL : new Rights(permissions);
  }

  /// Null for everything.
  @Nullable Permissions permissions() {
    return permissions;
  }

  /// Whether a message may be published; a response counts as sent. On the client's loop.
  boolean mayPublish(MessageFrame frame) {
    return publishes == null || mayPublish(frame.subject());
  }

  /// As for a message on this subject.
  boolean mayPublish(byte[] subject) {
    return publishes == null || publishes.allows(subject, 0, subject.length, System.nanoTime());
  }

  /// Whether a message may be delivered on a subscription that is wider than what is allowed; from
  /// any loop.
  boolean mayReceive(ClientSubscription subscription, Delivery message) {
    var subject = message.frame().subject();
    return permissions == null
        || permissions.canDeliver(subject, 0, subject.length, subscription.queue());
  }

  /// A message with a reply subject goes to the client: `allow_responses` lets it answer; any loop.
  void expectReply(Delivery message) {
    if (publishes != null && publishes.tracksReplies() && message.frame().replyLength() > 0) {
      var reply = message.frame().reply();
      publishes.delivered(reply, 0, reply.length, System.nanoTime());
    }
  }
}

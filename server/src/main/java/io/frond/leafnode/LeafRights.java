package io.frond.leafnode;

import io.frond.auth.Permissions;
import io.frond.auth.PublishCheck;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.Responses;
import io.frond.options.PermissionOptions.SubjectRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which subjects may cross one leaf link, by direction: those of the leaf's user at the hub, what
/// the hub said in its INFO, and `deny_imports` and `deny_exports`. Interest is checked against the
/// direction in which its messages would go: it may be wider than what is allowed, since each
/// message is checked too.
///
/// Immutable but for `in`, which belongs to the link's event loop; the rest is for any thread.
final class LeafRights {
  private static final SubjectRule ANYTHING = new SubjectRule(null, List.of());

  private final Permissions out;
  private final Permissions inInterest;
  private final PublishCheck in;
  private final boolean nothingOut;
  private final boolean nothingIn;

  /// @param out of messages that we send to the other side
  /// @param in of messages that the other side sends to us
  private LeafRights(SubjectRule out, SubjectRule in, @Nullable Responses responses) {
    nothingOut = out.allow() != null && out.allow().isEmpty();
    nothingIn = in.allow() != null && in.allow().isEmpty() && responses == null;
    this.out = Permissions.of(new PermissionOptions(out, in, null));
    inInterest = Permissions.of(new PermissionOptions(null, out, null));
    this.in = new PublishCheck(Permissions.of(new PermissionOptions(in, null, responses)));
  }

  /// Of a leaf that joined us as the user with these permissions.
  ///
  /// @param denied what the leaf does not want (`deny_pub` of its CONNECT)
  /// @return null when everything may pass
  static @Nullable LeafRights ofUser(@Nullable Permissions user, List<String> denied) {
    if (user == null && denied.isEmpty()) {
      return null;
    }
    var options = user == null ? new PermissionOptions(null, null, null) : user.options();
    var out = denying(withoutQueues(options.subscribe()), denied);
    var in = options.publish() == null ? ANYTHING : options.publish();
    return new LeafRights(out, in, options.responses());
  }

  /// Of a hub that we dialled.
  ///
  /// @param publish what the hub lets us send, null for everything
  /// @param subscribe what the hub lets us hear, null for everything
  /// @return null when everything may pass
  static @Nullable LeafRights ofHub(
      @Nullable SubjectRule publish,
      @Nullable SubjectRule subscribe,
      List<String> denyExports,
      List<String> denyImports) {
    if (publish == null && subscribe == null && denyExports.isEmpty() && denyImports.isEmpty()) {
      return null;
    }
    var in = denying(withoutQueues(subscribe), denyImports);
    return new LeafRights(denying(publish == null ? ANYTHING : publish, denyExports), in, null);
  }

  private static SubjectRule denying(SubjectRule rule, List<String> more) {
    return more.isEmpty()
        ? rule
        : new SubjectRule(
            rule.allow(), Stream.concat(rule.deny().stream(), more.stream()).distinct().toList());
  }

  /// A rule for subscriptions as one for messages: entries may name a queue group, which messages
  /// do not have, and an empty list of what is allowed restricts nothing.
  private static SubjectRule withoutQueues(@Nullable SubjectRule rule) {
    if (rule == null) {
      return ANYTHING;
    }
    List<String> allow = null;
    if (rule.allow() != null && !rule.allow().isEmpty()) {
      allow = new ArrayList<>();
      for (var entry : rule.allow()) {
        allow.add(entry.strip().split("\\s+", 2)[0]);
      }
    }
    var deny = rule.deny().stream().filter(entry -> entry.strip().indexOf(' ') < 0).toList();
    return new SubjectRule(allow, deny);
  }

  /// Whether we may send a message; any thread.
  boolean maySend(byte[] subject) {
    return !nothingOut && out.canPublish(subject, 0, subject.length);
  }

  /// Whether the other side may send us this message; on the link's loop, once for each.
  boolean mayTake(byte[] subject) {
    return in.allows(subject, 0, subject.length, System.nanoTime());
  }

  /// Whether we may tell of our interest; any thread.
  boolean mayShow(byte[] subject, byte @Nullable [] queue) {
    return !nothingIn && out.canSubscribeAsLeaf(subject, queue);
  }

  /// Whether interest of the other side can ever get a message.
  boolean mayHear(byte[] subject, byte @Nullable [] queue) {
    return !nothingOut && inInterest.canSubscribeAsLeaf(subject, queue);
  }

  boolean tracksReplies() {
    return in.tracksReplies();
  }

  /// A message with a reply subject goes to the other side, which may answer it; any thread.
  void sent(byte[] reply) {
    in.delivered(reply, 0, reply.length, System.nanoTime());
  }
}

package io.frond.auth;

import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.Responses;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a user may publish and subscribe to, compiled from [PermissionOptions]. Deny wins over
/// allow. Immutable, for any thread; no check allocates. Subjects are bytes, queue groups too.
///
/// A subscription must be covered by what is allowed as a whole: `foo.>` is refused where `foo.*`
/// is allowed. One that a deny covers in part is admitted, and what the deny names is left out when
/// messages are delivered: [#deliverFiltered] says once for each subscription whether that concerns
/// it, [#canDeliver] decides on each message.
public final class Permissions {
  private final PermissionOptions options;
  private final @Nullable SubjectPatterns publishAllow;
  private final SubjectPatterns publishDeny;
  private final @Nullable QueuePatterns subscribeAllow;
  private final QueuePatterns subscribeDeny;

  private Permissions(PermissionOptions options) {
    this.options = options;
    var publish = options.publish();
    var subscribe = options.subscribe();
    publishAllow =
        publish == null || publish.allow() == null ? null : SubjectPatterns.of(publish.allow());
    publishDeny = SubjectPatterns.of(publish == null ? List.of() : publish.deny());
    subscribeAllow =
        subscribe == null || subscribe.allow() == null || subscribe.allow().isEmpty()
            ? null
            : queuePatterns(subscribe.allow());
    subscribeDeny = queuePatterns(subscribe == null ? List.of() : subscribe.deny());
  }

  /// Compiles a rule. With `allow_responses` and no list of subjects that may be published to, only
  /// responses may be published. An empty list of subjects that may be subscribed to restricts
  /// nothing, as in nats-server.
  ///
  /// @throws IllegalArgumentException for a subject that [#problem] would have named
  public static Permissions of(PermissionOptions options) {
    var problem = problem(options);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    var publish = options.publish();
    if (options.responses() == null || (publish != null && publish.allow() != null)) {
      return new Permissions(options);
    }
    var onlyResponses = new SubjectRule(List.of(), publish == null ? List.of() : publish.deny());
    return new Permissions(
        new PermissionOptions(onlyResponses, options.subscribe(), options.responses()));
  }

  /// What is wrong with the options' subjects, for a configuration error; null when nothing is.
  public static @Nullable String problem(PermissionOptions options) {
    var publish = problem("publish", options.publish(), false);
    return publish != null ? publish : problem("subscribe", options.subscribe(), true);
  }

  /// Whether a message may be published on a literal subject, responses left aside (see
  /// [PublishCheck]).
  public boolean canPublish(byte[] subject, int offset, int length) {
    return (publishAllow == null || publishAllow.matches(subject, offset, length))
        && !publishDeny.matches(subject, offset, length);
  }

  /// Whether a client may make this subscription.
  ///
  /// @param queue its queue group, null for none
  public boolean canSubscribe(byte[] subject, byte @Nullable [] queue) {
    return (subscribeAllow == null || subscribeAllow.allows(subject, queue))
        && !subscribeDeny.denies(subject, queue);
  }

  /// As [#canSubscribe] for interest that a leaf shows: it may be wider than what is allowed, since
  /// each message is checked before it goes to the leaf.
  public boolean canSubscribeAsLeaf(byte[] subject, byte @Nullable [] queue) {
    var allowed =
        subscribeAllow == null
            || subscribeAllow.allows(subject, queue)
            || (!Subjects.isLiteral(subject) && subscribeAllow.plain().collides(subject));
    return allowed && !subscribeDeny.denies(subject, queue);
  }

  /// Whether an admitted subscription has to ask [#canDeliver] for each message.
  public boolean deliverFiltered(byte[] subject, byte @Nullable [] queue) {
    return !subscribeDeny.isEmpty()
        && (queue != null || !Subjects.isLiteral(subject))
        && subscribeDeny.collides(subject, queue);
  }

  /// Whether a message on a literal subject may be delivered to a subscription with this queue
  /// group.
  public boolean canDeliver(byte[] subject, int offset, int length, byte @Nullable [] queue) {
    return !subscribeDeny.deniesDelivery(subject, offset, length, queue);
  }

  /// Whether anything may be published at all times, so that no check is needed.
  public boolean publishesFreely() {
    return publishAllow == null && publishDeny.isEmpty();
  }

  /// `allow_responses`, null for none.
  public @Nullable Responses responses() {
    return options.responses();
  }

  /// What these were compiled from: for monitoring, and for the INFO that tells a leaf its limits.
  public PermissionOptions options() {
    return options;
  }

  /// These with more denied, or only that denied when there were none.
  public static Permissions withDenied(
      @Nullable Permissions permissions, List<String> publish, List<String> subscribe) {
    var options =
        permissions == null ? new PermissionOptions(null, null, null) : permissions.options;
    return of(
        new PermissionOptions(
            denying(options.publish(), publish),
            denying(options.subscribe(), subscribe),
            options.responses()));
  }

  private static @Nullable SubjectRule denying(@Nullable SubjectRule rule, List<String> more) {
    if (more.isEmpty()) {
      return rule;
    }
    var allow = rule == null ? null : rule.allow();
    var deny = rule == null ? List.<String>of() : rule.deny();
    return new SubjectRule(allow, Stream.concat(deny.stream(), more.stream()).distinct().toList());
  }

  private static QueuePatterns queuePatterns(List<String> entries) {
    var plain = new ArrayList<byte[]>();
    var queued = new ArrayList<QueuePatterns.Entry>();
    for (var entry : entries) {
      var words = words(entry);
      if (words.length == 1) {
        plain.add(bytes(words[0]));
      } else {
        queued.add(new QueuePatterns.Entry(bytes(words[0]), bytes(words[1])));
      }
    }
    return new QueuePatterns(new SubjectPatterns(plain), List.copyOf(queued));
  }

  private static @Nullable String problem(
      String what, @Nullable SubjectRule rule, boolean queuesAllowed) {
    if (rule == null) {
      return null;
    }
    var allow = rule.allow() == null ? Stream.<String>of() : rule.allow().stream();
    return Stream.concat(allow, rule.deny().stream())
        .filter(entry -> !isValid(entry, queuesAllowed))
        .findFirst()
        .map(entry -> what + ": subject \"" + entry + "\" is not a valid subject")
        .orElse(null);
  }

  private static boolean isValid(String entry, boolean queuesAllowed) {
    var words = queuesAllowed ? words(entry) : new String[] {entry};
    return words.length <= 2 && Stream.of(words).allMatch(w -> Subjects.isValid(bytes(w)));
  }

  private static String[] words(String entry) {
    return entry.strip().split("[ \t\r\n\f]+");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.frond.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One connection's right to publish: its [Permissions], a cache of what they said lately, and the
/// responses that it may send. Owned by the connection's event loop except [#delivered].
///
/// The cache is a table with one place for each of some hash values: a subject that hashes to a
/// taken place replaces its owner, so it never grows and a hit allocates nothing.
public final class PublishCheck {
  /// Subjects whose answer is kept.
  public static final int CACHED_MAX = 128;

  private final Permissions permissions;
  private final @Nullable ReplyPermissions replies;
  private final byte[][] subjects = new byte[CACHED_MAX][];
  private final boolean[] allowed = new boolean[CACHED_MAX];

  public PublishCheck(Permissions permissions) {
    this.permissions = permissions;
    var responses = permissions.responses();
    replies = responses == null ? null : new ReplyPermissions(responses);
    Arrays.fill(subjects, new byte[0]);
  }

  /// Whether the connection may publish on the literal subject. A response is counted: ask once for
  /// each message.
  public boolean allows(byte[] subject, int offset, int length, long nowNanos) {
    return allowsAlways(subject, offset, length)
        || (replies != null && replies.take(subject, offset, length, nowNanos));
  }

  /// A message with a reply subject is about to be delivered to the connection: call it before the
  /// connection can answer. For any thread.
  public void delivered(byte[] reply, int offset, int length, long nowNanos) {
    if (replies != null && !permissions.canPublish(reply, offset, length)) {
      replies.expect(reply, offset, length, nowNanos);
    }
  }

  /// Whether [#delivered] does anything.
  public boolean tracksReplies() {
    return replies != null;
  }

  /// For monitoring; null without `allow_responses`.
  public @Nullable ReplyPermissions replies() {
    return replies;
  }

  private boolean allowsAlways(byte[] subject, int offset, int length) {
    if (permissions.publishesFreely()) {
      return true;
    }
    var place = SubjectPatterns.hash(subject, offset, length) & (CACHED_MAX - 1);
    var cached = subjects[place];
    if (Arrays.equals(cached, 0, cached.length, subject, offset, offset + length)) {
      return allowed[place];
    }
    var answer = permissions.canPublish(subject, offset, length);
    subjects[place] = Arrays.copyOfRange(subject, offset, offset + length);
    allowed[place] = answer;
    return answer;
  }
}

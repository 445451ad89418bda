package io.frond.auth;

import io.frond.options.PermissionOptions.Responses;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/// What one connection with `allow_responses` may publish to because it was sent there: the reply
/// subjects of messages delivered to it, each for a number of messages and a time.
///
/// For any thread, since a message is delivered on its publisher's event loop; a lock that is held
/// for one look-up guards it. Invariant: entries stand in the order of their times, so what has
/// expired is at the head.
public final class ReplyPermissions {
  /// Reply subjects remembered for one connection; the oldest goes when one more comes.
  public static final int ENTRIES_MAX = 65_536;

  private final int messagesMax;
  private final long expiresNanos;
  private final LinkedHashMap<String, Reply> replies = new LinkedHashMap<>();
  private final Object lock = new Object();
  private long evicted;

  ReplyPermissions(Responses responses) {
    messagesMax = responses.maxMessages();
    expiresNanos = responses.expires().toNanos();
  }

  /// A message with this reply subject is delivered to the connection.
  void expect(byte[] reply, int offset, int length, long nowNanos) {
    var key = key(reply, offset, length);
    synchronized (lock) {
      dropExpired(nowNanos);
      replies.remove(key);
      if (replies.size() == ENTRIES_MAX) {
        replies.pollFirstEntry();
        evicted++;
      }
      replies.put(key, new Reply(nowNanos));
    }
  }

  /// The connection publishes: whether that is a response, which then counts.
  boolean take(byte[] subject, int offset, int length, long nowNanos) {
    var key = key(subject, offset, length);
    synchronized (lock) {
      dropExpired(nowNanos);
      var reply = replies.get(key);
      if (reply == null) {
        return false;
      }
      reply.messages++;
      if (messagesMax > 0 && reply.messages >= messagesMax) {
        replies.remove(key);
      }
      return true;
    }
  }

  /// Reply subjects that may be published to now or were when last looked at.
  public int size() {
    synchronized (lock) {
      return replies.size();
    }
  }

  /// Reply subjects forgotten early for want of room, since the connection began.
  public long evicted() {
    synchronized (lock) {
      return evicted;
    }
  }

  private void dropExpired(long nowNanos) {
    while (expiresNanos > 0 && !replies.isEmpty()) {
      if (nowNanos - replies.firstEntry().getValue().sinceNanos <= expiresNanos) {
        return;
      }
      replies.pollFirstEntry();
    }
  }

  /// One character for each byte: no decoding, and no two subjects alike.
  private static String key(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  private static final class Reply {
    final long sinceNanos;
    int messages;

    Reply(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }
}

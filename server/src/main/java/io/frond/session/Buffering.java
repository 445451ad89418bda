package io.frond.session;

import io.frond.auth.Permissions;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.wire.MessageFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Which messages are kept for a far end that is away. Requests and their answers are not, since
/// nobody waits for them when it is back; nor is what mirrors and sources get and say, which they
/// ask for anew. A nats-server's that asks for a consumer waits long for the answer, and later and
/// later asks again: that request is kept as long as it waits, so that it goes on at once.
/// Immutable; any thread.
public final class Buffering {
  /// As long as clients wait for an answer.
  public static final long REQUEST_MILLIS = 5_000;

  /// As long as a mirror or source of a nats-server waits for its consumer.
  private static final long CONSUMER_MILLIS = 30_000;

  /// Where its answer goes, and where those go that a Frond waits for, which asks again soon.
  private static final byte[][] FOLLOWERS = bytes("$JSC.R.");

  private static final byte[][] OWN = bytes("$JSC.R.F.");

  /// Where answers go: to clients, and to mirrors and sources.
  private static final byte[][] ANSWERS = bytes("_INBOX.", "$JSC.R.");

  /// Messages of mirrors and sources, and their flow control.
  private static final byte[][] FOLLOWING = bytes("$JS.M.", "$JS.S.", "$JS.FC.");

  private final @Nullable Permissions subjects;

  /// @param subjects what may be kept besides
  public Buffering(SubjectRule subjects) {
    this.subjects =
        subjects.allow() == null && subjects.deny().isEmpty()
            ? null
            : Permissions.of(new PermissionOptions(subjects, null, null));
  }

  private static byte[][] bytes(String... texts) {
    var all = new byte[texts.length][];
    for (var i = 0; i < texts.length; i++) {
      all[i] = texts[i].getBytes(StandardCharsets.US_ASCII);
    }
    return all;
  }

  /// Whether a message is kept.
  public boolean keeps(MessageFrame frame) {
    if (isRequest(frame)) {
      return false;
    }
    if (subjects == null) {
      return true;
    }
    var subject = frame.subject();
    return subjects.canPublish(subject, 0, subject.length);
  }

  /// Whether it is a request or an answer, or of a mirror's or source's.
  public static boolean isRequest(MessageFrame frame) {
    var buffer = frame.buffer();
    return begins(buffer, frame.subjectAt(), frame.subjectLength(), ANSWERS)
        || begins(buffer, frame.replyAt(), frame.replyLength(), ANSWERS)
        || begins(buffer, frame.subjectAt(), frame.subjectLength(), FOLLOWING);
  }

  /// Whether interest in a subject is a mirror's or source's in what it asked for: when its link
  /// was down it asks anew, and listens to another subject.
  public static boolean isFollowing(byte[] subject) {
    return begins(ByteBuffer.wrap(subject), 0, subject.length, FOLLOWING);
  }

  /// Whether somebody may still wait for the answer when the far end, which is away, is back.
  static boolean asksWithPatience(MessageFrame frame) {
    return begins(frame.buffer(), frame.replyAt(), frame.replyLength(), FOLLOWERS)
        && !begins(frame.buffer(), frame.replyAt(), frame.replyLength(), OWN);
  }

  /// Whether a message that was kept is a request, and nobody waits for its answer any more.
  ///
  /// @param ageMillis since it was published
  public static boolean isOver(MessageFrame frame, long ageMillis) {
    return ageMillis > REQUEST_MILLIS
        && isRequest(frame)
        && (ageMillis > CONSUMER_MILLIS || !asksWithPatience(frame));
  }

  /// Whether it is worth keeping a message for a far end that is away, though it is a request.
  ///
  /// @param awayMillis since when it is away
  public static boolean mayWait(MessageFrame frame, long awayMillis) {
    return isRequest(frame) && (awayMillis < REQUEST_MILLIS || asksWithPatience(frame));
  }

  private static boolean begins(ByteBuffer buffer, int at, int length, byte[][] prefixes) {
    if (length == 0 || (buffer.get(at) != '_' && buffer.get(at) != '$')) {
      return false;
    }
    for (var prefix : prefixes) {
      if (length > prefix.length && fits(buffer, at, prefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fits(ByteBuffer buffer, int at, byte[] prefix) {
    for (var i = 0; i < prefix.length; i++) {
      if (buffer.get(at + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}

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
/// ask for anew. Immutable; any thread.
public final class Buffering {
  /// As long as clients wait for an answer.
  public static final long REQUEST_MILLIS = 5_000;

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

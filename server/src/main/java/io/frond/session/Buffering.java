package io.frond.session;

import io.frond.auth.Permissions;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.wire.MessageFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Which messages are kept for a far end that is away. Requests and their answers are not, since
/// nobody waits for them when it is back. Immutable; any thread.
public final class Buffering {
  /// As long as clients wait for an answer.
  public static final long REQUEST_MILLIS = 5_000;

  private static final byte[] INBOX = "_INBOX.".getBytes(StandardCharsets.US_ASCII);

  private final @Nullable Permissions subjects;

  /// @param subjects what may be kept besides
  public Buffering(SubjectRule subjects) {
    this.subjects =
        subjects.allow() == null && subjects.deny().isEmpty()
            ? null
            : Permissions.of(new PermissionOptions(subjects, null, null));
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

  /// Whether it is a request or an answer: to or for an inbox.
  public static boolean isRequest(MessageFrame frame) {
    return isInbox(frame.buffer(), frame.subjectAt(), frame.subjectLength())
        || isInbox(frame.buffer(), frame.replyAt(), frame.replyLength());
  }

  private static boolean isInbox(ByteBuffer buffer, int at, int length) {
    if (length <= INBOX.length || buffer.get(at) != '_') {
      return false;
    }
    for (var i = 1; i < INBOX.length; i++) {
      if (buffer.get(at + i) != INBOX[i]) {
        return false;
      }
    }
    return true;
  }
}

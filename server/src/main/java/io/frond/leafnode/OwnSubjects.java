package io.frond.leafnode;

import io.frond.wire.MessageFrame;

/// Subjects that are the servers' own. Pure functions.
final class OwnSubjects {
  private OwnSubjects() {}

  /// Acknowledgements and replies of services pass whatever the permissions are: their subjects are
  /// the servers' own (`$JS.ACK.`, `_R_.`).
  static boolean pass(MessageFrame frame) {
    return startsWith(frame, "$JS.ACK.") || startsWith(frame, "_R_.");
  }

  static boolean startsWith(MessageFrame frame, String prefix) {
    if (frame.subjectLength() < prefix.length()) {
      return false;
    }
    for (var i = 0; i < prefix.length(); i++) {
      if (frame.buffer().get(frame.subjectAt() + i) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

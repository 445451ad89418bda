package io.frond.jetstream;

import io.frond.subject.Subjects;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether streams want the same subjects. Pure functions.
final class Overlap {
  private Overlap() {}

  /// Whether a stream of the account has a subject in common with these.
  ///
  /// @param but a stream that doesn't count, null for none
  static boolean any(AccountStreams account, List<String> subjects, @Nullable Asset but) {
    for (var asset : account.streams().values()) {
      if (asset != but) {
        for (var theirs : asset.config().subjects()) {
          for (var subject : subjects) {
            if (Subjects.collide(theirs, subject)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  /// Whether the stream has a subject in common with this one.
  static boolean any(Asset asset, String subject) {
    return asset.config().subjects().stream().anyMatch(it -> Subjects.collide(it, subject));
  }
}

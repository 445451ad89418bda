package io.frond.stream;

import io.frond.subject.SubjectTransform;
import io.frond.subject.TransformException;
import org.jspecify.annotations.Nullable;

/// Gives messages the subject that a stream's configuration wants them to have. The shard's thread.
final class SubjectMapping {
  private @Nullable SubjectTransform transform;

  void configured(StreamConfig config) {
    var asked = config.subjectTransform();
    try {
      transform = asked == null ? null : SubjectTransform.of(asked.source(), asked.destination());
    } catch (TransformException e) {
      transform = null; // the configuration was checked
    }
  }

  /// @param random any number, the same one for the same entry
  void apply(Incoming message, long random) {
    if (transform != null) {
      var subject = transform.apply(message.subject(), (random * 0x9e3779b97f4a7c15L) >>> 20);
      if (subject != null) {
        message.subject(subject);
      }
    }
  }
}

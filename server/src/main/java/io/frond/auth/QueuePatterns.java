package io.frond.auth;

import io.frond.subject.Subjects;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entries of a subscribe rule: subjects, and subjects with a queue group ("foo v1.*"). A
/// subscription whose subject has an empty token is neither allowed nor denied by any. Immutable.
///
/// @param plain entries without a queue group
/// @param queued entries with one
record QueuePatterns(SubjectPatterns plain, List<Entry> queued) {

  /// @param queue a queue group's name, or a pattern of names
  record Entry(byte[] subject, byte[] queue) {
    boolean names(byte[] name) {
      return Arrays.equals(name, queue) || Subjects.isSubset(name, queue);
    }
  }

  boolean isEmpty() {
    return plain.isEmpty() && queued.isEmpty();
  }

  /// An allow rule. Where entries with a queue group cover the subject, they alone decide for a
  /// queue subscription, and entries without one otherwise.
  boolean allows(byte[] subject, byte @Nullable [] queue) {
    if (Subjects.hasEmptyToken(subject, 0, subject.length)) {
      return false;
    }
    if (queue != null) {
      var named = false;
      for (var entry : queued) {
        if (Subjects.isSubset(subject, entry.subject)) {
          if (entry.names(queue)) {
            return true;
          }
          named = true;
        }
      }
      if (named) {
        return false;
      }
    }
    return plain.covers(subject);
  }

  /// A deny rule, of a subscription.
  boolean denies(byte[] subject, byte @Nullable [] queue) {
    if (Subjects.hasEmptyToken(subject, 0, subject.length)) {
      return false;
    }
    if (plain.covers(subject)) {
      return true;
    }
    for (var entry : queued) {
      if (queue != null && entry.names(queue) && Subjects.isSubset(subject, entry.subject)) {
        return true;
      }
    }
    return false;
  }

  /// A deny rule, of a delivery on a literal subject.
  boolean deniesDelivery(byte[] subject, int offset, int length, byte @Nullable [] queue) {
    if (plain.matches(subject, offset, length)) {
      return true;
    }
    for (var entry : queued) {
      if (queue != null
          && entry.names(queue)
          && SubjectPatterns.covers(subject, offset, length, entry.subject)) {
        return true;
      }
    }
    return false;
  }

  /// A deny rule: whether it touches something that the subscription is sent.
  boolean collides(byte[] subject, byte @Nullable [] queue) {
    if (plain.collides(subject)) {
      return true;
    }
    for (var entry : queued) {
      if (queue != null && entry.names(queue) && Subjects.collide(subject, entry.subject)) {
        return true;
      }
    }
    return false;
  }
}

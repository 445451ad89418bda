package io.frond.consumer;

import io.frond.store.StoredMessage;
import org.jspecify.annotations.Nullable;

/// Subjects as arrays of their own, so that one is not made for each message that has a subject
/// seen before. One thread.
final class SubjectCache {
  private static final int SIZE = 64;

  private final byte[] @Nullable [] slots = new byte[SIZE][];

  /// The message's subject; must not be changed.
  byte[] of(StoredMessage message) {
    var from = message.buffer();
    var at = message.subjectAt();
    var length = message.subjectLength();
    var hash = length;
    for (var i = Math.max(0, length - 8); i < length; i++) {
      hash = 31 * hash + from.get(at + i);
    }
    var slot = (hash ^ (hash >>> 15)) & (SIZE - 1);
    var found = slots[slot];
    if (found != null && same(found, message)) {
      return found;
    }
    var made = message.subject();
    slots[slot] = made;
    return made;
  }

  private static boolean same(byte[] found, StoredMessage message) {
    var length = message.subjectLength();
    if (found.length != length) {
      return false;
    }
    var from = message.buffer();
    var at = message.subjectAt();
    for (var i = 0; i < length; i++) {
      if (found[i] != from.get(at + i)) {
        return false;
      }
    }
    return true;
  }
}

package io.frond.subject;

import java.util.Arrays;

/// A queue group's name as a map's key; the bytes must not change.
record QueueName(byte[] bytes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof QueueName that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Words.hash(bytes, 0, bytes.length);
  }
}

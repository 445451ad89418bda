package io.frond.subject;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An entry for tests, compared by identity.
final class Sub implements Sublist.Entry {
  private final byte[] subject;
  private final byte @Nullable [] queue;
  int weight = 1;

  private Sub(String subject, @Nullable String queue) {
    this.subject = bytes(subject);
    this.queue = queue == null ? null : bytes(queue);
  }

  static Sub of(String subject) {
    return new Sub(subject, null);
  }

  static Sub of(String subject, @Nullable String queue) {
    return new Sub(subject, queue);
  }

  static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  Sub weighing(int newWeight) {
    weight = newWeight;
    return this;
  }

  @Override
  public byte[] subject() {
    return subject;
  }

  @Override
  public byte @Nullable [] queue() {
    return queue;
  }

  @Override
  public int weight() {
    return weight;
  }

  String text() {
    return new String(subject, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return text() + (queue == null ? "" : " " + new String(queue, StandardCharsets.UTF_8));
  }
}

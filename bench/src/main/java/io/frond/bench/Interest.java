package io.frond.bench;

import io.frond.subject.Sublist;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A subscription that only takes its place in a sublist.
record Interest(byte[] subject, byte @Nullable [] queue) implements Sublist.Entry {
  static Interest in(String subject) {
    return new Interest(subject.getBytes(StandardCharsets.UTF_8), null);
  }

  @Override
  public int weight() {
    return 1;
  }
}

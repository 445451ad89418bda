package io.frond.jetstream;

import java.util.SplittableRandom;

/// Makes ids of 22 letters and digits, as nats-server's events have. One thread.
final class Ids {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 22;

  private final SplittableRandom random;

  Ids(long seed) {
    random = new SplittableRandom(seed);
  }

  String next() {
    var text = new StringBuilder(LENGTH);
    for (var i = 0; i < LENGTH; i++) {
      text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return text.toString();
  }

  long seed() {
    return random.nextLong();
  }
}

package io.frond.leafnode;

import io.frond.account.Account;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/// Loop detection: for each account a subject that only this server shows interest in. Every server
/// passes such interest on to everyone; who hears its own back is in a loop. Any thread.
final class Loops {
  private static final byte[] PREFIX = "$LDS.".getBytes(StandardCharsets.US_ASCII);
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 22;

  private final SecureRandom random;
  private final ConcurrentHashMap<String, byte[]> subjects = new ConcurrentHashMap<>();

  Loops(SecureRandom random) {
    this.random = random;
  }

  /// Our own subject in an account.
  byte[] subject(Account account) {
    return subjects.computeIfAbsent(account.name(), name -> fresh());
  }

  private byte[] fresh() {
    var text = new StringBuilder("$LDS.");
    for (var i = 0; i < LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Whether a subject is of anybody's loop detection.
  static boolean is(byte[] subject) {
    return subject.length > PREFIX.length
        && Arrays.equals(subject, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }
}

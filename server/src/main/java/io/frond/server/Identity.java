package io.frond.server;

import io.frond.options.ServerOptions;
import java.security.SecureRandom;
import java.time.Instant;

/// Who this server is. Immutable.
///
/// @param id `N` and 55 letters and digits, as the server nkeys of nats-server look; new at each
///   start
/// @param name the configured name, else the id
public record Identity(String id, String name, Instant started) {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int LENGTH = 56;

  static Identity of(ServerOptions options, SecureRandom random) {
    var id = new StringBuilder("N");
    while (id.length() < LENGTH) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    var name = options.name();
    return new Identity(id.toString(), name == null ? id.toString() : name, Instant.now());
  }
}

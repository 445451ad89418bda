package io.frond.nkey;

/// Text that should be a nkey's seed and is none. The message says what is wrong with it and never
/// quotes it, since a seed is a secret.
public final class NkeyException extends Exception {
  NkeyException(String message) {
    super(message);
  }
}

package io.frond.route;

/// What comes of a server's introduction on a new connection.
sealed interface Admission {
  record Added() implements Admission {}

  record Duplicate() implements Admission {}

  /// @param text told to the other side
  record Refused(String text) implements Admission {}

  record Closing() implements Admission {}
}

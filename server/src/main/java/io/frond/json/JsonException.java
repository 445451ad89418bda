package io.frond.json;

/// Text that is not the JSON that was expected; the message says what and where.
public final class JsonException extends Exception {
  public JsonException(String message) {
    super(message);
  }
}

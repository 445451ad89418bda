package io.frond.subject;

/// A subject transform that cannot be; the message is nats-server's.
public final class TransformException extends Exception {
  private final String text;

  public TransformException(String message) {
    super(message);
    text = message;
  }

  public String text() {
    return text;
  }
}

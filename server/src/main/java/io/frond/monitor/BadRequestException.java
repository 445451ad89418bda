package io.frond.monitor;

/// A request that cannot be answered; the message is the answer's text.
public final class BadRequestException extends Exception {
  BadRequestException(String message) {
    super(message);
  }
}

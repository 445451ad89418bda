package io.frond.transport;

import org.jspecify.annotations.Nullable;

/// Why a connection did not come about; the message is for the log.
public final class TransportException extends Exception {
  public TransportException(String message) {
    super(message);
  }

  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

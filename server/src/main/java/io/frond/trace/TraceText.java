package io.frond.trace;

/// Why a message did not go somewhere, in nats-server's words, which tools show.
public final class TraceText {
  public static final String NO_ECHO = "Not delivered because of no echo";
  public static final String PUBLISH_DENIED =
      "Not delivered because publish denied for this subject";
  public static final String SUBSCRIPTION_DENIES =
      "Not delivered because subscription denies this subject";
  public static final String CLIENT_CLOSED = "Not delivered because client is closed";
  public static final String SUBSCRIPTION_OVER = "Not delivered because auto-unsubscribe exceeded";
  public static final String MAX_PAYLOAD = "maximum payload exceeded";

  static final String ONLY_NOT_SUPPORTED =
      "Not delivered because remote does not support message tracing";
  static final String NOT_SUPPORTED =
      "Message delivered but remote does not support message tracing so no trace event generated"
          + " from there";

  // Frond's own: nats-server keeps nothing for servers that are away.
  static final String ONLY_AWAY = "Not delivered because remote is not connected";
  static final String AWAY = "Message kept until remote is connected again";

  private TraceText() {}
}

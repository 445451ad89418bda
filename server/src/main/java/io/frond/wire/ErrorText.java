package io.frond.wire;

/// The texts of `-ERR '…'` as nats-server has them, to the letter: clients match them.
public final class ErrorText {
  public static final String UNKNOWN_OPERATION = "Unknown Protocol Operation";
  public static final String AUTHORIZATION_VIOLATION = "Authorization Violation";
  public static final String AUTHENTICATION_TIMEOUT = "Authentication Timeout";
  public static final String AUTHENTICATION_EXPIRED = "User Authentication Expired";
  public static final String MAX_PAYLOAD = "Maximum Payload Violation";
  public static final String MAX_CONTROL_LINE = "maximum control line exceeded";
  public static final String MAX_CONNECTIONS = "maximum connections exceeded";
  public static final String MAX_ACCOUNT_CONNECTIONS =
      "maximum account active connections exceeded";
  public static final String MAX_SUBSCRIPTIONS = "maximum subscriptions exceeded";
  public static final String INVALID_SUBJECT = "Invalid Subject";
  public static final String INVALID_PUBLISH_SUBJECT = "Invalid Publish Subject";
  public static final String BAD_CLIENT_PROTOCOL = "invalid client protocol";
  public static final String NO_RESPONDERS_REQUIRES_HEADERS =
      "no responders requires headers support";
  public static final String HEADERS_NOT_SUPPORTED = "message headers not supported";
  public static final String STALE_CONNECTION = "Stale Connection";
  public static final String SLOW_CONSUMER = "Slow Consumer";
  public static final String SERVER_SHUTDOWN = "Server Shutdown";
  public static final String TLS_REQUIRED = "Secure Connection - TLS Required";
  public static final String CLIENT_ON_ROUTE_PORT = "attempted to connect to route port";
  public static final String CLIENT_ON_LEAF_PORT = "attempted to connect to leaf node port";
  public static final String WRONG_PORT = "attempted to connect to wrong port";
  public static final String THROTTLED = "Connection throttling is active. Please try again later.";
  public static final String LEAF_LOOP = "leafnode loop detected";
  public static final String CLUSTER_NAME_SPACES = "cluster name cannot contain spaces";
  public static final String SAME_CLUSTER_NAME = "remote leafnode has same cluster name";

  private ErrorText() {}

  public static String publishViolation(String subject) {
    return "Permissions Violation for Publish to " + quote(subject);
  }

  public static String replyViolation(String subject) {
    return "Permissions Violation for Publish with Reply of " + quote(subject);
  }

  public static String subscribeViolation(String subject) {
    return "Permissions Violation for Subscription to " + quote(subject);
  }

  public static String subscribeViolation(String subject, String queue) {
    return subscribeViolation(subject) + " using queue " + quote(queue);
  }

  /// What follows [#subscribeViolation] when changed permissions end a subscription.
  public static String endedSubscription(String sid) {
    return " (sid " + quote(sid) + ")";
  }

  public static String tooManyTokens(String subject) {
    return subscribeViolation(subject) + ", too many tokens";
  }

  /// A leaf may not join; Frond's own.
  public static String sameDomain(String domain, String leaf, String account) {
    return "Same JetStream domain "
        + quote(domain)
        + " as leaf "
        + quote(leaf)
        + " in account "
        + quote(account)
        + ": each leaf needs a domain of its own";
  }

  public static String leafNotAllowed(String address) {
    return "Leafnode connection from " + address + " not allowed";
  }

  /// As Go's `%q` does for what a subject or a header may hold.
  public static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t") + '"';
  }
}

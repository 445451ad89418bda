package io.frond.options;

/// What this server is.
public final class Version {
  public static final String FROND = "0.1.0";

  /// The version of nats-server whose behaviour it has: clients decide by it what they may use.
  public static final String NATS = "2.14.5";

  private Version() {}
}

package io.frond.options;

/// What this server is and which NATS it speaks.
public final class Version {
  /// Frond's own version.
  public static final String FROND = "0.1.0";

  /// The NATS version whose protocol and behaviour it implements: INFO's `version`, which clients'
  /// feature checks read.
  public static final String NATS = "2.14.5";

  private Version() {}

  /// What `--version` prints.
  public static String text() {
    return "frond: v" + FROND + " (NATS " + NATS + ")";
  }
}

package io.frond.options;

/// One account of `accounts {}`. Its users stand in [AuthOptions#users].
///
/// @param maxConnections clients at once, -1 for no limit
/// @param maxSubscriptions subscriptions of each connection, -1 for no limit
/// @param maxPayload bytes, -1 for the server's
/// @param maxLeafNodes leaf connections at once, -1 for no limit
public record AccountOptions(
    String name, long maxConnections, long maxSubscriptions, long maxPayload, long maxLeafNodes) {
  /// The account of everyone who names none.
  public static final String GLOBAL = "$G";

  /// The system account's name where the configuration gives none.
  public static final String SYSTEM = "$SYS";

  public static AccountOptions unlimited(String name) {
    return new AccountOptions(name, -1, -1, -1, -1);
  }
}

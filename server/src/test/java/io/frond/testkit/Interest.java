package io.frond.testkit;

import io.frond.account.Account;

/// Looks at an account's interest.
public final class Interest {
  private Interest() {}

  /// How many subscriptions there are besides the server's own.
  public static int count(Account account) {
    var count = new int[1];
    account.sublist().forEach(subscription -> count[0] += subscription.owner() == null ? 0 : 1);
    return count[0];
  }
}

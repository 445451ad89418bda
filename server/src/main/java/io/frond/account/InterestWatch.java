package io.frond.account;

/// Hears of every change of interest in an account, after it happened. Called on the thread that
/// changed it, any one, without a lock held: an implementation does little.
public interface InterestWatch {
  /// @param subject may hold wildcards; must not be changed
  void changed(byte[] subject);
}

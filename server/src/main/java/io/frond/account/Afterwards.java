package io.frond.account;

/// What follows when all receivers of a message are known.
public interface Afterwards {
  /// On the message's event loop, while the message is still in flight.
  void delivered(Delivery message);
}

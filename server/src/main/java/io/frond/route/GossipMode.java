package io.frond.route;

/// How a server that hears of another by gossip is to tell on (INFO field `gossip_mode`): the place
/// in this list is the number on the wire.
enum GossipMode {
  /// A route that gossip brought about is not told on.
  DEFAULT,
  /// Nothing is told on: the sender tells everyone itself.
  DISABLED,
  /// It is told on although gossip brought it about.
  OVERRIDE;

  static GossipMode of(int wire) {
    return wire == 1 ? DISABLED : wire == 2 ? OVERRIDE : DEFAULT;
  }

  int wire() {
    return ordinal();
  }

  /// The mode that comes with news of a new route.
  ///
  /// @param solicited whether we dialled the new server
  /// @param explicit whether it is in our configuration
  /// @param toConfigured whether the receiver of the news is in our configuration
  static GossipMode forNews(boolean solicited, boolean explicit, boolean toConfigured) {
    if (solicited) {
      return explicit ? OVERRIDE : DEFAULT;
    }
    return toConfigured ? OVERRIDE : DISABLED;
  }
}

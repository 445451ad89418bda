package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Origin;
import io.frond.account.RemoteTarget;
import io.frond.account.Side;

/// Whose interest a [LeafSubscription] is: that of a link while it is up, or that of a session,
/// which outlives its links.
interface Holder {
  Side side();

  Origin origin();

  /// Whether the other side is connected now. Any loop.
  boolean present();

  /// Whether a message may go to the other side, now or later. Any loop.
  boolean maySend(Delivery message);

  /// The subjects that go to it by lanes only.
  LaneSubjects lanes();

  RemoteTarget target();
}

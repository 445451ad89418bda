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

  /// Whether the other side is connected now, over the link that showed an interest: what an
  /// earlier one showed and this one has not may have gone. Any loop.
  ///
  /// @param shownBy the link's number
  boolean present(long shownBy);

  /// Whether a message may go to the other side, now or later. Any loop.
  boolean maySend(Delivery message);

  /// The subjects that go to it by lanes only.
  LaneSubjects lanes();

  RemoteTarget target();
}

package io.frond.lane;

import io.frond.leafnode.HubLink;
import org.jspecify.annotations.Nullable;

/// What a lane needs of the lanes beside it. The shard's thread.
interface LaneSiblings {
  /// Lets the lanes send, soon.
  void pump();

  /// What is known of the streams of a link's hub; null when it cannot be asked.
  @Nullable HubStreams streams(HubLink link);

  /// Why there is no link.
  String away();
}

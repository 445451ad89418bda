package io.frond.leafnode;

import io.frond.wire.MessageFrame;

/// Takes what lanes of leaves below ask of this server, under [#PREFIX]. On the link's event loop.
public interface LaneDoor {
  String PREFIX = "$FROND.LANE.";

  void message(SpokeLink from, MessageFrame frame);
}

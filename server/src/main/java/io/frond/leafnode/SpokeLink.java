package io.frond.leafnode;

import io.frond.account.Side;
import io.frond.wire.MessageFrame;

/// A link to a leaf below as those need it who do something for its lanes. On the link's event
/// loop.
public final class SpokeLink {
  private final Leaf leaf;

  SpokeLink(Leaf leaf) {
    this.leaf = leaf;
  }

  /// Publishes a message of this server's own.
  ///
  /// @return whether anyone took it
  public boolean publishOwn(byte[] subject, byte[] reply, byte[] payload) {
    var message = leaf.link().loop().delivery();
    message.begin(MessageFrame.of(subject, reply, 0, payload), Side.LOCAL, null, false);
    leaf.ingress().publishOnce(message);
    return message.delivered() > 0;
  }

  /// Whether the leaf may publish to a subject.
  public boolean mayTake(byte[] subject) {
    var rights = leaf.rights();
    return rights == null || rights.mayTake(subject);
  }
}

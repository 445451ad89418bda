package io.frond.leafnode;

import io.frond.account.Side;
import io.frond.session.Seen;
import io.frond.wire.MessageFrame;

/// A link to a leaf below as those need it who do something for its lanes. On the link's event
/// loop, but for [#execute].
public final class SpokeLink {
  private final Leaf leaf;

  SpokeLink(Leaf leaf) {
    this.leaf = leaf;
  }

  /// Runs a task on the link's loop, with a flush at its end. Any thread.
  public void execute(Runnable task) {
    var loop = leaf.link().loop();
    loop.executor().execute(() -> loop.batch(task));
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

  /// Publishes a message that another one of the leaf's carried.
  ///
  /// @return false when the leaf may not send it
  public boolean publishCarried(MessageFrame frame) {
    if (!mayTake(frame.subject())) {
      return false;
    }
    leaf.publish(frame, Seen.Verdict.NEW);
    return true;
  }
}

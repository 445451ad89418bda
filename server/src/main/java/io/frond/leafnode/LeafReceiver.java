package io.frond.leafnode;

import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.session.Seen;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;

/// Messages that come in over a leaf link: what of them is new, may come, and is published. Owner:
/// the link's event loop.
final class LeafReceiver {
  private final LeafHost host;
  private final Leaf leaf;
  private final Link link;
  private final SpokeLink spokeLink;

  LeafReceiver(LeafHost host, Leaf leaf) {
    this.host = host;
    this.leaf = leaf;
    link = leaf.link();
    spokeLink = new SpokeLink(leaf);
  }

  void message(MessageFrame frame) {
    if (host.log().tracing()) {
      host.log()
          .trace(leaf.label() + " - <<- [LMSG " + frame.subjectText() + " " + frame.size() + "]");
    }
    var verdict = frame.source() < 0 ? Seen.Verdict.NEW : leaf.inflow().take(frame);
    if (verdict == Seen.Verdict.SEEN) {
      return;
    }
    if (verdict == null) {
      link.close(CloseReason.PROTOCOL_VIOLATION, "tag of an unknown source");
      return;
    }
    var door = leaf.isSpoke() ? null : host.laneDoor();
    if (door != null && OwnSubjects.startsWith(frame, LaneDoor.PREFIX)) {
      door.message(spokeLink, frame);
      return;
    }
    if (leaf.border().stops(frame.buffer(), frame.subjectAt(), frame.subjectLength())) {
      host.log().debug(leaf.label() + " - stays on its side of the link: " + frame.subjectText());
      return;
    }
    var rights = leaf.rights();
    if (rights != null && !OwnSubjects.pass(frame) && !rights.mayTake(frame.subject())) {
      if (!leaf.isSpoke()) { // a spoke drops what it does not want; a leaf that oversteps ends
        var subject = frame.subjectText();
        leaf.refuse("Publish", ErrorText.publishViolation(subject), subject);
      }
      return;
    }
    publish(frame, verdict);
  }

  private void publish(MessageFrame frame, Seen.Verdict verdict) {
    var inflow = leaf.inflow();
    var message = link.loop().delivery();
    message.begin(frame, leaf.side(), leaf.origin(), false);
    if (frame.source() >= 0) {
      message.tag(inflow.seen(), inflow.sequence(), verdict == Seen.Verdict.RELAY);
    }
    leaf.ingress().publish(message);
  }
}

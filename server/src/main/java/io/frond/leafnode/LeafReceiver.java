package io.frond.leafnode;

import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.session.Seen;
import io.frond.trace.Trace;
import io.frond.trace.TraceHeaders;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
    if (frame.headerLength() > 0 && TraceHeaders.isIn(frame)) {
      traced(frame, verdict);
    } else {
      take(frame, verdict, null);
    }
  }

  private void traced(MessageFrame frame, Seen.Verdict verdict) {
    var start = host.tracer().begin(frame, leaf.account(), leaf.traceEnd(), this::mayAnswerTo);
    var denied = start.denied();
    if (denied != null) {
      var subject = new String(denied, StandardCharsets.UTF_8);
      link.send("-ERR '" + ErrorText.publishViolation(subject) + "'\r\n");
      host.log().error(leaf.label() + " - Publish Violation - Subject " + ErrorText.quote(subject));
    }
    var taken = start.frame();
    if (taken != null) {
      var trace = start.trace();
      take(taken, verdict, trace);
      if (trace != null) {
        trace.finish();
      }
    }
  }

  private boolean mayAnswerTo(byte[] subject) {
    var rights = leaf.rights();
    return rights == null || rights.mayTake(subject);
  }

  private void take(MessageFrame frame, Seen.Verdict verdict, @Nullable Trace trace) {
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
      if (trace != null) {
        trace.refused(ErrorText.publishViolation(frame.subjectText()));
      }
      return;
    }
    publish(frame, verdict, trace);
  }

  private void publish(MessageFrame frame, Seen.Verdict verdict, @Nullable Trace trace) {
    var inflow = leaf.inflow();
    var message = link.loop().delivery();
    message.begin(frame, leaf.side(), leaf.origin(), false);
    message.trace(trace);
    if (frame.source() >= 0) {
      message.tag(inflow.seen(), inflow.sequence(), verdict == Seen.Verdict.RELAY);
    }
    leaf.ingress().publish(message);
  }
}

package io.frond.leafnode;

import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.session.SpokeSessions;
import io.frond.subject.Subjects;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the server at the other end of a leaf link is interested in, as it told us. Owner: the
/// link's event loop; monitoring reads from any thread.
final class LeafInterests {
  private final LeafHost host;
  private final Leaf leaf;
  private final Link link;
  private final byte[] loopSubject;
  private final KeptInterest kept;

  /// @param kept the session's, which outlives the link; or the link's own
  LeafInterests(LeafNodes nodes, Leaf leaf, KeptInterest kept) {
    host = nodes.host();
    this.leaf = leaf;
    this.kept = kept;
    link = leaf.link();
    loopSubject = nodes.loops().subject(leaf.account());
  }

  int count() {
    var served = leaf.served();
    return kept.count() + (served == null ? 0 : served.interestCount());
  }

  /// Subjects and, after a blank, queue groups.
  List<String> list() {
    var served = leaf.served();
    if (served == null) {
      return kept.list();
    }
    var all = new ArrayList<>(kept.list());
    all.addAll(served.interestList());
    return all;
  }

  /// `LS+` or `LS-` came.
  void learn(ControlOp.LeafInterest interest) {
    var subject = interest.subject();
    var queue = interest.queue();
    var served = leaf.served();
    if (served != null && SpokeSessions.remembers(subject) && !Loops.is(subject)) {
      if (interest.weight() == 0 || mayBe(subject, queue)) {
        served.learn(subject, queue, interest.weight());
      }
      return;
    }
    if (interest.weight() == 0) {
      if (KeptInterest.passes(subject) || !leaf.lost(subject, queue)) {
        kept.remove(subject, queue);
      }
      return;
    }
    if (Arrays.equals(subject, loopSubject)) {
      leaf.loop();
      return;
    }
    if (kept.has(subject, queue) || mayBe(subject, queue)) {
      kept.add(subject, queue, interest.weight(), link.id());
    }
  }

  private boolean mayBe(byte[] subject, byte @Nullable [] queue) {
    if (!Subjects.isValid(subject)) {
      link.send("-ERR '" + ErrorText.INVALID_SUBJECT + "'\r\n");
      return false;
    }
    var most = host.limits().maxSubscriptions();
    if (most > 0 && count() >= most) {
      host.log().error(leaf.label() + " - " + ErrorText.MAX_SUBSCRIPTIONS);
      link.close(CloseReason.MAX_SUBSCRIPTIONS, ErrorText.MAX_SUBSCRIPTIONS);
      return false;
    }
    if (leaf.border().ignores(subject)) {
      return false;
    }
    var rights = leaf.rights();
    if (rights != null && !Loops.is(subject) && !rights.mayHear(subject, queue)) {
      var text = new String(subject, StandardCharsets.UTF_8);
      if (!leaf.isSpoke()) {
        leaf.refuse("Subscription", ErrorText.subscribeViolation(text), text);
      }
      return false;
    }
    return true;
  }

  /// The link ended: the other side is interested in nothing, unless a session remembers it.
  void end() {
    kept.end();
  }
}

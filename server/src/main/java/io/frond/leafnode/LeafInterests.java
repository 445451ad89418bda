package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.subject.Subjects;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the server at the other end of a leaf link is interested in, as it told us. Owner: the
/// link's event loop; monitoring reads from any thread.
final class LeafInterests {
  private final LeafHost host;
  private final Leaf leaf;
  private final Link link;
  private final Account account;
  private final byte[] loopSubject;
  private final ConcurrentHashMap<String, LeafSubscription> subscriptions =
      new ConcurrentHashMap<>();

  LeafInterests(LeafNodes nodes, Leaf leaf) {
    host = nodes.host();
    this.leaf = leaf;
    link = leaf.link();
    account = leaf.account();
    loopSubject = nodes.loops().subject(account);
  }

  int count() {
    return subscriptions.size();
  }

  /// Subjects and, after a blank, queue groups.
  List<String> list() {
    var list = new ArrayList<String>();
    for (var subscription : subscriptions.values()) {
      var queue = subscription.queueText();
      list.add(subscription.subjectText() + (queue == null ? "" : " " + queue));
    }
    return list;
  }

  /// `LS+` or `LS-` came.
  void learn(ControlOp.LeafInterest interest) {
    var subject = interest.subject();
    var queue = interest.queue();
    var key = key(subject, queue);
    if (interest.weight() == 0) {
      var gone = subscriptions.remove(key);
      if (gone != null) {
        account.unsubscribe(gone);
      }
      return;
    }
    if (Arrays.equals(subject, loopSubject)) {
      leaf.loop();
      return;
    }
    var known = subscriptions.get(key);
    if (known != null) {
      if (queue != null && known.weight() != interest.weight()) {
        account.reweigh(known, interest.weight());
      }
      return;
    }
    if (mayBe(subject, queue)) {
      var added = new LeafSubscription(leaf, subject, queue, queue == null ? 1 : interest.weight());
      subscriptions.put(key, added);
      account.subscribe(added);
    }
  }

  private boolean mayBe(byte[] subject, byte @Nullable [] queue) {
    if (!Subjects.isValid(subject)) {
      link.send("-ERR '" + ErrorText.INVALID_SUBJECT + "'\r\n");
      return false;
    }
    var most = host.limits().maxSubscriptions();
    if (most > 0 && subscriptions.size() >= most) {
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

  private static String key(byte[] subject, byte @Nullable [] queue) {
    var text = new String(subject, StandardCharsets.ISO_8859_1);
    return queue == null ? text : text + ' ' + new String(queue, StandardCharsets.ISO_8859_1);
  }

  /// The link ended: the other side is interested in nothing.
  void end() {
    subscriptions.values().forEach(account::unsubscribe);
    subscriptions.clear();
  }
}

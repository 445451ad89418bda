package io.frond.route;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Interest;
import io.frond.account.InterestListener;
import io.frond.account.RemoteTarget;
import io.frond.wire.ControlOp.RouteInterest;
import io.frond.wire.MessageFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One account on one route: the interest that the other server told of, what we tell it, and the
/// way of messages in both directions. Owned by the route's event loop, but for what [Account] and
/// [Delivery] call.
final class RouteAccount implements InterestListener, RemoteTarget {
  private static final byte[] CRLF = {'\r', '\n'};

  private final Route route;
  private final Account account;
  private final boolean dedicated;
  private final byte[] told;
  private final byte[] withdrawn;
  private final int[] slots;
  private final ConcurrentHashMap<String, RouteSubscription> subscriptions =
      new ConcurrentHashMap<>();
  private @Nullable Ingress ingress;
  private boolean attached;

  /// @param dedicated the route is this account's alone, and names no account in its operations
  RouteAccount(Route route, Account account, boolean dedicated, int loops) {
    this.route = route;
    this.account = account;
    this.dedicated = dedicated;
    var name = dedicated ? "" : account.name() + " ";
    told = ("RS+ " + name).getBytes(StandardCharsets.UTF_8);
    withdrawn = ("RS- " + name).getBytes(StandardCharsets.UTF_8);
    slots = new int[loops];
  }

  Route route() {
    return route;
  }

  Account account() {
    return account;
  }

  Collection<RouteSubscription> subscriptions() {
    return subscriptions.values();
  }

  int subscriptionCount() {
    return subscriptions.size();
  }

  // ---- from the other server ----

  boolean carries(MessageFrame frame) {
    return dedicated || frame.accountIs(account.nameBytes());
  }

  Ingress ingress() {
    if (ingress == null) {
      ingress = new Ingress(account);
    }
    return ingress;
  }

  /// The other server told of interest, or of a queue group's new number of members.
  void learn(RouteInterest interest, boolean filtered) {
    var queue = interest.queue();
    var key = key(interest);
    var known = subscriptions.get(key);
    if (known == null) {
      var fresh =
          new RouteSubscription(this, interest.subject(), queue, interest.weight(), filtered);
      subscriptions.put(key, fresh);
      account.subscribe(fresh);
    } else if (queue != null && known.weight() != interest.weight()) {
      account.reweigh(known, interest.weight());
    }
  }

  void forget(RouteInterest interest) {
    var known = subscriptions.remove(key(interest));
    if (known != null) {
      account.unsubscribe(known);
    }
  }

  private static String key(RouteInterest interest) {
    var subject = new String(interest.subject(), StandardCharsets.ISO_8859_1);
    var queue = interest.queue();
    return queue == null ? subject : subject + ' ' + new String(queue, StandardCharsets.ISO_8859_1);
  }

  // ---- to the other server ----

  /// Begins to tell of the account's interest; again has no effect.
  void attach() {
    if (!attached) {
      attached = true;
      account.attach(this);
    }
  }

  /// Tells everything once more: the other server may have forgotten what it did not want.
  void tellAgain() {
    if (attached) {
      account.detach(this);
      account.attach(this);
    }
  }

  /// The route is gone.
  void end() {
    if (attached) {
      attached = false;
      account.detach(this);
    }
    for (var subscription : subscriptions.values()) {
      account.unsubscribe(subscription);
    }
    subscriptions.clear();
  }

  @Override
  public int wanted(Interest interest) {
    var count = interest.local() + interest.spokes();
    return count > 0 && route.mayImport(interest.subject()) ? count : 0;
  }

  @Override
  public void changed(Interest interest, int count) {
    var line = new ByteArrayOutputStream(64);
    line.writeBytes(count > 0 ? told : withdrawn);
    line.writeBytes(interest.subject());
    var queue = interest.queue();
    if (queue != null) {
      line.write(' ');
      line.writeBytes(queue);
      if (count > 0) {
        line.write(' ');
        line.writeBytes(Integer.toString(count).getBytes(StandardCharsets.US_ASCII));
      }
    }
    line.writeBytes(CRLF);
    route.link().send(line.toByteArray());
  }

  @Override
  public int[] slots() {
    return slots;
  }

  @Override
  public void send(Delivery message, byte[][] queues, int count) {
    if (message.frame().headerLength() > 0 && !route.takesHeaders()) {
      route.link().send(withoutHeaders(message.frame(), queues, count));
      return;
    }
    var end = message.serverLine(dedicated ? null : account.nameBytes(), queues, count);
    if (dedicated && message.line()[0] == 'L') {
      message.line()[0] = 'R';
    }
    route.link().deliver(message, 0, end, 0, null);
  }

  /// For a server that takes no headers: rare, so built anew.
  private byte[] withoutHeaders(MessageFrame frame, byte[][] queues, int count) {
    var out = new ByteArrayOutputStream(128 + frame.size());
    var head = new StringBuilder("RMSG ");
    if (!dedicated) {
      head.append(account.name()).append(' ');
    }
    out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    out.writeBytes(frame.subject());
    var reply = frame.reply();
    if (count > 0) {
      out.writeBytes((reply.length > 0 ? " +" : " |").getBytes(StandardCharsets.US_ASCII));
    }
    if (reply.length > 0) {
      out.write(' ');
      out.writeBytes(reply);
    }
    for (var i = 0; i < count; i++) {
      out.write(' ');
      out.writeBytes(queues[i]);
    }
    var size = frame.size() - frame.headerLength();
    out.writeBytes((" " + size + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(frame.body(), frame.headerLength(), size);
    out.writeBytes(CRLF);
    return out.toByteArray();
  }
}

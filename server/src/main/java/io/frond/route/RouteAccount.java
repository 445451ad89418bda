package io.frond.route;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Interest;
import io.frond.account.InterestListener;
import io.frond.account.Origin;
import io.frond.account.RemoteTarget;
import io.frond.account.Side;
import io.frond.json.JsonException;
import io.frond.session.LeafDomains;
import io.frond.session.Relay;
import io.frond.session.Seen;
import io.frond.trace.TraceEnd;
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
final class RouteAccount implements InterestListener, RemoteTarget, LeafDomains.Peer {
  private static final byte[] CRLF = {'\r', '\n'};

  /// Origins whose messages find their way without a new string.
  private static final int RECENT = 8;

  private final Route route;
  private final Account account;
  private final boolean dedicated;
  private final byte[] name;
  private final int[] slots;
  private final @Nullable RouteSessions sessions;

  /// Clusters of leaves that messages of this route came from, on the loop.
  private final @Nullable Origin[] recent = new Origin[RECENT];

  private int nextRecent;
  private final ConcurrentHashMap<String, RouteSubscription> subscriptions =
      new ConcurrentHashMap<>();
  private @Nullable Ingress ingress;
  private boolean attached;

  /// @param dedicated the route is this account's alone, and names no account in its operations
  RouteAccount(Route route, Account account, boolean dedicated, int loops) {
    this.route = route;
    this.account = account;
    this.dedicated = dedicated;
    name = (dedicated ? "" : account.name() + " ").getBytes(StandardCharsets.UTF_8);
    slots = new int[loops];
    var all = route.servesSessions() ? route.host().sessions() : null;
    sessions = all == null ? null : new RouteSessions(this, all, name, loops);
  }

  Route route() {
    return route;
  }

  Account account() {
    return account;
  }

  /// What goes over the route for leaves' sessions; null where not both servers serve them.
  @Nullable RouteSessions sessions() {
    return sessions;
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

  /// The cluster of leaves that a message came from.
  Origin origin(MessageFrame frame) {
    for (var each : recent) {
      var known = each == null ? null : each.name();
      if (each != null && known != null && frame.originIs(known)) {
        return each;
      }
    }
    var origins = account.origins();
    var fresh = origins.enter(new String(frame.origin(), StandardCharsets.UTF_8));
    var at = nextRecent++ % RECENT;
    var before = recent[at];
    recent[at] = fresh;
    if (before != null) {
      origins.leave(before);
    }
    return fresh;
  }

  /// The other server told of interest, or of a queue group's new number of members.
  void learn(RouteInterest interest, boolean filtered) {
    var queue = interest.queue();
    var key = key(interest);
    var known = subscriptions.get(key);
    if (known == null) {
      var named = interest.origin();
      var origin =
          named == null ? null : account.origins().enter(new String(named, StandardCharsets.UTF_8));
      var fresh =
          new RouteSubscription(
              this, origin, interest.subject(), queue, interest.weight(), filtered);
      subscriptions.put(key, fresh);
      account.subscribe(fresh);
    } else if (queue != null && known.weight() != interest.weight()) {
      account.reweigh(known, interest.weight());
    }
  }

  void forget(RouteInterest interest) {
    var known = subscriptions.remove(key(interest));
    if (known != null) {
      end(known);
    }
  }

  private void end(RouteSubscription subscription) {
    account.unsubscribe(subscription);
    var origin = subscription.origin();
    if (origin != null) {
      account.origins().leave(origin);
    }
  }

  /// Subject and queue group, behind the origin where the other server names it at the end, too.
  private String key(RouteInterest interest) {
    var text = new StringBuilder();
    var origin = interest.origin();
    if (origin != null && route.takesOriginsOfEnds()) {
      text.append(new String(origin, StandardCharsets.ISO_8859_1)).append("  ");
    }
    text.append(new String(interest.subject(), StandardCharsets.ISO_8859_1));
    var queue = interest.queue();
    if (queue != null) {
      text.append(' ').append(new String(queue, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  /// The other server told of a leaf's JetStream domain. On the loop.
  void heardOfDomain(byte[] json) {
    try {
      route.host().domains().heard(account, this, json);
    } catch (JsonException e) {
      route.host().log().error(route.label() + " - LDOM: " + e.getMessage());
    }
  }

  // ---- to the other server ----

  @Override
  public void tell(LeafDomains.Claim claim, boolean ended) {
    var line = new ByteArrayOutputStream(256);
    line.writeBytes("LDOM ".getBytes(StandardCharsets.US_ASCII));
    line.writeBytes(name);
    line.writeBytes(claim.json(ended));
    line.writeBytes(CRLF);
    route.link().send(line.toByteArray());
  }

  /// Begins to tell of the account's interest; again has no effect.
  void attach() {
    if (!attached) {
      attached = true;
      account.attach(this);
      if (sessions != null) {
        sessions.open();
      }
      if (route.resumes()) {
        route.host().domains().open(account, this);
      }
    }
  }

  /// Tells everything once more: the other server may have forgotten what it did not want.
  void tellAgain() {
    if (attached) {
      account.detach(this);
      account.attach(this);
      if (sessions != null) {
        sessions.close();
        sessions.open();
      }
    }
  }

  /// The route is gone.
  void end() {
    if (attached) {
      attached = false;
      account.detach(this);
      if (sessions != null) {
        sessions.close();
      }
      route.host().domains().close(account, this);
    }
    remember();
    subscriptions.values().forEach(this::end);
    subscriptions.clear();
    for (var i = 0; i < RECENT; i++) {
      var origin = recent[i];
      recent[i] = null;
      if (origin != null) {
        account.origins().leave(origin);
      }
    }
  }

  /// Whether the other server told of interest in a subject, for its own clients and streams.
  boolean knows(byte[] subject) {
    return subscriptions.containsKey(new String(subject, StandardCharsets.ISO_8859_1));
  }

  /// While the other server is out of reach, what leaves publish for it is kept by them.
  private void remember() {
    var arrears = route.arrears();
    if (arrears == null) {
      return;
    }
    var away = new AwayInterest(account, arrears, subscriptions.values());
    if (away.isSome() && arrears.remember(route.relay(), away)) {
      away.begin();
    }
  }

  @Override
  public int wanted(Interest interest) {
    var spokes = interest.spokes() - (sessions == null ? 0 : interest.remembered());
    if (route.takesOrigins()) { // told apart
      spokes -= interest.namedSpokes() - (sessions == null ? 0 : interest.namedRemembered());
    }
    return permitted(interest, interest.local() + spokes);
  }

  @Override
  public int wantedOf(Interest interest, Origin leaves) {
    var apart = route.takesOrigins() && leaves.name() != null;
    var told = sessions == null ? 0 : interest.rememberedOf(leaves);
    return apart ? permitted(interest, interest.spokesOf(leaves) - told) : 0;
  }

  private int permitted(Interest interest, int count) {
    return count > 0 && route.mayImport(interest.subject()) ? count : 0;
  }

  @Override
  public void changed(Interest interest, int count) {
    tell(interest, count, count > 0 ? "RS+ " : "RS- ", null);
  }

  @Override
  public void changedOf(Interest interest, Origin leaves, int count) {
    var origin = count > 0 || route.takesOriginsOfEnds() ? leaves.name() : null;
    tell(interest, count, count > 0 ? "LS+ " : "LS- ", origin);
  }

  private void tell(Interest interest, int count, String word, byte @Nullable [] origin) {
    var line = new ByteArrayOutputStream(64);
    line.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
    if (origin != null) {
      line.writeBytes(origin);
      line.write(' ');
    }
    line.writeBytes(name);
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

  /// Whether the other server is sent a message now, and does not have to be sent others before.
  boolean takesNow(Delivery message) {
    var arrears = route.arrears();
    var seen = source(message);
    return arrears == null || seen == null || arrears.isNext(seen);
  }

  /// The source whose tag the other server is sent with a message. What came from a third one for a
  /// queue group goes on without: the other server may have the tag already, by its own interest.
  private static @Nullable Seen source(Delivery message) {
    return message.side() != Side.ROUTE && message.tagSource() instanceof Seen seen ? seen : null;
  }

  @Override
  public TraceEnd traceEnd() {
    return route.traceEnd();
  }

  @Override
  public boolean isRoute() {
    return true;
  }

  @Override
  public int[] slots() {
    return slots;
  }

  @Override
  public void send(Delivery message, byte[][] queues, int count) {
    var origin = route.takesOrigins() ? message.origin() : null;
    if (message.frame().headerLength() > 0 && !route.takesHeaders()) {
      route.link().send(withoutHeaders(origin, message.frame(), queues, count));
      return;
    }
    var number = -1;
    var seen = source(message);
    if (route.resumes() && seen != null) {
      number = route.relay().number(seen, message.tagSequence(), route.arrears());
      if (number == Relay.NOT_NOW) {
        return;
      }
    }
    var end =
        message.serverLine(
            number,
            message.tagSequence(),
            origin,
            dedicated ? null : account.nameBytes(),
            queues,
            count);
    if (dedicated && origin == null && message.line()[0] == 'L') {
      message.line()[0] = 'R';
    }
    route.link().deliver(message, 0, end, 0, null);
    if (number >= 0) {
      route.relay().queued();
    }
  }

  /// Sends a message for sessions of leaves that are connected to the other server.
  ///
  /// @param number what the other server knows the source and the sessions by
  void sendTagged(Delivery message, int number, long sequence, byte[][] queues, int count) {
    var named = dedicated ? null : account.nameBytes();
    var end = message.serverLine(number, sequence, null, named, queues, count);
    if (dedicated && message.line()[0] == 'L') {
      message.line()[0] = 'R';
    }
    route.link().deliver(message, 0, end, 0, null);
  }

  /// For a server that takes no headers: rare, so built anew.
  private byte[] withoutHeaders(
      byte @Nullable [] origin, MessageFrame frame, byte[][] queues, int count) {
    var out = new ByteArrayOutputStream(128 + frame.size());
    out.writeBytes((origin == null ? "RMSG " : "LMSG ").getBytes(StandardCharsets.US_ASCII));
    if (origin != null) {
      out.writeBytes(origin);
      out.write(' ');
    }
    out.writeBytes(name);
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
    out.writeBytes(
        ((origin == null ? " " : " 0 ") + size + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(frame.body(), frame.headerLength(), size);
    out.writeBytes(CRLF);
    return out.toByteArray();
  }
}

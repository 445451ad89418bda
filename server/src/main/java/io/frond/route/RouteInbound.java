package io.frond.route;

import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.account.Tracer;
import io.frond.link.Link;
import io.frond.link.LinkLoop;
import io.frond.session.Seen;
import io.frond.subject.Subjects;
import io.frond.trace.Trace;
import io.frond.trace.TraceHeaders;
import io.frond.wire.ControlOp.DomainNews;
import io.frond.wire.ControlOp.OfSession;
import io.frond.wire.ControlOp.RouteInterest;
import io.frond.wire.ControlOp.RouteSessionOp;
import io.frond.wire.ControlOp.SourceOp;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What comes in on a route once both servers know each other: messages, interest, and news of
/// leaves' sessions, each for its account. Owner: the route's event loop; monitoring reads from any
/// thread.
final class RouteInbound {
  /// Accounts whose messages find their way without a new string.
  private static final int RECENT = 8;

  private final Cluster cluster;
  private final RouteHost host;
  private final Route route;
  private final Link link;
  private final Map<String, RouteAccount> accounts = new ConcurrentHashMap<>();
  private final @Nullable RouteAccount[] recent = new RouteAccount[RECENT];
  private final RouteNumbers numbers = new RouteNumbers();
  private @Nullable RouteAccount latest;
  private int nextRecent;
  private long unknownAccounts;

  RouteInbound(Cluster cluster, RouteHost host, Route route) {
    this.cluster = cluster;
    this.host = host;
    this.route = route;
    link = route.link();
  }

  Collection<RouteAccount> accounts() {
    return accounts.values();
  }

  /// Whether the other server told of interest in a subject. Any thread.
  boolean knows(String account, byte[] subject) {
    var of = accounts.get(account);
    return of != null && of.knows(subject);
  }

  // ---- messages ----

  void onMessage(MessageFrame frame) throws ProtocolException {
    var from = latest;
    if (from == null || !from.carries(frame)) {
      from = find(frame);
      if (from == null) {
        return;
      }
    }
    if (route.permissions() != null && !route.mayImport(frame.subject())) {
      return;
    }
    if (frame.source() >= RouteNumbers.FIRST) {
      forSessions(from, frame);
      return;
    }
    if (frame.source() >= 0) {
      var to = from;
      if (!route
          .relay()
          .take(
              frame,
              (on, it, seen, tag, late) ->
                  publishRelayed(to, on, late ? late(it) : it, seen, tag))) {
        throw Route.violation(ErrorText.UNKNOWN_OPERATION);
      }
      return;
    }
    if (mayAskForTrace(frame)) {
      traced(from, frame);
    } else {
      publish(from, frame, null);
    }
  }

  private void publish(RouteAccount from, MessageFrame frame, @Nullable Trace trace) {
    var message = link.loop().delivery();
    var source = frame.originLength() == 0 ? link : from.origin(frame);
    message.begin(frame, Side.ROUTE, source, false);
    message.route(link);
    served(message);
    message.trace(trace);
    from.ingress().publish(message);
  }

  private void traced(RouteAccount from, MessageFrame frame) {
    var start = begin(from, frame);
    var taken = start.frame();
    if (taken == null) {
      return;
    }
    var trace = start.trace();
    publish(from, taken, trace);
    if (trace != null) {
      trace.finish();
    }
  }

  private static boolean mayAskForTrace(MessageFrame frame) {
    return frame.headerLength() > 0 && TraceHeaders.isIn(frame);
  }

  /// What becomes of a message that may ask for a trace.
  private Tracer.Start begin(RouteAccount from, MessageFrame frame) {
    return host.tracer().begin(frame, from.account(), route.traceEnd(), _ -> true);
  }

  private void served(Delivery message) {
    if (route.servesSessions()) {
      message.servedSessions();
    }
  }

  private void forSessions(RouteAccount to, MessageFrame frame) throws ProtocolException {
    var meaning = numbers.of(frame.source());
    var sessions = to.sessions();
    if (meaning == null) {
      throw Route.violation("tag of an unknown source");
    }
    if (sessions == null) {
      return;
    }
    if (mayAskForTrace(frame)) {
      var start = begin(to, frame);
      var taken = start.frame();
      var trace = start.trace();
      sessions.pass(taken == null ? frame : taken, meaning, trace); // it settles the tag, too
      if (trace != null) {
        trace.finish();
      }
    } else {
      sessions.pass(frame, meaning, null);
    }
  }

  /// A message that a leaf's server relays; mostly on the route's loop.
  private void publishRelayed(
      RouteAccount to, LinkLoop on, MessageFrame frame, Seen seen, long sequence) {
    if (!mayAskForTrace(frame)) {
      publishRelayed(to, on, frame, seen, sequence, null);
      return;
    }
    var start = begin(to, frame);
    var taken = start.frame();
    if (taken == null) {
      return;
    }
    var trace = start.trace();
    publishRelayed(to, on, taken, seen, sequence, trace);
    if (trace != null) {
      trace.finish();
    }
  }

  private void publishRelayed(
      RouteAccount to,
      LinkLoop on,
      MessageFrame frame,
      Seen seen,
      long sequence,
      @Nullable Trace trace) {
    var message = on.delivery();
    if (on == link.loop()) {
      beginRelayed(message, frame, frame.originLength() == 0 ? link : to.origin(frame));
      message.tag(seen, sequence, false);
      message.trace(trace);
      to.ingress().publish(message);
      return;
    }
    var named =
        frame.originLength() == 0 ? null : new String(frame.origin(), StandardCharsets.UTF_8);
    var origins = to.account().origins();
    var origin = named == null ? null : origins.enter(named);
    beginRelayed(message, frame, origin == null ? link : origin);
    message.tag(seen, sequence, false);
    message.trace(trace);
    new Ingress(to.account()).publishOnce(message);
    if (origin != null) {
      origins.leave(origin);
    }
  }

  private MessageFrame late(MessageFrame frame) {
    return host.resume().late().mark(frame, System.currentTimeMillis());
  }

  private void beginRelayed(Delivery message, MessageFrame frame, Object source) {
    message.begin(frame, Side.ROUTE, source, false);
    message.route(link);
    if (route.servesSessions()) {
      message.servedSessions();
    }
  }

  private @Nullable RouteAccount find(MessageFrame frame) throws ProtocolException {
    route.requireRegistered();
    for (var each : recent) {
      if (each != null && each.carries(frame)) {
        latest = each;
        return each;
      }
    }
    var found = of(frame.account());
    if (found != null) {
      recent[nextRecent++ % RECENT] = found;
      latest = found;
    }
    return found;
  }

  private @Nullable RouteAccount of(byte[] named) {
    var own = route.account();
    return of(own == null ? new String(named, StandardCharsets.UTF_8) : own);
  }

  /// The account on this route, null when this server has no such account.
  @Nullable RouteAccount of(String name) {
    var there = accounts.get(name);
    if (there != null) {
      return there;
    }
    var known = host.account(name);
    if (known == null) {
      if (unknownAccounts++ == 0) {
        host.log().error(route.label() + " - Unknown account " + ErrorText.quote(name));
      }
      return null;
    }
    var fresh = new RouteAccount(route, known, route.account() != null, cluster.loops());
    accounts.put(name, fresh);
    return fresh;
  }

  // ---- operations ----

  void onInterest(RouteInterest interest) throws ProtocolException {
    route.requireRegistered();
    var of = of(interest.account());
    if (of == null) {
      return;
    }
    if (interest.weight() == 0) {
      of.forget(interest);
      return;
    }
    if (!Subjects.isValid(interest.subject())) {
      link.send("-ERR 'Invalid Subscription'\r\n");
      return;
    }
    if (!route.mayLearn(interest.subject())) {
      host.log().debug(route.label() + " - Can not export, ignoring remote subscription request");
      return;
    }
    var permissions = route.permissions();
    of.learn(
        interest,
        permissions != null && permissions.deliverFiltered(interest.subject(), interest.queue()));
  }

  void onSession(RouteSessionOp news) throws ProtocolException {
    route.requireRegistered();
    var of = of(news.account());
    if (of == null) {
      return;
    }
    switch (news) {
      case DomainNews(_, var json) -> of.heardOfDomain(json);
      case OfSession session -> {
        var sessions = of.sessions();
        if (sessions != null) {
          sessions.heard(session);
        }
      }
    }
  }

  void onSource(SourceOp source) throws ProtocolException {
    route.requireRegistered();
    if (source.number() < RouteNumbers.FIRST) {
      if (!route.relay().announced(source)) {
        throw Route.violation("source number out of bounds");
      }
      return;
    }
    var sessions = source.session();
    if (sessions == null) {
      return;
    }
    if (!numbers.learn(source, sessions)) {
      throw Route.violation("too many sources");
    }
  }

  /// The route is gone.
  void end() {
    accounts.values().forEach(RouteAccount::end);
    accounts.clear();
    Arrays.fill(recent, null);
    latest = null;
  }
}

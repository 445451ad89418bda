package io.frond.route;

import io.frond.account.Delivery;
import io.frond.account.RemoteTarget;
import io.frond.account.Side;
import io.frond.json.JsonException;
import io.frond.session.Carrier;
import io.frond.session.Feed;
import io.frond.session.SpokeNews;
import io.frond.session.SpokePeer;
import io.frond.session.SpokeSession;
import io.frond.session.SpokeSessions;
import io.frond.trace.Trace;
import io.frond.wire.ControlOp.OfSession;
import io.frond.wire.ControlOp.SessionInterest;
import io.frond.wire.ControlOp.SessionNews;
import io.frond.wire.ControlOp.SessionSettled;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One account's part of a route between two servers that serve sessions: what they tell each other
/// of leaves, and messages for leaves that are connected to the other one. What comes in belongs to
/// the route's event loop; what goes out comes from any.
final class RouteSessions implements SpokePeer {
  private static final byte[] CRLF = {'\r', '\n'};

  private final RouteAccount account;
  private final Route route;
  private final SpokeSessions sessions;
  private final byte[] name;
  private final RouteBundle[] bundles;
  private final AtomicInteger carriers = new AtomicInteger();

  /// @param name of the account and a blank, empty on a route that is the account's own
  RouteSessions(RouteAccount account, SpokeSessions sessions, byte[] name, int publishers) {
    this.account = account;
    route = account.route();
    this.sessions = sessions;
    this.name = name;
    bundles = new RouteBundle[publishers];
    for (var i = 0; i < publishers; i++) {
      bundles[i] = new RouteBundle(account, route.numbers());
    }
  }

  // ---- from the other server ----

  /// It told of a session. On the loop.
  void heard(OfSession op) {
    switch (op) {
      case SessionNews(_, var json) -> {
        try {
          sessions.heard(account.account(), this, SpokeNews.parse(json));
        } catch (JsonException e) {
          route.host().log().error(route.label() + " - SES: " + e.getMessage());
        }
      }
      case SessionInterest(_, var session, var subject, var queue, var weight) -> {
        if (weight == 0 || route.mayLearn(subject)) {
          sessions.heard(account.account(), this, text(session), subject, queue, weight);
        }
      }
      case SessionSettled(_, var id, var source, var sequence) -> {
        var session = sessions.session(account.account(), text(id));
        if (session != null) {
          session.settled(text(source), sequence);
        }
      }
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// A message came for sessions whose leaves are connected here. On the loop.
  void pass(MessageFrame frame, RouteNumbers.Meaning of, @Nullable Trace trace)
      throws ProtocolException {
    var message = route.link().loop().delivery();
    message.begin(frame, Side.ROUTE, route.link(), false);
    var queues = new byte[frame.queueCount()][];
    for (var i = 0; i < queues.length; i++) {
      queues[i] = frame.queue(i);
    }
    var sequence = of.high() | frame.sequenceLow();
    var passed = 0;
    for (var member : of.members(sessions, account.account(), this)) {
      var session = member.session();
      var link = session == null ? null : session.link();
      if (link != null && link.number() == member.link()) {
        var own = trace == null ? null : trace.toServer(link.traceEnd(), frame);
        if (trace != null && own == null) {
          continue; // it is only traced, and not there
        }
        if (own != null) {
          var _ = message.exchange(own);
        }
        link.pass(message, member.source(), sequence, queues);
        passed++;
        if (own != null) {
          var _ = message.exchange(frame);
        }
      }
    }
    account.account().stats().passed(message.loop(), passed, frame.size());
  }

  // ---- to the other server ----

  /// Tells of all sessions, and from now on of what becomes of them.
  void open() {
    sessions.open(account.account(), this);
  }

  void close() {
    sessions.close(account.account(), this);
  }

  @Override
  public String serverName() {
    return route.remoteName();
  }

  @Override
  public void tell(SpokeNews news) {
    var line = begin("SES ");
    line.writeBytes(news.json());
    end(line);
  }

  private ByteArrayOutputStream begin(String word) {
    var line = new ByteArrayOutputStream(128);
    line.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
    line.writeBytes(name);
    return line;
  }

  private void end(ByteArrayOutputStream line) {
    line.writeBytes(CRLF);
    route.link().send(line.toByteArray());
  }

  @Override
  public void show(SpokeSession session, byte[] subject, byte @Nullable [] queue, int weight) {
    if (weight > 0 && !route.mayImport(subject)) {
      return;
    }
    var line = begin(weight > 0 ? "SS+ " : "SS- ");
    line.writeBytes(session.id().getBytes(StandardCharsets.ISO_8859_1));
    line.write(' ');
    line.writeBytes(subject);
    if (queue != null) {
      line.write(' ');
      line.writeBytes(queue);
      if (weight > 0) {
        line.writeBytes((" " + weight).getBytes(StandardCharsets.US_ASCII));
      }
    }
    end(line);
  }

  @Override
  public void settled(SpokeSession session, String source, long sequence) {
    var line = begin("SACK ");
    line.writeBytes(
        (session.id() + ' ' + source + ' ' + sequence).getBytes(StandardCharsets.ISO_8859_1));
    end(line);
  }

  @Override
  public RemoteTarget straight() {
    return account;
  }

  @Override
  public Carrier carrier(SpokeSession session, long link, int handle) {
    return new RouteCarrier(this, session, carriers.incrementAndGet(), link, handle);
  }

  /// A message goes to one session more. On the feed's thread.
  void send(
      RouteCarrier to, Feed feed, Delivery message, byte[][] queues, int count, long sequence) {
    if (sequence == 0 || !route.mayExport(message.frame())) {
      return; // what was not kept has no name under which it could go
    }
    bundles[message.loop()].add(to, feed, message, queues, count, sequence);
  }

  long catchUpRate() {
    return sessions.catchUpRate();
  }
}

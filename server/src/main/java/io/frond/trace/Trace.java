package io.frond.trace;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.wire.MessageFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What this server tells of the way of one message: nats-server's `MsgTraceEvent`. Owned by the
/// thread that delivers the message; a [TraceStore] finishes elsewhere.
public final class Trace {
  /// A part of it.
  interface Event {
    /// Writes the fields into the object that is open.
    void write(JsonWriter to);
  }

  /// How a trace is compressed.
  public enum Encoding {
    /// Nothing was asked for.
    NONE,
    GZIP,
    SNAPPY,
    /// Something was asked for that is not known.
    IDENTITY
  }

  private final TraceSink sink;
  private final String account;
  private final String destination;
  private final TraceHeaders.Asked asked;
  private final TraceEnd from;
  private final String subject;
  private final int size;
  private final boolean only;
  private final String hop;
  private final String began = JsonTime.of(Instant.now());
  private final List<Event> events = new ArrayList<>();
  private final Set<TraceEnd> denied = new HashSet<>();
  private String error = "";
  private int hops;

  /// Parts that are not finished: the delivery, and each stream.
  private final AtomicInteger open = new AtomicInteger(1);

  /// @param frame the message as it came
  /// @param only the message is not to be delivered
  Trace(
      TraceSink sink,
      String account,
      String destination,
      TraceHeaders.Asked asked,
      TraceEnd from,
      MessageFrame frame,
      boolean only) {
    this.sink = sink;
    this.account = account;
    this.destination = destination;
    this.asked = asked;
    this.from = from;
    subject = frame.subjectText();
    size = frame.size();
    this.only = only;
    hop = from.kind() == TraceEnd.Kind.CLIENT ? "" : asked.first(TraceHeaders.HOP);
  }

  /// The account in which the message came, and the trace goes out.
  public String account() {
    return account;
  }

  /// The subject to which the trace goes.
  public String destination() {
    return destination;
  }

  /// Whether the message is to be traced, and not delivered to clients and streams.
  public boolean only() {
    return only;
  }

  public Encoding encoding() {
    var accepted = asked.first(TraceHeaders.ACCEPT_ENCODING).toLowerCase(Locale.ROOT);
    if (accepted.isEmpty()) {
      return Encoding.NONE;
    }
    if (accepted.contains("snappy") || accepted.contains("s2")) {
      return Encoding.SNAPPY;
    }
    return accepted.contains("gzip") ? Encoding.GZIP : Encoding.IDENTITY;
  }

  // ---- what happens to the message ----

  /// It is not taken.
  public void refused(String why) {
    error = why;
  }

  /// It has another subject from here on.
  public void mapped(String to) {
    var now = JsonTime.of(Instant.now());
    events.add(json -> json.put("type", "sm").put("ts", now).put("to", to));
  }

  /// It goes to what the server itself answers, in the system account; there it is traced no more.
  public void imported(String subjectHere, String subjectThere) {
    var now = JsonTime.of(Instant.now());
    events.add(json ->
        json.put("type", "si")
            .put("ts", now)
            .put("acc", sink.systemAccount())
            .put("from", subjectHere)
            .put("to", subjectThere));
  }

  /// It goes to a client, or would.
  ///
  /// @param why it does not, null when it does
  public void toClient(
      TraceEnd client, String subscription, @Nullable String queue, @Nullable String why) {
    egress(client, "", subscription, queue, why);
  }

  /// It goes to a stream.
  public TraceStore toStream(String stream) {
    var store = new TraceStore(this, stream);
    open.incrementAndGet();
    events.add(store);
    return store;
  }

  /// It may not go to another server.
  public void denied(TraceEnd server) {
    if (denied.add(server)) {
      egress(server, nextHop(), "", null, TraceText.PUBLISH_DENIED);
    }
  }

  /// It goes to another server.
  ///
  /// @return the message as that server is to get it, null when it must not go there
  public @Nullable MessageFrame toServer(TraceEnd server, MessageFrame frame) {
    if (only && !(server.traces() && server.present())) {
      var why = server.present() ? TraceText.ONLY_NOT_SUPPORTED : TraceText.ONLY_AWAY;
      egress(server, server.present() ? nextHop() : "", "", null, why);
      return null;
    }
    var next = nextHop();
    var why = !server.present() ? TraceText.AWAY : server.traces() ? null : TraceText.NOT_SUPPORTED;
    egress(server, next, "", null, why);
    return TraceHeaders.with(frame, TraceHeaders.HOP, next);
  }

  private String nextHop() {
    hops++;
    return hop.isEmpty() ? Integer.toString(hops) : hop + '.' + hops;
  }

  private void egress(
      TraceEnd to, String next, String subscription, @Nullable String queue, @Nullable String why) {
    var now = JsonTime.of(Instant.now());
    events.add(json -> {
      json.put("type", "eg").put("ts", now).put("kind", to.kind().number()).put("cid", to.id());
      json.putIf("name", to.name()).putIf("hop", next).putIf("sub", subscription);
      json.putIf("queue", queue).putIf("error", why);
    });
  }

  /// One of those that contribute is done; after the last of them the trace goes out.
  public void finish() {
    if (open.decrementAndGet() == 0) {
      sink.send(this);
    }
  }

  /// Writes all but who tells it into the object that is open.
  public void write(JsonWriter to) {
    to.begin("request").begin("header");
    asked.headers().forEach(to::put);
    to.end().putIf("msgsize", size).end();
    to.putIf("hops", hops);
    to.beginArray("events").begin().put("type", "in").put("ts", began);
    to.put("kind", from.kind().number()).put("cid", from.id()).putIf("name", from.name());
    to.put("acc", account).put("subj", subject).putIf("error", error).end();
    for (var event : events) {
      event.write(to.begin());
      to.end();
    }
    to.endArray();
  }
}

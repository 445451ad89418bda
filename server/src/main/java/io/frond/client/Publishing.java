package io.frond.client;

import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.link.Link;
import io.frond.trace.Trace;
import io.frond.trace.TraceHeaders;
import io.frond.trace.TraceText;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;
import io.frond.wire.NoResponders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a client publishes, on its way into the account. On the link's event loop.
final class Publishing {
  private final Client client;
  private final Link link;

  Publishing(Client client, Link link) {
    this.client = client;
    this.link = link;
  }

  void message(MessageFrame frame, Ingress into) {
    if (frame.headerLength() > 0 && TraceHeaders.isIn(frame)) {
      traced(frame, into);
    } else if (isAllowed(frame)) {
      publish(frame, into, null);
    }
  }

  private void publish(MessageFrame frame, Ingress into, @Nullable Trace trace) {
    var connect = client.connect();
    client.ok();
    var message = link.loop().delivery();
    message.begin(frame, Side.LOCAL, link, connect.echo());
    message.trace(trace);
    into.publish(message);
    if (message.delivered() == 0 && frame.replyLength() > 0 && connect.noResponders()) {
      noResponders(frame);
    }
  }

  /// A message whose headers may ask for a trace.
  private void traced(MessageFrame frame, Ingress into) {
    var start =
        client.host().tracer().begin(frame, into.account(), client.traceEnd(), this::mayPublish);
    var denied = start.denied();
    if (denied != null) {
      violates(new String(denied, StandardCharsets.UTF_8));
    }
    var taken = start.frame();
    if (taken == null) {
      return;
    }
    var trace = start.trace();
    if (isAllowed(taken)) {
      publish(taken, into, trace);
    } else if (trace != null) {
      trace.refused(ErrorText.publishViolation(frame.subjectText()));
    }
    if (trace != null) {
      trace.finish();
    }
  }

  /// A message came that is too large to be taken.
  ///
  /// @param head what came of it
  void tooLarge(MessageFrame head, Ingress into) {
    if (TraceHeaders.isIn(head)) {
      var tracer = client.host().tracer();
      var trace = tracer.begin(head, into.account(), client.traceEnd(), this::mayPublish).trace();
      if (trace != null) {
        trace.refused(TraceText.MAX_PAYLOAD);
        trace.finish();
      }
    }
  }

  private boolean isAllowed(MessageFrame frame) {
    if (client.connect().pedantic() && !client.isLiteral(frame)) {
      client.error(ErrorText.INVALID_PUBLISH_SUBJECT); // and it is published, as nats-server does
    }
    if (client.rights().mayPublish(frame)) {
      return true;
    }
    violates(frame.subjectText());
    return false;
  }

  private boolean mayPublish(byte[] subject) {
    return client.rights().mayPublish(subject);
  }

  private void violates(String subject) {
    client.error(ErrorText.publishViolation(subject));
    client
        .host()
        .log()
        .error(client.label() + " - Publish Violation - Subject " + ErrorText.quote(subject));
  }

  /// Nobody listens: tells the requester at once (NATS client protocol, "no responders").
  private void noResponders(MessageFrame frame) {
    var sid = client.sidFor(frame.reply());
    if (sid != null) {
      link.send(NoResponders.message(frame, sid));
    }
  }
}

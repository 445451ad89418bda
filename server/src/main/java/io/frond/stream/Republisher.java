package io.frond.stream;

import io.frond.json.JsonTime;
import io.frond.shard.Outlet;
import io.frond.subject.SubjectTransform;
import io.frond.subject.Subjects;
import io.frond.subject.TransformException;
import org.jspecify.annotations.Nullable;

/// Publishes stored messages again under another subject, with headers that say which message it
/// was (ADR-28). The shard's thread.
final class Republisher {
  private final String stream;
  private final SubjectTransform transform;
  private final boolean headersOnly;
  private final Outlet outlet;

  private Republisher(
      String stream, SubjectTransform transform, boolean headersOnly, Outlet outlet) {
    this.stream = stream;
    this.transform = transform;
    this.headersOnly = headersOnly;
    this.outlet = outlet;
  }

  /// Null when the configuration asks for none, be it with an empty destination.
  static @Nullable Republisher of(StreamConfig config, Outlet outlet) {
    var asked = config.republish();
    if (asked == null || asked.destination().isEmpty()) {
      return null;
    }
    try {
      return new Republisher(
          config.name(),
          SubjectTransform.of(asked.source(), asked.destination()),
          asked.headersOnly(),
          outlet);
    } catch (TransformException e) {
      return null;
    }
  }

  /// Where a message goes; null for nowhere.
  ///
  /// @param random see [SubjectTransform#apply(byte[],long)]
  byte @Nullable [] target(byte[] subject, long random) {
    var target = transform.apply(subject, random);
    return target != null && Subjects.isValidLiteral(target) ? target : null;
  }

  /// @param lastSequence of the message before it with the same subject, 0 for none
  void publish(byte[] target, Incoming message, long sequence, long time, long lastSequence) {
    var block =
        new HeaderBlock(message.headerBlock())
            .add("Nats-Stream", stream)
            .add("Nats-Subject", message.subjectText())
            .add("Nats-Sequence", Long.toString(sequence))
            .add("Nats-Time-Stamp", JsonTime.of(time))
            .add("Nats-Last-Sequence", Long.toString(lastSequence));
    if (headersOnly) {
      block.add("Nats-Msg-Size", Integer.toString(message.payloadLength()));
    }
    var headers = block.bytes();
    var payload = headersOnly ? new byte[0] : message.payload();
    var body = new byte[headers.length + payload.length];
    System.arraycopy(headers, 0, body, 0, headers.length);
    System.arraycopy(payload, 0, body, headers.length, payload.length);
    outlet.publish(target, new byte[0], headers.length, body);
  }
}

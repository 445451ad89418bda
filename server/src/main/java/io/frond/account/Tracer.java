package io.frond.account;

import io.frond.logging.Log;
import io.frond.subject.Subjects;
import io.frond.trace.Trace;
import io.frond.trace.TraceEnd;
import io.frond.trace.TraceHeaders;
import io.frond.trace.TraceRequest;
import io.frond.trace.TraceSink;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides which messages are traced, by their headers and what the account has configured. Any
/// thread.
public final class Tracer {
  private final TraceSink sink;
  private final Log log;
  private final IntUnaryOperator random;

  /// @param random a number below its argument
  public Tracer(TraceSink sink, Log log, IntUnaryOperator random) {
    this.sink = sink;
    this.log = log;
    this.random = random;
  }

  /// What becomes of a message that may ask for a trace.
  ///
  /// @param frame the message to go on with; null when it goes no further
  /// @param trace null when it is not traced
  /// @param denied the subject for a trace that its sender may not publish to; null for none
  public record Start(
      @Nullable MessageFrame frame, @Nullable Trace trace, byte @Nullable [] denied) {}

  /// A message came for which [TraceHeaders#isIn] is true.
  ///
  /// @param mayPublish whether the sender may publish to a subject
  public Start begin(
      MessageFrame frame, Account account, TraceEnd from, Predicate<byte[]> mayPublish) {
    var asked = TraceRequest.of(frame);
    if (asked == null) {
      return new Start(frame, null, null);
    }
    var origin = asked.originAccount();
    if (!origin.isEmpty()) {
      log.error("Message tracing disabled because of an origin account header: " + origin);
      return new Start(asked.only() ? null : TraceHeaders.disabled(frame), null, null);
    }
    var destination = asked.destination();
    if (destination == null) {
      var options = account.limits().trace();
      if (options == null) {
        return new Start(frame, null, null);
      }
      if (from.kind() == TraceEnd.Kind.CLIENT && !isSampled(options.sampling())) {
        return new Start(TraceHeaders.disabled(frame), null, null);
      }
      destination = options.destination();
    }
    if (!Subjects.isValidLiteral(destination)) {
      log.error("Destination \"" + destination + "\" is not valid, won't be able to trace events");
      return new Start(asked.only() ? null : frame, null, null);
    }
    var subject = destination.getBytes(StandardCharsets.UTF_8);
    if (!mayPublish.test(subject)) {
      return new Start(null, null, subject);
    }
    return new Start(frame, asked.trace(sink, account.name(), destination, from, frame), null);
  }

  private boolean isSampled(int percent) {
    return percent >= 100 || random.applyAsInt(100) <= percent;
  }
}

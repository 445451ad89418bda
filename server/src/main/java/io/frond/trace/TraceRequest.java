package io.frond.trace;

import io.frond.wire.MessageFrame;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a message's headers ask for. Immutable.
public final class TraceRequest {
  private final TraceHeaders.Asked asked;

  private TraceRequest(TraceHeaders.Asked asked) {
    this.asked = asked;
  }

  /// Null when the headers ask for no trace after all.
  public static @Nullable TraceRequest of(MessageFrame frame) {
    var asked = TraceHeaders.read(frame);
    return asked == null ? null : new TraceRequest(asked);
  }

  /// Whether the message is to be traced and not delivered.
  public boolean only() {
    return !asked.external()
        && switch (asked.first(TraceHeaders.ONLY).toLowerCase(Locale.ROOT)) {
          case "1", "true", "on" -> true;
          default -> false;
        };
  }

  /// Where the trace is to go; null when that is for the account to say.
  public @Nullable String destination() {
    return asked.external() ? null : asked.first(TraceHeaders.DEST);
  }

  /// A header of servers that are older than tracing across accounts; empty for none.
  public String originAccount() {
    return asked.first(TraceHeaders.ORIGIN_ACCOUNT);
  }

  /// Begins the trace.
  ///
  /// @param frame the message as it came
  public Trace trace(
      TraceSink sink, String account, String destination, TraceEnd from, MessageFrame frame) {
    return new Trace(sink, account, destination, asked, from, frame, only());
  }
}

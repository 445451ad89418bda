package io.frond.trace;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a trace tells of the stream that a message came to. Filled by the stream's thread, once;
/// the trace is not sent before.
public final class TraceStore implements Trace.Event {
  private final Trace trace;
  private final String stream;
  private Instant time = Instant.now();
  private String subject = "";
  private boolean noInterest;
  private @Nullable String error;

  TraceStore(Trace trace, String stream) {
    this.trace = trace;
    this.stream = stream;
  }

  /// Whether the message is not to be stored.
  public boolean only() {
    return trace.only();
  }

  /// The stream took the message, or would take it.
  ///
  /// @param under the subject under which it is stored
  /// @param unwanted the stream keeps what consumers want, and none wants this
  public void stored(String under, boolean unwanted) {
    time = Instant.now();
    subject = under;
    noInterest = unwanted;
    trace.finish();
  }

  /// The stream refused the message.
  public void refused(String why) {
    error = why;
    trace.finish();
  }

  /// The stream would have taken the message, but for its limits.
  public void refused(String why, String under) {
    time = Instant.now();
    subject = under;
    refused(why);
  }

  @Override
  public void write(JsonWriter to) {
    to.put("type", "js").put("ts", JsonTime.of(time)).put("stream", stream);
    to.putIf("subject", subject).putIf("nointerest", noInterest).putIf("error", error);
  }
}

package io.frond.stream;

import io.frond.shard.Shard;
import io.frond.trace.TraceStore;
import io.frond.trace.TraceText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What a stream tells of messages that are traced (ADR-41), in nats-server's words. The shard's
/// thread.
final class TracedArrivals {
  private static final String DUPLICATE = "msgid is duplicate";

  private final Stream stream;
  private final PublishRules rules;
  private final Incoming tried = new Incoming();

  TracedArrivals(Stream stream, PublishRules rules) {
    this.stream = stream;
    this.rules = rules;
  }

  /// Tells what became of a message when its entry is applied.
  Shard.Completion told(TraceStore trace, Incoming message) {
    return (_, failure) -> {
      var error = stream.intake().refusal();
      if (failure != null) {
        trace.refused(text(ApiErrorCode.INSUFFICIENT_RESOURCES.with(), message));
      } else if (error != null && is(error, ApiErrorCode.STREAM_STORE_FAILED)) {
        trace.refused(text(error, message), message.subjectText());
      } else if (error != null) {
        trace.refused(text(error, message));
      } else if (stream.intake().isDuplicate()) {
        trace.refused(DUPLICATE);
      } else if (stream.intake().isTaken()) {
        trace.stored(message.subjectText(), stream.intake().isUnwanted());
      } else {
        trace.refused("message of a batch was not taken");
      }
    };
  }

  /// A message that is not to be stored: tells what would become of it after those before it.
  ///
  /// @param from as in [Arrivals#publish]; it is copied
  void only(
      TraceStore trace,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    var copy = new byte[subjectLength + replyLength + bodyLength];
    from.get(at, copy);
    var subject = new byte[subjectLength];
    from.get(at, subject);
    stream
        .shard()
        .fence(() -> {
          if (!stream.isLive()) {
            trace.refused("stream closed");
            return;
          }
          var buffer = ByteBuffer.wrap(copy);
          var bodyAt = subjectLength + replyLength;
          var message =
              tried.set(stream.shard().now(), subject, buffer, bodyAt, headerLength, bodyLength);
          stream.transform(message, 0);
          attempt(trace, message, buffer, subjectLength, replyLength);
        });
  }

  private void attempt(
      TraceStore trace, Incoming message, ByteBuffer from, int replyAt, int replyLength) {
    var answers = stream.answers();
    try {
      var error = rules.check(message, false);
      if (error != null) {
        answers.refuse(from, replyAt, replyLength, error);
        trace.refused(text(error, message));
      } else if (rules.duplicateOf() > 0) {
        answers.give(
            from, replyAt, replyLength, answers.ack().begin(rules.duplicateOf()).duplicate().end());
        trace.refused(DUPLICATE);
      } else {
        trace.stored(message.subjectText(), stream.intake().isUnwanted(message.subject()));
      }
    } catch (IOException e) {
      trace.refused(String.valueOf(e.getMessage()));
    }
  }

  /// What a trace says of an error.
  static String text(ApiError error, Incoming message) {
    var headers = message.headers();
    var said = error.text();
    var last = said.substring(said.lastIndexOf(": ") + 1).strip();
    if (is(error, ApiErrorCode.STREAM_NOT_MATCH)) {
      return "expected stream does not match";
    }
    if (is(error, ApiErrorCode.MESSAGE_TTL_DISABLED)) {
      return "message TTL disabled";
    }
    if (is(error, ApiErrorCode.STREAM_MESSAGE_EXCEEDS_MAXIMUM)
        || is(error, ApiErrorCode.STREAM_HEADER_EXCEEDS_MAXIMUM)) {
      return TraceText.MAX_PAYLOAD;
    }
    if (is(error, ApiErrorCode.STREAM_ROLLUP_FAILED)
        || is(error, ApiErrorCode.STREAM_STORE_FAILED)) {
      return said;
    }
    if (is(error, ApiErrorCode.STREAM_WRONG_LAST_MSG_ID)) {
      var wanted = headers.text(HeaderName.EXPECTED_LAST_MSG_ID);
      return "last msgid mismatch: \"" + wanted + "\" vs \"" + last + '"';
    }
    if (is(error, ApiErrorCode.STREAM_WRONG_LAST_SEQUENCE)) {
      var wanted = headers.number(HeaderName.EXPECTED_LAST_SUBJECT_SEQUENCE);
      return wanted >= 0 && wanted != MessageHeaders.number(bytes(last), 0, last.length())
          ? "last sequence by subject mismatch: " + wanted + " vs " + last
          : "last sequence mismatch: "
              + headers.text(HeaderName.EXPECTED_LAST_SEQUENCE)
              + " vs "
              + last;
    }
    return said + " (" + error.number() + ')';
  }

  private static byte[] bytes(String digits) {
    return digits.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean is(ApiError error, ApiErrorCode code) {
    return error.number() == code.number();
  }
}

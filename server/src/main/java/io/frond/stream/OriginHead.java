package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonTime;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Asks an origin where it stands: which stream it is (by the time of its creation) and what its
/// last sequence is. One question at a time. The shard's thread.
final class OriginHead {
  /// What an origin said.
  ///
  /// @param created nanoseconds since the epoch
  record Answer(long created, long last) {}

  private final Stream stream;
  private final byte[] subject;
  private final long waitNanos;
  private Outlet.@Nullable Listening listening;
  private Shard.@Nullable Timer timer;
  private @Nullable Answer last;

  OriginHead(Stream stream, byte[] subject, long waitNanos) {
    this.stream = stream;
    this.subject = subject;
    this.waitNanos = waitNanos;
  }

  /// The latest answer, null when there was none.
  @Nullable Answer last() {
    return last;
  }

  /// Asks; an earlier question is forgotten.
  ///
  /// @param then gets the answer, null when there is none that can be used
  void ask(String reply, Consumer<@Nullable Answer> then) {
    stop();
    var answered = new boolean[1];
    Consumer<@Nullable Answer> once =
        answer -> {
          if (!answered[0]) {
            answered[0] = true;
            stop();
            then.accept(answer);
          }
        };
    listening =
        stream
            .outlet()
            .subscribe(
                reply,
                (to, back, headerLength, body) ->
                    once.accept(read(Arrays.copyOfRange(body, headerLength, body.length))));
    var shard = stream.shard();
    timer = shard.schedule(shard.now() + waitNanos, () -> once.accept(null));
    var to = reply.getBytes(StandardCharsets.UTF_8);
    if (stream.outlet().publish(subject, to, 0, new byte[0]) == Outlet.Taken.NOBODY) {
      once.accept(null);
    }
  }

  private @Nullable Answer read(byte[] json) {
    try {
      var said = JsonObject.parse(json);
      var state = said.object("state");
      var created = said.text("created", "");
      if (state == null || created.isEmpty()) {
        return null;
      }
      var answer = new Answer(JsonTime.nanos(Instant.parse(created)), state.number("last_seq", 0));
      last = answer;
      return answer;
    } catch (JsonException | DateTimeParseException e) {
      return null;
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (listening != null) {
      listening.close();
      listening = null;
    }
  }
}

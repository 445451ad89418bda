package io.frond.jetstream;

import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Asks several things at once and waits for the answers, for a second at most. On the shard's
/// thread; used once.
final class Gathering {
  private static final long WAIT_NANOS = 1_000_000_000L;

  /// Asks one of the things.
  interface Question {
    /// @param inbox where the answer is to go
    void ask(byte[] inbox, int number);
  }

  private final Shard shard;
  private final Outlet outlet;
  private final String inbox;
  private final byte @Nullable [][] answers;
  private int missing;
  private boolean ended;

  Gathering(Shard shard, Outlet outlet, String inbox, int questions) {
    this.shard = shard;
    this.outlet = outlet;
    this.inbox = inbox;
    answers = new byte[questions][];
    missing = questions;
  }

  void begin(Question question, Consumer<List<byte[]>> then) {
    if (missing == 0) {
      then.accept(List.of());
      return;
    }
    var heard = new ArrayList<Outlet.Listening>();
    heard.add(
        outlet.subscribe(
            inbox + ".*",
            (subject, reply, headerLength, body) -> {
              var text = new String(subject, StandardCharsets.UTF_8);
              var number = Integer.parseInt(text.substring(inbox.length() + 1));
              if (answers[number] == null) {
                answers[number] = Arrays.copyOfRange(body, headerLength, body.length);
                missing--;
                if (missing == 0) {
                  end(heard, then);
                }
              }
            }));
    var _ = shard.schedule(shard.now() + WAIT_NANOS, () -> end(heard, then));
    for (var i = 0; i < answers.length; i++) {
      question.ask((inbox + "." + i).getBytes(StandardCharsets.UTF_8), i);
    }
  }

  private void end(List<Outlet.Listening> heard, Consumer<List<byte[]>> then) {
    if (ended) {
      return;
    }
    ended = true;
    heard.forEach(Outlet.Listening::close);
    var got = new ArrayList<byte[]>();
    for (var answer : answers) {
      if (answer != null) {
        got.add(answer);
      }
    }
    then.accept(got);
  }
}

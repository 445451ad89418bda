package io.frond.jetstream;

import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

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
  private final Map<Integer, byte[]> answers = new TreeMap<>();
  private final int questions;
  private boolean ended;

  Gathering(Shard shard, Outlet outlet, String inbox, int questions) {
    this.shard = shard;
    this.outlet = outlet;
    this.inbox = inbox;
    this.questions = questions;
  }

  void begin(Question question, Consumer<List<byte[]>> then) {
    if (questions == 0) {
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
              answers.putIfAbsent(number, Arrays.copyOfRange(body, headerLength, body.length));
              if (answers.size() == questions) {
                end(heard, then);
              }
            }));
    var _ = shard.schedule(shard.now() + WAIT_NANOS, () -> end(heard, then));
    for (var i = 0; i < questions; i++) {
      question.ask((inbox + "." + i).getBytes(StandardCharsets.UTF_8), i);
    }
  }

  private void end(List<Outlet.Listening> heard, Consumer<List<byte[]>> then) {
    if (ended) {
      return;
    }
    ended = true;
    heard.forEach(Outlet.Listening::close);
    then.accept(List.copyOf(answers.values()));
  }
}

package io.frond.lane;

import io.frond.shard.AccountOutlet;
import io.frond.shard.Chunk;
import io.frond.shard.Outlet;
import java.nio.charset.StandardCharsets;

/// Where answers to a lane's messages arrive: `_INBOX.ID.RUN.SEQUENCE`, so that each says what it
/// answers. The shard's thread.
final class LaneInbox implements AutoCloseable {
  /// Takes an answer.
  interface Handler {
    /// @param run in which the message was sent
    void answered(long run, long sequence, Verdict verdict);
  }

  private final String prefix;
  private final Handler handler;
  private final Outlet.Listening listening;

  /// @param id that nobody else has
  LaneInbox(AccountOutlet outlet, String id, Handler handler) {
    prefix = "_INBOX." + id + ".";
    this.handler = handler;
    listening = outlet.listen((prefix + "*.*").getBytes(StandardCharsets.UTF_8), null, this::take);
  }

  byte[] reply(long run, long sequence) {
    return (prefix + run + '.' + sequence).getBytes(StandardCharsets.US_ASCII);
  }

  private void take(Chunk in, int at) {
    var to = in.copyOf(in.subjectAt(at), in.subjectLength(at));
    var subject = new String(to, StandardCharsets.US_ASCII);
    var dot = subject.lastIndexOf('.');
    long run;
    long sequence;
    try {
      run = Long.parseLong(subject.substring(prefix.length(), dot));
      sequence = Long.parseLong(subject.substring(dot + 1));
    } catch (NumberFormatException e) {
      return; // nobody else knows this inbox: a client that guesses
    }
    var body = in.copyOf(in.bodyAt(at), in.bodyLength(at));
    handler.answered(run, sequence, Verdict.of(body, in.headerLength(at)));
  }

  @Override
  public void close() {
    listening.close();
  }
}

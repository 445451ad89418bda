package io.frond.lane;

import io.frond.shard.AccountOutlet;
import io.frond.shard.Chunk;
import io.frond.shard.Outlet;
import java.nio.charset.StandardCharsets;

/// Where answers to a lane's messages arrive: `_INBOX.ID.RUN.SEQUENCE`, so that each says what it
/// answers. The shard's thread.
final class LaneInbox implements AutoCloseable {
  /// Takes answers. But for [#taken] they are of the current run.
  interface Handler {
    void taken(long sequence, Verdict.Taken taken);

    void refused(long sequence, Verdict.Refused why);

    void outOfLine(long sequence, Verdict.OutOfLine told);

    void later(String why);
  }

  private final String prefix;
  private final Handler handler;
  private final Outlet.Listening listening;
  private long run;

  /// @param id that nobody else has
  LaneInbox(AccountOutlet outlet, String id, Handler handler) {
    prefix = "_INBOX." + id + ".";
    this.handler = handler;
    listening = outlet.listen((prefix + "*.*").getBytes(StandardCharsets.UTF_8), null, this::take);
  }

  /// All is sent again: what is answered to what was sent before counts no more, unless it was
  /// taken.
  void restart() {
    run++;
  }

  byte[] reply(long sequence) {
    return (prefix + run + '.' + sequence).getBytes(StandardCharsets.US_ASCII);
  }

  private void take(Chunk in, int at) {
    var to = in.copyOf(in.subjectAt(at), in.subjectLength(at));
    var subject = new String(to, StandardCharsets.US_ASCII);
    var dot = subject.lastIndexOf('.');
    long sent;
    long sequence;
    try {
      sent = Long.parseLong(subject.substring(prefix.length(), dot));
      sequence = Long.parseLong(subject.substring(dot + 1));
    } catch (NumberFormatException e) {
      return; // nobody else knows this inbox: a client that guesses
    }
    var body = in.copyOf(in.bodyAt(at), in.bodyLength(at));
    switch (Verdict.of(body, in.headerLength(at))) {
      case Verdict.Taken taken -> handler.taken(sequence, taken);
      case Verdict.Refused why when sent == run -> handler.refused(sequence, why);
      case Verdict.OutOfLine told when sent == run -> handler.outOfLine(sequence, told);
      case Verdict.Later later when sent == run -> handler.later(later.why());
      case Verdict.Refused _, Verdict.OutOfLine _, Verdict.Later _ -> {}
    }
  }

  @Override
  public void close() {
    listening.close();
  }
}

package io.frond.lane;

import io.frond.leafnode.HubLink;
import io.frond.shard.AccountOutlet;
import io.frond.shard.Shard;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// That a lane's messages come in order, and once, to a stream: what each says of the one before
/// it, and what follows when the stream disagrees. The shard's thread.
final class LaneOrder implements AutoCloseable {
  /// So often in a row a stream may say that another message of the lane's is its last.
  private static final int OUT_OF_LINE_MAX = 3;

  /// Whose order it is.
  interface Owner {
    Flight flight();

    String idOf(long sequence);

    @Nullable HubLink link();

    /// Null when it is not there any more.
    byte @Nullable [] subjectOf(long sequence);

    /// Begins again behind what is acknowledged.
    void restart();

    /// Takes away what is acknowledged.
    void settle();

    /// The stream has this message.
    void isThere(long sequence);

    /// Sends, soon.
    void pumpSoon();
  }

  private final Owner owner;
  private final Chain chain = new Chain();
  private final Doubt doubt;
  private int outOfLine;

  /// From this sequence on every message said which one must be the last before it.
  private long chainedFrom;

  LaneOrder(Owner owner, Shard shard, AccountOutlet outlet, String inboxId) {
    this.owner = owner;
    doubt = new Doubt(shard, outlet, inboxId, this::told);
  }

  /// A stream was opened: of what was on its way when the server ended nobody knows.
  void opened(long first, long last, int window) {
    chainedFrom = last + 1;
    doubt.mind(Math.min(last, first + 2L * window));
  }

  /// All begins again; call it before the flight is rewound.
  void restarts() {
    if (owner.flight().count() > 0) {
      doubt.mind(owner.flight().newest());
    }
    doubt.stopAsking();
    chain.restart();
  }

  /// Whether the stream is being asked: nothing is sent meanwhile.
  boolean asks() {
    return doubt.asks();
  }

  /// The id that must be the last at the stream, empty for any.
  String expected(long sequence, byte[] subject) {
    return doubt.covers(sequence, subject) ? owner.idOf(owner.flight().cursor()) : chain.next();
  }

  /// @param id empty for a message that goes to no stream
  /// @param last as [#expected] said
  void sent(long sequence, String id, String last) {
    if (last.isEmpty()) {
      chainedFrom = sequence + 1;
    }
    if (!id.isEmpty()) {
      chain.sent(id);
    }
  }

  /// A message was acknowledged; call it before the flight knows.
  void taken(long sequence, Verdict.Taken taken) {
    outOfLine = 0;
    if (doubt.isThere() && !taken.duplicate() && owner.flight().isChained(sequence)) {
      doubt.over(); // what the stream had last was the message before this one
    }
    if (!taken.stream().isEmpty()) {
      chain.acknowledged(owner.idOf(sequence), taken);
    }
  }

  /// The message that must be the last at the stream is not. Either one got lost on the way, or
  /// somebody else writes there, or all is there already.
  ///
  /// @param last id of the message that is
  /// @return false when it was the publisher who said which one must be the last
  boolean outOfLine(long sequence, String stream, String last) {
    var flight = owner.flight();
    if (!flight.isChained(sequence)) {
      return false;
    }
    var zero = owner.idOf(0);
    var ours = zero.substring(0, zero.length() - 1);
    var number = last.startsWith(ours) ? LaneHeaders.number(last.substring(ours.length())) : 0;
    if (number > 0 && number <= flight.newest() && ++outOfLine <= OUT_OF_LINE_MAX) {
      if (sequence >= chainedFrom) {
        flight.skipTo(number); // none of them can have been overtaken
      }
      chain.isLast(last);
      owner.settle();
    } else {
      chain.broken();
    }
    owner.restart();
    var hub = owner.link();
    var subject = flight.settled() < sequence ? owner.subjectOf(sequence) : null;
    if (subject != null && hub != null && doubt.covers(sequence, subject)) {
      doubt.ask(hub, stream, subject, sequence, ours);
    } else {
      owner.pumpSoon();
    }
    return true;
  }

  /// The stream has these messages, acknowledged or not.
  private void told(long asked, Set<Long> stored) {
    if (!stored.contains(asked)) {
      doubt.over(); // the first one never came, so the others did not
    }
    stored.forEach(owner::isThere);
    owner.pumpSoon();
  }

  @Override
  public void close() {
    doubt.close();
  }
}

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

    LaneIds ids();

    /// The hub has messages of the lane that it never had.
    void restored();

    @Nullable HubLink link();

    /// Null when it is not there any more.
    byte @Nullable [] subjectOf(long sequence);

    /// Begins again behind what is acknowledged.
    void restart();

    /// Takes away what is acknowledged.
    void settle();

    /// The stream has this message.
    void isThere(long sequence);
  }

  private final Owner owner;
  private final LaneSiblings group;
  private final Chain chain = new Chain();
  private final Doubt doubt;
  private int outOfLine;

  /// From this sequence on no message was answered yet; 0 when one was.
  private long untoldFrom;

  /// From this sequence on every message said which one must be the last before it.
  private long chainedFrom;

  LaneOrder(Owner owner, LaneSiblings group, Shard shard, AccountOutlet outlet, String inboxId) {
    this.owner = owner;
    this.group = group;
    doubt = new Doubt(shard, outlet, inboxId, this::told);
  }

  /// A stream was opened: of what was on its way when the server ended nobody knows.
  void opened(long first, long last, int window) {
    chainedFrom = last + 1;
    untoldFrom = last > 0 ? last + 1 : 0;
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

  /// The id that must be the last at the stream, empty for any. The first message of a run asks
  /// whether the one before it is, which tells when our stream is older than that.
  String expected(long sequence, byte[] subject) {
    var flight = owner.flight();
    if (isUntold(sequence) && flight.cursor() == sequence - 1) {
      return owner.ids().of(sequence - 1);
    }
    return doubt.covers(sequence, subject) ? owner.ids().of(owner.flight().cursor()) : chain.next();
  }

  private boolean isUntold(long sequence) {
    return untoldFrom > 0 && sequence >= untoldFrom;
  }

  /// @param id empty for a message that goes to no stream
  /// @param last as [#expected] said
  void sent(long sequence, String id, String last) {
    if (last.isEmpty() || isUntold(sequence)) {
      chainedFrom = sequence + 1;
    }
    if (!id.isEmpty()) {
      chain.sent(id);
    }
  }

  /// A message was acknowledged; call it before the flight knows.
  void taken(long sequence, Verdict.Taken taken) {
    outOfLine = 0;
    untoldFrom = isUntold(sequence) ? 0 : untoldFrom;
    if (doubt.isThere() && !taken.duplicate() && owner.flight().isChained(sequence)) {
      doubt.over(); // what the stream had last was the message before this one
    }
    if (!taken.stream().isEmpty()) {
      chain.acknowledged(owner.ids().of(sequence), taken);
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
    untoldFrom = isUntold(sequence) ? 0 : untoldFrom;
    var ids = owner.ids();
    var number = ids.sequence(last);
    if (ids.isForeign(last)) {
      owner.restored();
    }
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
      doubt.ask(hub, stream, subject, sequence, ids);
    } else {
      group.pump();
    }
    return true;
  }

  /// The stream has these messages, acknowledged or not.
  private void told(long asked, Set<Long> stored) {
    if (!stored.contains(asked)) {
      doubt.over(); // the first one never came, so the others did not
    }
    stored.forEach(owner::isThere);
    group.pump();
  }

  @Override
  public void close() {
    doubt.close();
  }
}

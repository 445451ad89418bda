package io.frond.session;

import io.frond.account.Delivery;
import io.frond.outage.Entry;

/// What a feed writes to: the leaf link itself or, inside the core's cluster, the route to the
/// server that the leaf is attached to. On the feed's thread.
public interface Carrier {
  /// What becomes of an entry of the backlog.
  enum Verdict {
    SEND,
    /// Nobody at the far end wants it any more.
    UNWANTED,
    /// It is a request, and nobody waits for the answer any more.
    EXPIRED,
    /// Only interest wants it that has not been shown again: look again later.
    WAIT
  }

  /// A carrier whose far end may ask for messages again that it has taken and not settled.
  interface Repeating extends Carrier {
    /// What comes from now on begins again.
    ///
    /// @param after the sequence that the far end named
    void again(Feed feed, long after);

    /// All that had been sent before has come again.
    void allAgain(Feed feed);
  }

  /// Says that from now on the feed's tags mean this: before the first message, and when the high
  /// half of its sequences changes; by [Feed#number] and [Feed#name]. Not called where there are no
  /// tags.
  void announce(Feed feed, int high);

  /// Sends a message with its tag, where there are tags.
  ///
  /// @param queues the first `count` are valid
  void send(Feed feed, Delivery message, byte[][] queues, int count, long sequence);

  /// Whether a message of the backlog is to be sent.
  Verdict verdict(Entry entry);

  /// Whether no interest is remembered that may come back: else even new messages go by way of
  /// [#verdict].
  boolean isFirm();

  /// Whether the far end is told sequences and acknowledges them.
  boolean tagged();

  /// Bytes that a feed may have under way, at most.
  int windowMax();

  /// Something was sent: asks for a confirmation, where that is not the far end's own affair.
  void sent();

  /// Bytes a second of the backlog, for this feed; 0 for as many as the link takes.
  long catchUpRate();
}

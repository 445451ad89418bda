package io.frond.wire;

import org.jspecify.annotations.Nullable;

/// Every operation of the protocol that is not a message: of clients (NATS client protocol), of
/// routes (`RS+ RS- LS+ LS- A+ A-`) and of leaves (`LS+ LS-`). Subjects and names are bytes as they
/// came.
public sealed interface ControlOp {
  /// As it is on the wire, without what is secret in it; for the log.
  default String text() {
    return ControlText.of(this);
  }

  /// @param json the options as they came
  record ConnectOp(byte[] json) implements ControlOp {}

  record InfoOp(byte[] json) implements ControlOp {}

  record Sub(byte[] subject, byte @Nullable [] queue, byte[] sid) implements ControlOp {}

  /// @param max messages after which the subscription ends, 0 for now
  record Unsub(byte[] sid, long max) implements ControlOp {}

  /// `RS+ account subject [queue weight]`, `RS- account subject [queue]`; for leaves below the
  /// other server `LS+ origin account subject [queue weight]`, `LS- origin account subject
  /// [queue]`. A route that is one account's own names none.
  ///
  /// @param origin cluster of the leaves, null for the other server's clients
  /// @param weight members of the queue group, 0 when it goes away
  record RouteInterest(
      byte @Nullable [] origin, byte[] account, byte[] subject, byte @Nullable [] queue, int weight)
      implements ControlOp {}

  /// `LS+ subject [queue weight]`, `LS- subject [queue]`.
  record LeafInterest(byte[] subject, byte @Nullable [] queue, int weight) implements ControlOp {}

  /// `A+ account`, `A- account`.
  record AccountInterest(byte[] account, boolean wanted) implements ControlOp {}

  /// `SRC number source high [session]`: from now on the sender means this source by the number, in
  /// the tags of messages. Between two Fronds that resume.
  ///
  /// @param high the high half of the sequences
  /// @param session for whom its messages are, on a route; null for all. On a leaf link `+` for one
  ///   that can be asked for messages again ([AgainOp])
  record SourceOp(int number, byte[] source, long high, byte @Nullable [] session)
      implements ControlOp {}

  /// What the ends of a leaf link tell each other of how far a source has come.
  sealed interface OfSource extends ControlOp {
    byte[] source();
  }

  /// `LACK source sequence [taken]`: all of the source up to the sequence is settled: nothing of it
  /// is inside the other server any more.
  ///
  /// @param taken up to here it has gone as far as it can now, but it may be asked for again; the
  ///   same as `sequence` where nothing was said
  record SettledOp(byte[] source, long sequence, long taken) implements OfSource {}

  /// `LAGN source sequence`: to a leaf, which is to send again what is behind the sequence, since a
  /// server of the cluster missed it; from the leaf, that it begins to.
  record AgainOp(byte[] source, long sequence) implements OfSource {}

  /// `LEND source`: all that was asked for has been sent again.
  record AllAgainOp(byte[] source) implements OfSource {}

  /// `FENCE token` on a route: the other server wants to know when all before it is settled.
  record FenceOp(long token) implements ControlOp {}

  /// `FENCED token`: what came before that fence is settled.
  record FencedOp(long token) implements ControlOp {}

  /// What servers of a cluster tell each other of leaves. Each names the account, but not on a
  /// route that is one account's own.
  sealed interface RouteSessionOp extends ControlOp {
    byte[] account();
  }

  /// What concerns a leaf's session.
  sealed interface OfSession extends RouteSessionOp {}

  /// `SES account json`: what became of a session.
  record SessionNews(byte[] account, byte[] json) implements OfSession {}

  /// `SS+ account session subject [queue weight]`, `SS- account session subject [queue]`: interest
  /// that a session remembers.
  ///
  /// @param weight members of the queue group, 0 when it goes away
  record SessionInterest(
      byte[] account, byte[] session, byte[] subject, byte @Nullable [] queue, int weight)
      implements OfSession {}

  /// `SACK account session source sequence`: the leaf has settled what the server to which this
  /// goes sent it by way of the one that tells.
  record SessionSettled(byte[] account, byte[] session, byte[] source, long sequence)
      implements OfSession {}

  /// `LDOM account json`: a leaf of the server that tells has a JetStream domain, or has gone.
  record DomainNews(byte[] account, byte[] json) implements RouteSessionOp {}

  record Err(String reason) implements ControlOp {}

  /// The operations without arguments.
  enum Bare implements ControlOp {
    PING,
    PONG,
    OK,
    /// `LS=`: all interest that there was at the link's beginning has been told.
    SHOWN
  }
}

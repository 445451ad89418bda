package io.frond.account;

import io.frond.subject.Match;
import io.frond.subject.MatchCache;
import io.frond.wire.MessageFrame;

/// Where a connection's messages enter an account: the account and a cache of what subjects match,
/// so that a message on a known subject touches nothing that is shared. Owned by the connection's
/// event loop.
public final class Ingress {
  private final Account account;
  private final MatchCache<Subscription> cache = new MatchCache<>();

  public Ingress(Account account) {
    this.account = account;
  }

  public Account account() {
    return account;
  }

  /// Publishes the delivery's message.
  public void publish(Delivery message) {
    rename(message);
    var match = match(message.frame());
    message.subjectIs(cache.recent());
    account.publish(message, match);
  }

  /// Publishes a message whose subject will hardly come again (an answer to an inbox), without a
  /// place for it in the cache.
  public void publishOnce(Delivery message) {
    rename(message);
    account.publish(message, account.sublist().match(message.frame().subject()));
  }

  /// A server of the cluster renamed what it sends us.
  private void rename(Delivery message) {
    var renames = account.renames();
    if (renames != null && message.side() != Side.ROUTE) {
      var frame = message.frame();
      var subject = renames.of(frame.buffer(), frame.subjectAt(), frame.subjectLength());
      if (subject != null) {
        message.rename(subject);
        var trace = message.trace();
        if (trace != null) {
          trace.mapped(message.frame().subjectText());
        }
      }
    }
  }

  private Match<Subscription> match(MessageFrame frame) {
    var buffer = frame.buffer();
    var at = frame.subjectAt();
    var length = frame.subjectLength();
    var generation = account.sublist().generation();
    var again = cache.again(buffer, at, length, generation);
    if (again != null) {
      return again;
    }
    var hash = MatchCache.hash(buffer, at, length);
    var known = cache.get(buffer, at, length, hash, generation);
    if (known != null) {
      return known;
    }
    var subject = frame.subject();
    var match = account.sublist().match(subject);
    cache.put(subject, hash, match, generation);
    return match;
  }
}

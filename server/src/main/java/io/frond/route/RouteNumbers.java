package io.frond.route;

import io.frond.account.Account;
import io.frond.session.SpokePeer;
import io.frond.session.SpokeSession;
import io.frond.session.SpokeSessions;
import io.frond.wire.ControlOp.SourceOp;
import io.frond.wire.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the other server means by the numbers in the tags of messages that are for sessions. Owner:
/// the route's event loop.
final class RouteNumbers {
  /// Numbers from here on stand for a source and a set of sessions.
  static final int FIRST = 1 << 16;

  /// More than the bundles of a server's threads and accounts are likely to have.
  private static final int MAX = 1 << 20;

  /// A session that a message is for.
  ///
  /// @param session null when it is not known here (any more)
  /// @param source the source as the session knows it
  /// @param link the leaf's link for which it is
  record Member(@Nullable SpokeSession session, String source, long link) {}

  /// A source and the sessions that its messages are for.
  static final class Meaning {
    private final String source;
    private final long high;
    private final String[] tokens;
    private Member[] members = {};
    private boolean missing = true;

    Meaning(SourceOp op, byte[] list) {
      source = new String(op.source(), StandardCharsets.ISO_8859_1);
      high = op.high() << 32;
      tokens = new String(list, StandardCharsets.ISO_8859_1).split(",", -1);
    }

    long high() {
      return high;
    }

    /// @param from the server that tells
    Member[] members(SpokeSessions all, Account account, SpokePeer from) throws ProtocolException {
      if (missing) {
        var known = new Member[tokens.length];
        missing = false;
        for (var i = 0; i < known.length; i++) {
          known[i] = member(tokens[i], all, account);
          missing |= known[i].session == null;
          all.sourceAt(account, known[i].source, from);
        }
        members = known;
      }
      return members;
    }

    private Member member(String token, SpokeSessions all, Account account)
        throws ProtocolException {
      var parts = token.split(":", -1);
      if (parts.length != 3) {
        throw Route.violation("SRC: no session, handle and link");
      }
      try {
        return new Member(
            all.session(account, parts[0]), source + '.' + parts[1], Long.parseLong(parts[2]));
      } catch (NumberFormatException e) {
        throw Route.violation("SRC: no number of a link");
      }
    }
  }

  private final Map<Integer, Meaning> meanings = new HashMap<>();

  /// @return false when there are too many
  boolean learn(SourceOp op, byte[] sessions) {
    meanings.put(op.number(), new Meaning(op, sessions));
    return meanings.size() <= MAX;
  }

  @Nullable Meaning of(int number) {
    return meanings.get(number);
  }
}

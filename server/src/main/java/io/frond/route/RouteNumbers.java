package io.frond.route;

import io.frond.account.Account;
import io.frond.session.SpokeSession;
import io.frond.session.SpokeSessions;
import io.frond.wire.ControlOp.SourceOp;
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

  /// A source and the sessions that its messages are for.
  static final class Meaning {
    private final String source;
    private final long high;
    private final String[] ids;
    private @Nullable SpokeSession @Nullable [] sessions;
    private boolean missing;

    Meaning(SourceOp op, byte[] list) {
      source = new String(op.source(), StandardCharsets.ISO_8859_1);
      high = op.high() << 32;
      ids = new String(list, StandardCharsets.ISO_8859_1).split(",", -1);
    }

    String source() {
      return source;
    }

    long high() {
      return high;
    }

    boolean resolved() {
      return sessions != null;
    }

    /// Null for those that are not known here (any more).
    @Nullable SpokeSession[] sessions(SpokeSessions all, Account account) {
      var known = sessions;
      if (known == null || missing) {
        known = new SpokeSession[ids.length];
        missing = false;
        for (var i = 0; i < ids.length; i++) {
          known[i] = all.session(account, ids[i]);
          missing |= known[i] == null;
        }
        sessions = known;
      }
      return known;
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

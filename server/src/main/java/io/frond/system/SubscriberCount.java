package io.frond.system;

import io.frond.account.Account;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.client.ClientSubscription;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How many clients and leaves of this server subscribe to something. Stateless.
final class SubscriberCount {
  private SubscriberCount() {}

  /// @param subject literal: who would get a message; with wildcards: whose subject lies within it
  /// @param queue only members of this group; null for all
  static long of(Account account, String subject, byte @Nullable [] queue) {
    if (!Subjects.isValid(subject)) {
      return 0;
    }
    var count = new long[1];
    if (Subjects.isLiteral(subject)) {
      var match = account.sublist().match(subject.getBytes(StandardCharsets.UTF_8));
      for (var i = 0; i < match.plainCount(); i++) {
        count[0] += counts(match.plain(i), queue) ? 1 : 0;
      }
      for (var q = 0; q < match.queueCount(); q++) {
        for (var i = 0; i < match.queueSize(q); i++) {
          count[0] += counts(match.queueMember(q, i), queue) ? 1 : 0;
        }
      }
    } else {
      account
          .sublist()
          .forEach(each -> {
            if (counts(each, queue) && Subjects.isSubset(each.subjectText(), subject)) {
              count[0]++;
            }
          });
    }
    return count[0];
  }

  private static boolean counts(Subscription one, byte @Nullable [] queue) {
    return (one instanceof ClientSubscription || one.side() == Side.SPOKE)
        && (queue == null || Arrays.equals(queue, one.queue()));
  }
}

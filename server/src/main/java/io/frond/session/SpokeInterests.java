package io.frond.session;

import io.frond.account.Account;
import io.frond.account.Side;
import io.frond.subject.Match;
import io.frond.subject.Sublist;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one leaf is interested in, as its session remembers it. Interest that it has told of on its
/// present connection is shown; the rest is in doubt, until the leaf tells of it again or has had
/// the time to.
///
/// The lock of [SpokeSessions] guards all but [#firm] and [#verdict], which are for any thread.
final class SpokeInterests {
  private final SpokeSessions sessions;
  private final SpokeSession session;
  private final Account account;
  private final Map<String, SpokeInterest> all = new HashMap<>();
  private int doubtful;
  private int losses;
  private volatile boolean firm = true;

  /// All of it, for [#verdict]; null when it must be made anew.
  private volatile @Nullable Sublist<SpokeInterest> known;

  SpokeInterests(SpokeSessions sessions, SpokeSession session) {
    this.sessions = sessions;
    this.session = session;
    account = session.account();
  }

  /// Whether nothing is in doubt.
  boolean firm() {
    return firm;
  }

  /// What becomes of a message that was kept.
  ///
  /// @param queues the groups that the leaf was chosen for
  Carrier.Verdict verdict(byte[] subject, byte[][] queues) {
    var match = known().match(subject);
    var remembered = false;
    for (var i = 0; i < match.plainCount(); i++) {
      if (match.plain(i).shown()) {
        return Carrier.Verdict.SEND;
      }
      remembered = true;
    }
    for (var q = 0; q < match.queueCount(); q++) {
      for (var queue : queues) {
        if (Arrays.equals(queue, match.queueName(q))) {
          if (anyShown(match, q)) {
            return Carrier.Verdict.SEND;
          }
          remembered = true;
        }
      }
    }
    return remembered ? Carrier.Verdict.WAIT : Carrier.Verdict.UNWANTED;
  }

  private static boolean anyShown(Match<SpokeInterest> match, int q) {
    for (var i = 0; i < match.queueSize(q); i++) {
      if (match.queueMember(q, i).shown()) {
        return true;
      }
    }
    return false;
  }

  private Sublist<SpokeInterest> known() {
    var made = known;
    return made == null ? sessions.locked(this::makeKnown) : made;
  }

  private Sublist<SpokeInterest> makeKnown() {
    var made = known;
    if (made == null) {
      made = new Sublist<>();
      all.values().forEach(made::insert);
      known = made;
    }
    return made;
  }

  // ---- with the lock ----

  Collection<SpokeInterest> all() {
    return all.values();
  }

  int size() {
    return all.size();
  }

  int shownCount() {
    return all.size() - doubtful;
  }

  /// Subjects and, after a blank, queue groups that are shown.
  List<String> shownList() {
    var list = new ArrayList<String>();
    for (var each : all.values()) {
      var queue = each.queueText();
      if (each.shown()) {
        list.add(each.subjectText() + (queue == null ? "" : " " + queue));
      }
    }
    return list;
  }

  private static String key(byte[] subject, byte @Nullable [] queue) {
    var text = new String(subject, StandardCharsets.ISO_8859_1);
    return queue == null ? text : text + ' ' + new String(queue, StandardCharsets.ISO_8859_1);
  }

  /// The leaf told of it.
  ///
  /// @return whether something changed
  boolean learn(byte[] subject, byte @Nullable [] queue, int weight, Side side) {
    var key = key(subject, queue);
    var before = all.get(key);
    if (before == null) {
      add(key, new SpokeInterest(session, side, subject, queue, weight, true));
      return true;
    }
    var changed = queue != null && before.weight() != weight;
    if (changed) {
      account.reweigh(before, weight);
    }
    if (!before.shown()) {
      before.shown(true);
      before.lost(0);
      doubt(doubtful - 1);
      changed = true;
    }
    return changed;
  }

  /// It is remembered, but the leaf has not told of it yet.
  void remember(byte[] subject, byte @Nullable [] queue, int weight, Side side) {
    var key = key(subject, queue);
    if (!all.containsKey(key)) {
      doubt(doubtful + 1);
      add(key, new SpokeInterest(session, side, subject, queue, weight, false));
    }
  }

  private void doubt(int now) {
    doubtful = now;
    firm = now == 0;
  }

  private void add(String key, SpokeInterest fresh) {
    all.put(key, fresh);
    known = null;
    account.subscribe(fresh);
  }

  /// The leaf wants it no more, but some that waits here may be for it: its client may have lost
  /// its connection, and come back.
  ///
  /// @return a number for [#dropLost], 0 when there is no such interest that is shown
  int lose(byte[] subject, byte @Nullable [] queue) {
    var its = all.get(key(subject, queue));
    if (its == null || !its.shown()) {
      return 0;
    }
    its.shown(false);
    its.lost(++losses);
    doubt(doubtful + 1);
    return losses;
  }

  /// What was lost and did not come back.
  ///
  /// @return whether there was such interest
  boolean dropLost(int number) {
    return all.values()
        .removeIf(each -> {
          var gone = each.lost() == number;
          if (gone) {
            drop(each);
          }
          return gone;
        });
  }

  /// @return whether there was such interest
  boolean unlearn(byte[] subject, byte @Nullable [] queue) {
    var gone = all.remove(key(subject, queue));
    if (gone != null) {
      drop(gone);
    }
    return gone != null;
  }

  private void drop(SpokeInterest gone) {
    known = null;
    account.unsubscribe(gone);
    if (!gone.shown()) {
      doubt(doubtful - 1);
    }
  }

  /// @return how much was in doubt and is no more
  int dropDoubtful() {
    var before = all.size();
    all.values()
        .removeIf(each -> {
          var gone = !each.shown() && each.lost() == 0;
          if (gone) {
            drop(each);
          }
          return gone;
        });
    return before - all.size();
  }

  /// The leaf has a new connection, on which it told of nothing yet.
  void doubtAll() {
    all.values()
        .forEach(each -> {
          each.shown(false);
          each.lost(0);
        });
    doubt(all.size());
  }

  /// It stands on another side of the server from now on.
  void moveTo(Side side) {
    known = null;
    all.replaceAll((key, before) -> {
      var fresh =
          new SpokeInterest(
              session, side, before.subject(), before.queue(), before.weight(), before.shown());
      fresh.lost(before.lost());
      account.subscribe(fresh); // both for a moment: they name one target
      account.unsubscribe(before);
      return fresh;
    });
  }

  void end() {
    all.values().forEach(account::unsubscribe);
    all.clear();
    known = null;
    doubt(0);
  }
}

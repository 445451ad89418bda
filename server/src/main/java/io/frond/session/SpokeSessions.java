package io.frond.session;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.session.SpokeNews.State;
import io.frond.sync.SyncSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The sessions of all leaves below this cluster that this server knows, wherever they are
/// connected. Any thread; `lock` guards the sessions and `peers`, and orders what other servers are
/// told of them. Interest changes and operations are queued under it; the lock of an account's
/// interest may be taken under it, never the other way round.
public final class SpokeSessions {
  /// More sessions than this are not remembered: the one that has been away for longest goes.
  static final int MAX = 16_384;

  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,64}");

  private static final byte[] INBOX = {'_', 'I', 'N', 'B', 'O', 'X', '.'};

  private record Key(String account, String id) {}

  private final SpokeHost host;
  private final Function<SpokeSession, SpokeMail> mail;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, SpokeSession> all = new HashMap<>();
  private final Map<Account, Set<SpokePeer>> peers = new HashMap<>();

  /// Which server a source is at.
  private final ConcurrentHashMap<Account, ConcurrentHashMap<String, SpokePeer>> sources =
      new ConcurrentHashMap<>();

  private Runnable changed = () -> {};
  private long expired;

  /// @param resuming what keeps messages
  public SpokeSessions(SpokeHost host, Resuming resuming) {
    this(
        host,
        session ->
            new Mailbox(
                new FarEnd(
                    resuming,
                    "leaf " + session.account().name() + ' ' + session.id(),
                    "leaves " + session.account().name())));
  }

  SpokeSessions(SpokeHost host, Function<SpokeSession, SpokeMail> mail) {
    this.host = host;
    this.mail = mail;
  }

  /// @param onChange told of every change that is to be stored, with the lock held
  public void storedBy(Runnable onChange) {
    changed = onChange;
  }

  /// All sessions as they are to be stored.
  public List<SessionRecord> records() {
    return locked(() -> all.values().stream().map(SpokeSession::record).toList());
  }

  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void locking(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  boolean keeps(Delivery message) {
    return host.buffering().keeps(message.frame());
  }

  /// Whether interest in a subject is remembered: not that in an answer, for which nobody waits any
  /// more when the leaf is back, nor a mirror's or source's, which then listens to another subject.
  public static boolean remembers(byte[] subject) {
    return !(subject.length > INBOX.length
            && Arrays.equals(subject, 0, INBOX.length, INBOX, 0, INBOX.length))
        && !Buffering.isFollowing(subject);
  }

  /// Whether a leaf may call itself so.
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /// Bytes a second at which one source's backlog is sent to one leaf, 0 for no limit.
  public long catchUpRate() {
    var rate = host.catchUpRate();
    return rate <= 0 ? 0 : Math.max(1, rate / host.publishers());
  }

  long nowMillis() {
    return host.nowMillis();
  }

  // ---- a leaf at this server ----

  /// A leaf connected here; its interest follows.
  ///
  /// @return null when it has a newer connection elsewhere, so that this one should end
  public @Nullable SpokeSession attach(Account account, SpokeClaim claim, SpokeLink link) {
    return locked(() -> {
      var session = find(account, claim.session(), claim.name(), claim.cluster());
      if (claim.link() <= session.linkNumber() && session.present()) {
        return null;
      }
      session.attach(link, claim.link(), claim.name());
      if (claim.fresh()) {
        session.startAnew();
      }
      var news = session.news(State.ATTACHED);
      tell(session, claim.fresh() ? news.anew() : news);
      changed.run();
      return session;
    });
  }

  private SpokeSession find(Account account, String id, String name, @Nullable String cluster) {
    var key = new Key(account.name(), id);
    var known = all.get(key);
    if (known != null) {
      return known;
    }
    removeFormer(account, name, cluster);
    if (all.size() >= MAX) {
      removeOldest();
    }
    var fresh = new SpokeSession(this, account, id, name, cluster, host.publishers(), mail);
    all.put(key, fresh);
    host.log().debug("Leafnode session of " + fresh + " begins");
    return fresh;
  }

  /// A leaf that has lost its store comes with another id, as one without a store does after each
  /// restart: nobody will come back to the session that it had.
  private void removeFormer(Account account, String name, @Nullable String cluster) {
    for (var each : List.copyOf(all.values())) {
      if (each.account() == account && each.isOf(name, cluster) && !each.present()) {
        host.log().warn("Leafnode session of " + each + " ends: the leaf has begun a new one");
        remove(each);
      }
    }
  }

  private void removeOldest() {
    SpokeSession oldest = null;
    for (var each : all.values()) {
      if (!each.present() && (oldest == null || each.awayMillis() > oldest.awayMillis())) {
        oldest = each;
      }
    }
    if (oldest != null) {
      host.log().warn("Leafnode session of " + oldest + " ends: there are over " + MAX);
      remove(oldest);
    }
  }

  private void tell(SpokeSession session, SpokeNews news) {
    for (var peer : peers.getOrDefault(session.account(), Set.of())) {
      peer.tell(news);
    }
  }

  /// The leaf told of interest over its link.
  ///
  /// @param weight members of the queue group, 0 when the interest ended
  public void learn(
      SpokeSession session, SpokeLink from, byte[] subject, byte @Nullable [] queue, int weight) {
    locking(() -> {
      if (session.link() != from) {
        return;
      }
      var told =
          weight == 0 ? session.unlearn(subject, queue) : session.learn(subject, queue, weight);
      if (told) {
        show(session, subject, queue, weight);
        changed.run();
      }
    });
  }

  private void show(SpokeSession session, byte[] subject, byte @Nullable [] queue, int weight) {
    for (var peer : peers.getOrDefault(session.account(), Set.of())) {
      peer.show(session, subject, queue, weight);
    }
  }

  /// The leaf has told of all interest that it had when it connected.
  public void complete(SpokeSession session, SpokeLink from) {
    locking(() -> {
      if (session.link() == from && !session.isComplete()) {
        completed(session);
        tell(session, session.news(State.SHOWN));
      }
    });
  }

  private void completed(SpokeSession session) {
    session.complete();
    if (!session.firm()) {
      var number = session.linkNumber();
      afterGrace(() -> graceOver(session, number));
    }
  }

  /// Runs a task, with the lock, when those who lost their connection have had the time to come
  /// back.
  void afterGrace(Runnable task) {
    try {
      var _ =
          host.timers().schedule(() -> locking(task), host.graceMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      host.log().debug("Leafnode sessions: the server ends");
    }
  }

  private void graceOver(SpokeSession session, long number) {
    if (session.isEnded() || session.linkNumber() != number || !session.isComplete()) {
      return;
    }
    var gone = session.dropDoubtful();
    if (gone > 0) {
      host.log().debug("Leafnode session of " + session + ": " + gone + " interests are no more");
      changed.run();
    }
  }

  /// The link ended.
  public void detach(SpokeSession session, SpokeLink from) {
    locking(() -> {
      if (session.link() == from) {
        session.away();
        tell(session, session.news(State.AWAY));
        changed.run();
      }
    });
  }

  /// A leaf that is connected here has settled what this server or another one sent from a source.
  public void settled(SpokeSession session, String source, long sequence) {
    var theirs = sources.get(session.account());
    var sender = theirs == null ? null : theirs.get(source);
    if (sender == null) {
      session.settled(source, sequence);
    } else {
      sender.settled(session, source, sequence);
    }
  }

  /// Messages of a source come from another server, for leaves that are connected here.
  public void sourceAt(Account account, String source, SpokePeer sender) {
    sources.computeIfAbsent(account, _ -> new ConcurrentHashMap<>()).put(source, sender);
  }

  // ---- the other servers ----

  /// A connection to another server that serves sessions carries an account from now on.
  public void open(Account account, SpokePeer peer) {
    locking(() -> {
      peers.computeIfAbsent(account, _ -> new LinkedHashSet<>()).add(peer);
      for (var session : all.values()) {
        if (session.account() == account && session.home() == null) {
          tellAll(session, peer);
        }
      }
    });
  }

  private static void tellAll(SpokeSession session, SpokePeer peer) {
    peer.tell(session.news(session.link() == null ? State.KEPT : State.ATTACHED));
    for (var each : session.interests().all()) {
      if (session.link() == null || each.shown()) {
        peer.show(session, each.subject(), each.queue(), each.weight());
      }
    }
    if (session.isComplete()) {
      peer.tell(session.news(State.SHOWN));
    }
  }

  /// The connection is gone, and with it what it told.
  public void close(Account account, SpokePeer peer) {
    locking(() -> {
      var open = peers.get(account);
      if (open != null && open.remove(peer) && open.isEmpty()) {
        peers.remove(account);
      }
      var theirs = sources.get(account);
      if (theirs != null) {
        theirs.values().removeIf(it -> it == peer);
      }
      for (var session : all.values()) {
        session.forgetKeeper(peer);
        if (session.home() == peer) {
          session.away();
          changed.run();
        }
      }
    });
  }

  /// Another server told of a session.
  public void heard(Account account, SpokePeer from, SpokeNews news) {
    locking(() -> {
      var session = all.get(new Key(account.name(), news.session()));
      switch (news.state()) {
        case ATTACHED -> attached(account, session, from, news);
        case SHOWN -> {
          if (session != null && session.home() == from && !session.isComplete()) {
            completed(session);
          }
        }
        case AWAY -> {
          if (session != null && session.home() == from) {
            session.away();
            changed.run();
          }
        }
        case KEPT -> kept(account, session, from, news);
      }
    });
  }

  private void attached(
      Account account, @Nullable SpokeSession known, SpokePeer from, SpokeNews news) {
    if (known != null && known.linkNumber() >= news.link() && known.link() != null) {
      return; // it is here by now; the other server hears so
    }
    if (known != null && known.linkNumber() > news.link()) {
      return;
    }
    var session =
        known == null ? find(account, news.session(), news.name(), news.cluster()) : known;
    session.attach(from, news.link(), news.name());
    if (news.fresh()) {
      session.startAnew();
    }
    changed.run();
  }

  private void kept(Account account, @Nullable SpokeSession known, SpokePeer from, SpokeNews news) {
    if (news.awayMillis() >= host.expiryMillis()) {
      return;
    }
    if (known == null) {
      find(account, news.session(), news.name(), news.cluster())
          .kept(from, news.link(), news.awayMillis());
    } else if (!known.present() && news.link() >= known.linkNumber()) {
      known.kept(from, news.link(), news.awayMillis());
    }
    changed.run();
  }

  /// Another server told of a session's interest.
  ///
  /// @param weight members of the queue group, 0 when the interest ended
  public void heard(
      Account account,
      SpokePeer from,
      String id,
      byte[] subject,
      byte @Nullable [] queue,
      int weight) {
    locking(() -> {
      var session = all.get(new Key(account.name(), id));
      if (session == null) {
        return;
      }
      if (session.home() == from) {
        var _ =
            weight == 0 ? session.unlearn(subject, queue) : session.learn(subject, queue, weight);
        changed.run();
      } else if (session.keeper() == from && !session.present() && weight > 0) {
        session.remember(subject, queue, weight);
        changed.run();
      }
    });
  }

  /// The session of that id that is known here.
  public @Nullable SpokeSession session(Account account, String id) {
    return locked(() -> all.get(new Key(account.name(), id)));
  }

  // ---- life ----

  /// Sessions of the time before the start.
  public void restore(Collection<SessionRecord> records) {
    locking(() -> {
      for (var record : records) {
        var account = host.account(record.account());
        if (account == null) {
          host.log()
              .warn(
                  "Leafnode session of "
                      + record.name()
                      + " is not continued: no account "
                      + record.account());
        } else if (!all.containsKey(new Key(record.account(), record.session()))) {
          find(account, record.session(), record.name(), record.cluster()).restore(record);
        }
      }
    });
  }

  /// Ends sessions whose leaves have been away for too long. Some times within the time of expiry.
  public void expire() {
    locking(() -> {
      for (var session : new ArrayList<>(all.values())) {
        var away = session.awayMillis();
        if (away > host.expiryMillis()) {
          host.log()
              .warn(
                  "Leafnode session of "
                      + session
                      + " ends: the leaf has been away for "
                      + TimeUnit.MILLISECONDS.toSeconds(away)
                      + "s");
          expired++;
          remove(session);
        }
      }
    });
  }

  private void remove(SpokeSession session) {
    all.remove(new Key(session.account().name(), session.id()));
    session.end();
    changed.run();
  }

  /// How far all sessions are in step with what this server keeps for them.
  public List<SyncSample> samples() {
    return locked(() -> all.values().stream().map(SpokeSession::sample).toList());
  }

  /// How all sessions stand.
  public List<SpokeStatus> statuses() {
    return locked(() -> all.values().stream().map(SpokeSession::status).toList());
  }

  /// Sessions that ended since the start because their leaf did not come back.
  public long expired() {
    return locked(() -> expired);
  }
}

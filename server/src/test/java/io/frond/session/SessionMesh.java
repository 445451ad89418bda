package io.frond.session;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.RemoteTarget;
import io.frond.logging.Log;
import io.frond.options.AccountOptions;
import io.frond.options.LogOptions;
import io.frond.trace.TraceEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Servers of a cluster that tell each other of sessions over queues that the test empties, and
/// leaves that connect to them. No threads, no sockets; the test holds the clock.
final class SessionMesh {
  static final long EXPIRY_MILLIS = 60_000;
  static final long GRACE_MILLIS = 10_000;

  long nowMillis = 1_000_000;
  private final Log log = log();
  final List<Node> nodes = new ArrayList<>();
  private final Map<List<Node>, Way> ways = new HashMap<>();

  private static Log log() {
    try {
      return new Log(LogOptions.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SessionMesh(int servers) {
    for (var i = 0; i < servers; i++) {
      nodes.add(new Node("n" + i));
    }
  }

  /// A connection between two servers, one for each direction.
  static final class Way implements SpokePeer {
    final Node from;
    final Node to;
    final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    boolean open = true;
    @Nullable Way back;

    Way(Node from, Node to) {
      this.from = from;
      this.to = to;
    }

    private Way back() {
      return java.util.Objects.requireNonNull(back);
    }

    @Override
    public String serverName() {
      return to.name;
    }

    @Override
    public void tell(SpokeNews news) {
      queue.add(() -> to.sessions.heard(to.account, back(), reread(news)));
    }

    private static SpokeNews reread(SpokeNews news) {
      try {
        return SpokeNews.parse(news.json());
      } catch (io.frond.json.JsonException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void show(
        SpokeSession session, byte[] subject, byte @Nullable [] queueName, int weight) {
      var id = session.id();
      queue.add(() -> to.sessions.heard(to.account, back(), id, subject, queueName, weight));
    }

    @Override
    public Carrier carrier(SpokeSession session, long link, int handle) {
      return new FakeCarrier(to.name);
    }

    @Override
    public RemoteTarget straight() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void settled(SpokeSession session, String source, long sequence) {}

    boolean deliverOne() {
      var next = open ? queue.poll() : null;
      if (next != null) {
        next.run();
      }
      return next != null;
    }
  }

  record FakeCarrier(String server) implements Carrier {
    @Override
    public void announce(Feed feed, int high) {}

    @Override
    public void send(Feed feed, Delivery message, byte[][] queues, int count, long sequence) {}

    @Override
    public Verdict verdict(io.frond.outage.Entry entry) {
      return Verdict.SEND;
    }

    @Override
    public boolean isFirm() {
      return true;
    }

    @Override
    public boolean tagged() {
      return true;
    }

    @Override
    public int windowMax() {
      return 1 << 20;
    }

    @Override
    public void sent() {}

    @Override
    public long catchUpRate() {
      return 0;
    }
  }

  /// One server.
  final class Node implements SpokeHost {
    final String name;
    final Account account;
    SpokeSessions sessions;
    final Map<String, FakeMail> mails = new HashMap<>();
    final ManualTimers timers = new ManualTimers();

    Node(String name) {
      this.name = name;
      account = new Account(AccountOptions.unlimited("A"), 1, true);
      sessions = new SpokeSessions(this, this::mail);
    }

    private SpokeMail mail(SpokeSession session) {
      var mail = new FakeMail();
      mails.put(session.id(), mail);
      return mail;
    }

    FakeMail mail(String id) {
      return java.util.Objects.requireNonNull(mails.get(id), "no mail of " + id);
    }

    @Nullable SpokeSession session(String id) {
      return sessions.session(account, id);
    }

    /// Subjects (and queue groups) that the server remembers of a session, with `?` behind those in
    /// doubt.
    Map<String, Integer> interests(String id) {
      var all = new TreeMap<String, Integer>();
      var session = session(id);
      if (session != null) {
        for (var each : session.interests().all()) {
          var queue = each.queueText();
          var key = each.subjectText() + (queue == null ? "" : " " + queue);
          all.put(key + (each.shown() ? "" : "?"), each.weight());
        }
      }
      return all;
    }

    SpokeStatus status(String id) {
      return java.util.Objects.requireNonNull(session(id)).status();
    }

    /// The process ends and starts again with what was stored.
    void restart(boolean stored) {
      var records = new ArrayList<SessionRecord>();
      for (var each : sessions.statuses()) {
        records.add(java.util.Objects.requireNonNull(session(each.session())).record());
      }
      for (var each : sessions.statuses()) {
        java.util.Objects.requireNonNull(session(each.session())).end();
      }
      mails.clear();
      sessions = new SpokeSessions(this, this::mail);
      if (stored) {
        sessions.restore(records);
      }
    }

    @Override
    public Log log() {
      return log;
    }

    @Override
    public long nowMillis() {
      return nowMillis;
    }

    @Override
    public ManualTimers timers() {
      return timers;
    }

    @Override
    public int publishers() {
      return 1;
    }

    @Override
    public long expiryMillis() {
      return EXPIRY_MILLIS;
    }

    @Override
    public long graceMillis() {
      return GRACE_MILLIS;
    }

    @Override
    public long catchUpRate() {
      return 0;
    }

    @Override
    public Buffering buffering() {
      return new Buffering(new io.frond.options.PermissionOptions.SubjectRule(null, List.of()));
    }

    @Override
    public @Nullable Account account(String of) {
      return of.equals(account.name()) ? account : null;
    }
  }

  /// A leaf: its session and its link, which is one at a time.
  static final class LeafEnd {
    final String id;
    final Map<String, Integer> wants = new TreeMap<>();
    long joins;
    @Nullable Joined joined;

    LeafEnd(String id) {
      this.id = id;
    }

    /// Dials a server and tells its interest there.
    void join(Node at) {
      begin(at);
      complete();
    }

    void begin(Node at) {
      cut();
      var link = new Joined(at);
      var claim = new SpokeClaim(id, ++joins, "leaf-" + id, "cluster-" + id, false);
      link.session = at.sessions.attach(at.account, claim, link);
      joined = link;
      wants.forEach(link::tell);
    }

    void complete() {
      var link = joined;
      if (link != null && link.session != null) {
        link.at.sessions.complete(link.session, link);
      }
    }

    /// The server notices that the link is gone.
    void cut() {
      var link = joined;
      joined = null;
      if (link != null && link.session != null) {
        link.at.sessions.detach(link.session, link);
      }
    }

    /// @param key subject and, behind a blank, queue group
    void want(String key, int weight) {
      if (weight == 0) {
        wants.remove(key);
      } else {
        wants.put(key, weight);
      }
      var link = joined;
      if (link != null) {
        link.tell(key, weight);
      }
    }
  }

  LeafEnd leaf(String id) {
    return new LeafEnd(id);
  }

  static final class Joined implements SpokeLink {
    final Node at;
    @Nullable SpokeSession session;
    boolean superseded;

    Joined(Node at) {
      this.at = at;
    }

    void tell(String key, int weight) {
      var words = key.split(" ", -1);
      var queue = words.length == 1 ? null : words[1].getBytes(StandardCharsets.UTF_8);
      var to = session;
      if (to != null) {
        at.sessions.learn(to, this, words[0].getBytes(StandardCharsets.UTF_8), queue, weight);
      }
    }

    @Override
    public TraceEnd traceEnd() {
      return new TraceEnd(TraceEnd.Kind.LEAF, 1, at.name, true, true);
    }

    @Override
    public Carrier carrier(SpokeSession of) {
      return new FakeCarrier("");
    }

    @Override
    public boolean straight(Delivery message, byte @Nullable [] queue) {
      return false;
    }

    @Override
    public boolean maySend(Delivery message) {
      return true;
    }

    @Override
    public long number() {
      return 0;
    }

    @Override
    public void pass(Delivery message, String source, long sequence, byte[][] queues) {}

    @Override
    public void superseded() {
      superseded = true;
    }
  }

  // ---- routes ----

  void connect(Node one, Node other) {
    if (way(one, other) != null) {
      return;
    }
    var there = new Way(one, other);
    var back = new Way(other, one);
    there.back = back;
    back.back = there;
    ways.put(List.of(one, other), there);
    ways.put(List.of(other, one), back);
    one.sessions.open(one.account, there);
    other.sessions.open(other.account, back);
  }

  private @Nullable Way way(Node from, Node to) {
    return ways.get(List.of(from, to));
  }

  void connectAll() {
    for (var one : nodes) {
      for (var other : nodes) {
        if (one != other) {
          connect(one, other);
        }
      }
    }
  }

  /// The connection ends; what is under way is lost.
  void disconnect(Node one, Node other) {
    for (var way : new Way[] {ways.remove(List.of(one, other)), ways.remove(List.of(other, one))}) {
      if (way != null) {
        way.open = false;
        way.from.sessions.close(way.from.account, way);
      }
    }
  }

  /// Delivers what is under way between the servers, in a random order of the connections.
  void settle(java.util.random.RandomGenerator random) {
    while (true) {
      var busy = ways.values().stream().filter(it -> !it.queue.isEmpty()).toList();
      if (busy.isEmpty()) {
        return;
      }
      busy.get(random.nextInt(busy.size())).deliverOne();
    }
  }

  /// Delivers some of it.
  void some(java.util.random.RandomGenerator random) {
    for (var left = random.nextInt(6); left > 0; left--) {
      var busy = ways.values().stream().filter(it -> !it.queue.isEmpty()).toList();
      if (!busy.isEmpty()) {
        busy.get(random.nextInt(busy.size())).deliverOne();
      }
    }
  }

  void pass(long millis) {
    nowMillis += millis;
    nodes.forEach(node -> node.timers.run(nowMillis));
  }

  /// Timers that run when the test says so.
  final class ManualTimers extends ScheduledThreadPoolExecutor {
    private record Due(long at, Runnable task) {}

    private final List<Due> waiting = new ArrayList<>();

    ManualTimers() {
      super(0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      waiting.add(new Due(nowMillis + unit.toMillis(delay), task));
      return super.schedule((Callable<@Nullable Void>) () -> null, 1, TimeUnit.DAYS);
    }

    void run(long now) {
      var due = waiting.stream().filter(it -> it.at <= now).toList();
      waiting.removeAll(due);
      due.forEach(it -> it.task.run());
    }
  }
}

package io.frond.system;

import io.frond.account.Account;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.monitor.Accstatz;
import io.frond.stream.ApiErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is asked in the system account about an account, besides documents: its connections, how
/// many subscribe to something in the cluster, and that its streams be deleted. Any thread.
public final class AccountRequests {
  private static final String CONNS = "$SYS.REQ.ACCOUNT.*.CONNS";
  private static final String SUBSCRIBERS = "$SYS.DEBUG.SUBSCRIBERS";
  private static final String SUBSCRIBERS_HERE = "$SYS.REQ.ACCOUNT.NSUBS";
  private static final String PURGE = "$JS.API.ACCOUNT.PURGE.*";

  /// What the leader of replicated streams is asked: without one nobody answers.
  private static final List<String> OF_LEADERS =
      List.of(
          "$JS.API.META.LEADER.STEPDOWN",
          "$JS.API.SERVER.REMOVE",
          "$JS.API.ACCOUNT.STREAM.MOVE.*.*",
          "$JS.API.ACCOUNT.STREAM.CANCEL_MOVE.*.*");

  private static final String API = "$JS.API.>";
  private static final String API_TYPE = "io.nats.jetstream.api.v1.";
  private static final String INFO = "$JS.API.INFO";
  private static final String ABOUT_ACCOUNTS = "$JS.API.ACCOUNT.";

  /// Servers that do not answer by then are left out.
  private static final long PATIENCE_MILLIS = 500;

  private static final String TYPE = "io.nats.server.advisory.v1.account_connections";

  /// The server, as it is asked to act.
  public interface Server {
    /// The account of that name, null when there is none.
    @Nullable Account account(String name);

    /// Publishes in the system account.
    ///
    /// @param reply empty for none
    void publish(byte[] subject, byte[] reply, byte[] body);

    /// Whether streams can be here.
    boolean hasStreams();

    /// Deletes an account's streams.
    void purge(String account, Purged done);

    /// How many other servers the cluster has.
    int others();

    /// A word that nobody else uses.
    String newId();

    /// Runs a task after so many milliseconds.
    void later(Runnable task, long millis);
  }

  /// Hears that streams are deleted.
  public interface Purged {
    /// @param error writes why some are not; null when all are
    void done(@Nullable Function<JsonWriter, JsonWriter> error);
  }

  private final ServerStamp stamp;
  private final Accstatz stats;
  private final Server server;

  public AccountRequests(ServerStamp stamp, Accstatz stats, Server server) {
    this.stamp = stamp;
    this.stats = stats;
    this.server = server;
  }

  /// Listens in the system account.
  public void serve(Account system) {
    listen(system, CONNS, (subject, reply, _, _) -> connections(subject, reply));
    listen(
        system,
        SUBSCRIBERS_HERE,
        (_, reply, body, from) -> {
          if (from != null) { // not this server itself
            subscribersHere(reply, body);
          }
        });
    system.listen(
        new SystemSubscription(
            SUBSCRIBERS,
            true,
            null,
            (_, reply, body, _) -> subscribers(system, reply, text(body).strip())));
    if (server.hasStreams()) {
      listen(system, PURGE, (subject, reply, _, _) -> purge(subject, reply));
      for (var subject : OF_LEADERS) {
        listen(system, subject, (_, _, _, _) -> {});
      }
      system.listen(
          new SystemSubscription(
              API, true, null, (subject, reply, _, _) -> noStreams(system, subject, reply)));
    }
  }

  private static void listen(Account system, String subject, SystemSubscription.Taker taker) {
    system.subscribe(new SystemSubscription(subject, taker));
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private void answer(byte[] reply, byte[] body) {
    if (reply.length > 0) {
      server.publish(reply, new byte[0], body);
    }
  }

  // ---- connections ----

  private void connections(String subject, byte[] reply) {
    var account = server.account(token(subject, 3));
    if (account != null && account.clients().get() + account.leaves().get() > 0) {
      answer(reply, connections(account, ""));
    }
  }

  private static String token(String subject, int index) {
    return subject.split("\\.", -1)[index];
  }

  /// How many connections an account has here: nats-server's `AccountNumConns`.
  ///
  /// @param id of the event
  public byte[] connections(Account account, String id) {
    var to = JsonWriter.compact().begin().put("type", TYPE).put("id", id);
    to.put("timestamp", JsonTime.of(Instant.now()));
    stamp.write(to.begin("server"));
    stats.fields(to.end(), account);
    return to.end().bytes();
  }

  // ---- subscribers ----

  /// @param asked a subject, and a queue group behind a blank
  private void subscribers(Account account, byte[] reply, String asked) {
    var words = asked.split(" ", 2);
    var queue = words.length > 1 ? words[1].getBytes(StandardCharsets.UTF_8) : null;
    var here = SubscriberCount.of(account, words[0], queue);
    var request = JsonWriter.compact().begin().put("acc", account.name()).put("subject", words[0]);
    if (queue != null) {
      request.put("queue", Base64.getEncoder().encodeToString(queue));
    }
    var others = server.others();
    if (others == 0) {
      answer(reply, number(here));
      return;
    }
    var sum = new Sum(account, reply, here, others);
    account.subscribe(sum.inbox);
    server.publish(
        SUBSCRIBERS_HERE.getBytes(StandardCharsets.UTF_8),
        sum.inbox.subject(),
        request.end().bytes());
    server.later(sum::end, PATIENCE_MILLIS);
  }

  /// What the servers of the cluster say, added up.
  private final class Sum {
    final SystemSubscription inbox;
    private final Account account;
    private final byte[] reply;
    private final AtomicLong count;
    private final AtomicInteger left;

    Sum(Account account, byte[] reply, long here, int others) {
      this.account = account;
      this.reply = reply;
      count = new AtomicLong(here);
      left = new AtomicInteger(others);
      inbox =
          new SystemSubscription(
              "$SYS._INBOX." + server.newId(), (_, _, body, _) -> add(text(body)));
    }

    private void add(String said) {
      try {
        count.addAndGet(Long.parseLong(said));
      } catch (NumberFormatException e) {
        return; // no answer
      }
      if (left.decrementAndGet() == 0) {
        finish();
      }
    }

    /// The time is over.
    void end() {
      if (left.getAndSet(0) > 0) {
        finish();
      }
    }

    private void finish() {
      account.unsubscribe(inbox);
      answer(reply, number(count.get()));
    }
  }

  private void subscribersHere(byte[] reply, byte[] body) {
    try {
      var asked = JsonObject.parse(body);
      var account = server.account(asked.text("acc", ""));
      var queue = asked.text("queue", "");
      if (account != null && account.clients().get() + account.leaves().get() > 0) {
        var group = queue.isEmpty() ? null : Base64.getDecoder().decode(queue);
        answer(reply, number(SubscriberCount.of(account, asked.text("subject", ""), group)));
      }
    } catch (JsonException | IllegalArgumentException e) {
      // as with nats-server nobody answers what is no request
    }
  }

  private static byte[] number(long count) {
    return Long.toString(count).getBytes(StandardCharsets.US_ASCII);
  }

  // ---- streams ----

  /// The system account has no streams: who asks about them hears so, from its own server.
  private void noStreams(Account system, String subject, byte[] reply) {
    var isInfo = subject.equals(INFO);
    if (subject.startsWith(ABOUT_ACCOUNTS)
        || OF_LEADERS.contains(subject)
        || (isInfo && system.leaves().get() > 0)) { // a leaf may have some
      return;
    }
    var to = JsonWriter.compact().begin();
    to.put("type", API_TYPE + (isInfo ? "account_info_response" : "system_response"));
    answer(reply, ApiErrorCode.NOT_ENABLED_FOR_ACCOUNT.with().write(to).end().bytes());
  }

  private void purge(String subject, byte[] reply) {
    var to = JsonWriter.compact().begin().put("type", API_TYPE + "account_purge_response");
    server.purge(
        token(subject, 4),
        error -> {
          var answer = error == null ? to.put("initiated", true) : error.apply(to);
          answer(reply, answer.end().bytes());
        });
  }
}

package io.frond.server;

import io.frond.account.Account;
import io.frond.system.AccountRequests;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is asked and told in the system account about accounts. Any thread.
final class AccountWiring implements AccountRequests.Server {
  private static final long LOOK_MILLIS = 1000;
  private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /// What was told of an account last.
  private record Told(int clients, int leaves, long nanos) {}

  private final Core core;
  private final SystemWiring system;
  private final MonitorWiring monitor;
  private final JetStreamWiring jetstream;
  private final Map<Account, Told> told = new ConcurrentHashMap<>();

  AccountWiring(Core core, SystemWiring system, MonitorWiring monitor, JetStreamWiring jetstream) {
    this.core = core;
    this.system = system;
    this.monitor = monitor;
    this.jetstream = jetstream;
  }

  /// Tells how many connections accounts have: when that changed, and again while there are some.
  ///
  /// @param requests write what is told
  void tellConnections(AccountRequests requests) {
    later(
        () -> {
          core.accounts().all().forEach(each -> tellConnections(requests, each));
          tellConnections(requests);
        },
        LOOK_MILLIS);
  }

  private void tellConnections(AccountRequests requests, Account account) {
    var now = new Told(account.clients().get(), account.leaves().get(), System.nanoTime());
    var before = told.get(account);
    var same =
        before == null
            ? now.clients + now.leaves == 0
            : before.clients == now.clients
                && before.leaves == now.leaves
                && (now.clients + now.leaves == 0 || now.nanos - before.nanos < REPEAT_NANOS);
    if (same || account == core.accounts().global() || account == core.accounts().system()) {
      return;
    }
    told.put(account, now);
    for (var subject :
        new String[] {
          "$SYS.ACCOUNT." + account.name() + ".SERVER.CONNS",
          "$SYS.SERVER.ACCOUNT." + account.name() + ".CONNS"
        }) {
      system.tell(subject, () -> requests.connections(account, system.newId()));
    }
  }

  // ---- what requests ask ----

  @Override
  public @Nullable Account account(String name) {
    return core.accounts().get(name);
  }

  @Override
  public void publish(byte[] subject, byte[] reply, byte[] body) {
    system.publish(core.accounts().system(), subject, reply, new byte[0], body);
  }

  @Override
  public boolean hasStreams() {
    return jetstream.jetStream() != null;
  }

  @Override
  public void purge(String account, AccountRequests.Purged done) {
    var running = jetstream.jetStream();
    if (running == null) {
      return;
    }
    core.log().info("Purge request for account " + account);
    running.within(inside ->
        inside.streams().purge(account, error -> done.done(error == null ? null : error::write)));
  }

  @Override
  public int others() {
    return monitor.counts().remotes();
  }

  @Override
  public String newId() {
    return system.newId();
  }

  @Override
  public void later(Runnable task, long millis) {
    try {
      var _ = core.loops().group().schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      core.log().debug("the server ends: nothing is told of accounts");
    }
  }
}

package io.frond.jetstream;

import io.frond.account.Account;
import io.frond.api.Assets;
import io.frond.api.Assets.ServerFacts;
import io.frond.api.OwnStreams;
import io.frond.api.Report;
import io.frond.api.Requester;
import io.frond.disk.Disk;
import io.frond.log.CommitLog;
import io.frond.log.LocalLog;
import io.frond.log.SyncMode;
import io.frond.logging.Log;
import io.frond.options.AccountOptions;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.JetStreamOptions;
import io.frond.session.Ground;
import io.frond.shard.PublishingLoop;
import io.frond.shard.ShardClock;
import io.frond.shard.ShardGround;
import io.frond.shard.ShardThread;
import io.frond.store.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// JetStream of one server: opens the store directory, brings everything back, runs, and closes in
/// order. Any thread.
public final class JetStream implements AutoCloseable {
  /// The directory of the commit log.
  static final String LOG = "log";

  /// How long a close waits for checkpoints; what they miss is in the log.
  private static final long CLOSE_MILLIS = 2_000;

  /// How long monitoring waits for an answer.
  private static final long ASK_MILLIS = 5_000;

  private final Footing footing;
  private final Worker worker = new Worker();
  private final Engine engine;
  private final Disk disk;
  private final SyncMode syncMode;
  private final Log log;
  private @Nullable CommitLog commitLog;
  private @Nullable Checkpoints checkpoints;
  private boolean closed;

  private JetStream(Footing footing, JetStreamOptions options, Facts facts, Log log, long seed) {
    this.footing = footing;
    disk = footing.disk;
    this.log = log;
    syncMode = mode(options.sync());
    var server =
        new ServerFacts(
            facts.id(),
            facts.name(),
            options.domain() == null ? "" : options.domain(),
            facts.cluster(),
            footing.root.toString(),
            options.maxMemory(),
            options.maxFile(),
            options);
    engine = new Engine(server, facts, log, new Ids(seed), disk, worker, footing.clock);
  }

  /// Not a switch over the type: for each of those the JVM generates a class when it is first
  /// executed, so at each start.
  private static SyncMode mode(JetStreamOptions.Sync sync) {
    if (sync instanceof JetStreamOptions.Sync.Interval(var every)) {
      return new SyncMode.Interval(every);
    }
    return sync instanceof JetStreamOptions.Sync.None ? new SyncMode.None() : new SyncMode.Always();
  }

  /// What JetStream stands on.
  ///
  /// @param root of all that it stores
  /// @param lock closed at the end
  record Footing(Disk disk, Path root, ShardClock clock, AutoCloseable lock) {}

  /// What JetStream has to know of its server.
  ///
  /// @param cluster its name, empty for none; one that the servers made up may still change
  /// @param loops the event loops that publish
  /// @param system the system account of a server that is one of a cluster, null for one alone
  /// @param neighbours the other servers of its cluster
  /// @param accounts finds an account by name, null when there is none
  /// @param requesters tells of who published a message, null when it is no client
  public record Facts(
      String id,
      String name,
      Supplier<String> cluster,
      List<PublishingLoop> loops,
      @Nullable Account system,
      Neighbours neighbours,
      Function<String, @Nullable Account> accounts,
      Function<Object, @Nullable Requester> requesters) {}

  /// Starts and recovers; returns when streams take messages.
  ///
  /// @throws IOException when the store cannot be opened, is in use, or cannot be read
  public static JetStream start(
      JetStreamOptions options, Facts facts, Log log, long seed, JetStreamGround ground)
      throws IOException {
    var storeDir = options.storeDir();
    var directory =
        storeDir == null
            ? StoreDirectory.openDefault()
            : StoreDirectory.open(Path.of(storeDir).resolve("jetstream"));
    Disk disk;
    try {
      ground.disk().createDirectories(directory.root());
      disk = StoreFormat.open(ground.disk(), directory.root(), options.encryption(), log);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
    return start(
        options, facts, log, seed, new Footing(disk, directory.root(), ground.clock(), directory));
  }

  /// As the other, on any ground.
  static JetStream start(JetStreamOptions options, Facts facts, Log log, long seed, Footing footing)
      throws IOException {
    log.info("Starting JetStream");
    var begin = System.nanoTime();
    var jetstream = new JetStream(footing, options, facts, log, seed);
    try {
      jetstream.recover(facts);
      var sized = jetstream.reconfigure(options);
      new StartLog(log).tell(sized, footing.root, System.nanoTime() - begin);
    } catch (IOException | RuntimeException e) {
      jetstream.close();
      throw e;
    }
    return jetstream;
  }

  /// The disk of the store, as it is encrypted or not; others may keep things there, too.
  public Disk disk() {
    return disk;
  }

  /// The folder of the store.
  public Path root() {
    return footing.root;
  }

  private AccountStreams accountOf(Facts facts, String name) {
    var known = facts.accounts().apply(name);
    if (known == null) {
      log.warn("JetStream: there is no account '" + name + "' any more; its streams are kept");
      known = new Account(AccountOptions.unlimited(name), facts.loops().size() + 1, false);
    }
    return engine.know(known);
  }

  /// Returns when all that was asked before is done.
  ///
  /// @throws IOException when interrupted
  public void settle() throws IOException {
    onShard(() -> {});
  }

  private void recover(Facts facts) throws IOException {
    var root = footing.root;
    var streams = root.resolve(MetaEntries.STREAMS);
    disk.createDirectories(streams);
    var shard = engine.shard();
    var opened =
        new LocalLog(disk, root.resolve(LOG), syncMode, shard.logOwner(), new LogTrouble(log));
    commitLog = opened;
    Function<String, AccountStreams> accounts = name -> accountOf(facts, name);
    var meta = new MetaEntries(engine, new Stores(disk), streams, accounts);
    engine.meta(meta);
    shard.start();
    onShard(() -> {
      new Recovery(engine, meta, disk, root, log, accounts).run(opened);
      var made = new Checkpoints(engine, opened, disk, root, log);
      made.start();
      checkpoints = made;
      engine.checkpoints(made);
      var system = facts.system();
      if (system != null) {
        engine.join(shard.outlet(system), facts.neighbours());
      }
    });
  }

  /// A step that may fail.
  private interface Step {
    void run() throws IOException;
  }

  private void onShard(Step step) throws IOException {
    var done = new CompletableFuture<@Nullable Void>();
    engine
        .shard()
        .execute(() -> {
          try {
            step.run();
            done.complete(null);
          } catch (IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    try {
      done.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// The thread that publishes what consumers deliver, for links that resume.
  public Ground ground() {
    return new ShardGround(engine.shard());
  }

  /// Messages that streams, consumers and the API sent, so far. Any thread.
  public long sentMessages() {
    return engine.shard().delivery().outMessages();
  }

  public long sentBytes() {
    return engine.shard().delivery().outBytes();
  }

  /// What is built on streams and lives on their thread.
  public record Inside(Assets assets, OwnStreams streams, ShardThread shard) {}

  /// Where it stores.
  public Path directory() {
    return footing.root;
  }

  /// Runs a task on the shard's thread. Any thread.
  public void within(Consumer<Inside> task) {
    engine
        .shard()
        .execute(() -> task.accept(new Inside(engine, engine.ownStreams(), engine.shard())));
  }

  /// Runs a task when all that streams were given before is stored or refused. Any thread.
  public void fence(Runnable then) {
    engine.shard().fence(then);
  }

  /// Something to be asked about streams and consumers; on the shard's thread.
  public interface Question<T> {
    T ask(Report report) throws IOException;
  }

  /// Asks and waits for the answer. Not for the shard's thread, nor for those that must not wait.
  ///
  /// @return null when no answer comes in time
  /// @throws IOException what the question threw
  public <T> @Nullable T ask(Question<T> question) throws IOException {
    var answer = new CompletableFuture<T>();
    engine
        .shard()
        .execute(() -> {
          try {
            answer.complete(question.ask(engine.report()));
          } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /// Gives an account JetStream, or changes its limits. From now on its clients are answered.
  public void enable(Account account, JetStreamLimits limits) {
    engine.shard().execute(() -> engine.enable(account, limits));
  }

  /// Takes what of the options may change while it runs: how much may be stored.
  ///
  /// @return the options with figures for how much may be stored
  /// @throws IOException when the disk does not tell what is free
  public JetStreamOptions reconfigure(JetStreamOptions next) throws IOException {
    var sized = Capacity.resolve(next, disk, footing.root, engine.fileBytes());
    onShard(() -> engine.reconfigure(sized));
    return sized;
  }

  /// Takes JetStream from an account, if it had it, and tells its clients that it has none.
  public void decline(Account account) {
    engine.shard().execute(() -> engine.decline(account));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      stop();
    } catch (IOException e) {
      log.error("JetStream: closing: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      unlock();
    }
  }

  private void unlock() {
    try {
      footing.lock.close();
    } catch (Exception e) {
      log.error("JetStream: the store directory cannot be given back: " + e.getMessage());
    }
  }

  /// What runs.
  Engine engine() {
    return engine;
  }

  /// @throws IllegalStateException when it was not recovered
  Checkpoints checkpoints() {
    var made = checkpoints;
    if (made == null) {
      throw new IllegalStateException("not recovered");
    }
    return made;
  }

  private void stop() throws IOException, InterruptedException {
    var rounds = checkpoints;
    if (rounds != null) {
      var saved = new CompletableFuture<@Nullable Void>();
      var shard = engine.shard();
      shard.execute(() -> {
        engine.deafen();
        shard.fence(() -> shard.execute(() -> rounds.all(() -> saved.complete(null))));
      });
      try {
        saved.get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        log.debug("JetStream: checkpoints at the end: " + e);
      }
    }
    engine.shard().stop();
    worker.close();
    var opened = commitLog;
    if (opened != null) {
      opened.close();
    }
    for (var asset : engine.assets()) {
      asset.stream().close();
    }
  }
}

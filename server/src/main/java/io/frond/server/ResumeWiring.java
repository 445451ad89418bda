package io.frond.server;

import io.frond.jetstream.JetStream;
import io.frond.link.LinkLoop;
import io.frond.outage.OutageLogs;
import io.frond.outage.ReceivedCursors;
import io.frond.outage.SourceLog;
import io.frond.session.Fence;
import io.frond.session.Ground;
import io.frond.session.Intake;
import io.frond.session.Late;
import io.frond.session.LoopGround;
import io.frond.session.Outlet;
import io.frond.session.Resuming;
import io.frond.session.SessionFile;
import io.frond.session.SessionRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ties links that resume to the server: its logs where JetStream is on, what it remembers of other
/// servers' sources. Start and close come from one thread; [#resuming] from any, after the start.
final class ResumeWiring implements AutoCloseable {
  private final Core core;
  private final JetStreamWiring jetstream;
  private volatile @Nullable Resuming resuming;
  private volatile Supplier<List<Fence.Stage>> routes = List::of;
  private volatile Supplier<List<Fence.Stage>> relaying = List::of;
  private volatile Supplier<List<Fence.Stage>> allRelaying = List::of;
  private @Nullable OutageLogs logs;
  private @Nullable ReceivedCursors cursors;

  ResumeWiring(Core core, JetStreamWiring jetstream) {
    this.core = core;
    this.jetstream = jetstream;
  }

  void start() throws IOException {
    var options = core.options().leaf().outage();
    var grounds = new ArrayList<Ground>();
    var stages = new ArrayList<Fence.Stage>();
    for (var i = 0; i < core.linkLoops().size(); i++) {
      var loop = core.linkLoops().at(i);
      var ground = new LoopGround(loop);
      grounds.add(ground);
      stages.add(then -> pass(loop, then));
    }
    var shard = jetstream.ground();
    if (shard != null) {
      stages.add(jetstream::fence);
    }
    var store = jetstream.jetStream();
    var remembered = cursors(store);
    cursors = remembered;
    var outlets = new ArrayList<Outlet>();
    OutageLogs opened = null;
    if (shard != null && store != null && options.enabled()) {
      grounds.add(shard);
      List<Executor> executors = new ArrayList<>();
      for (var ground : grounds) {
        executors.add(ground::execute);
      }
      opened =
          OutageLogs.open(
              store.disk(),
              folder(store),
              options,
              executors,
              core.ground().links(),
              core.random(),
              core.log());
      logs = opened;
      for (var i = 0; i < grounds.size(); i++) {
        outlets.add(outlet(opened.log(i), grounds.get(i), i));
      }
      for (var old : opened.orphans()) { // of loops that the server had before its restart
        outlets.add(outlet(old, grounds.getFirst(), 0));
      }
    }
    var handles = opened;
    resuming =
        new Resuming(
            opened == null ? core.identity().id() : opened.serverId(),
            new Intake(remembered, new Fence(List.of(), () -> allRelaying.get())),
            new Fence(stages, () -> routes.get()),
            new Fence(stages, List::of),
            new Fence(List.of(), () -> relaying.get()),
            late(),
            outlets,
            name -> handles == null ? 0 : handles.handle(name));
  }

  private ReceivedCursors cursors(@Nullable JetStream store) throws IOException {
    var max = ReceivedCursors.SOURCES_MAX;
    return store == null
        ? ReceivedCursors.inMemory(max, core.ground().links(), core.log())
        : ReceivedCursors.open(
            store.disk(),
            folder(store).resolve(OutageLogs.CURSORS),
            max,
            core.ground().links(),
            core.log());
  }

  /// Where the store has what links need.
  static Path folder(JetStream store) {
    return store.root().resolve(OutageLogs.FOLDER);
  }

  private Outlet outlet(SourceLog log, Ground ground, int index) {
    var outlet = new Outlet(log, ground, index, core::linkCount);
    outlet.warning(core.log()::warn);
    if (core.options().cluster() != null) {
      outlet.marking(late());
    }
    return outlet;
  }

  private Late late() {
    return new Late(core.identity().name(), core.options().client().maxPayload());
  }

  /// Where what a leaf remembers of its hubs is stored, null without a store.
  @Nullable SessionFile hubFile(Supplier<List<SessionRecord>> content) {
    var store = jetstream.jetStream();
    return store == null
        ? null
        : new SessionFile(
            store.disk(),
            folder(store).resolve("hubs"),
            core.loops().blocking(),
            core.loops().group(),
            core.log(),
            content);
  }

  /// Where the name of a cluster without a configured one is stored, null without a store.
  @Nullable ClusterNameFile clusterNameFile() {
    var store = jetstream.jetStream();
    return store == null
        ? null
        : new ClusterNameFile(store.disk(), folder(store), core.loops().blocking(), core.log());
  }

  /// A loop is through with what it had to flush when it comes to the next task. One that ends
  /// flushes no more.
  private static void pass(LinkLoop loop, Runnable then) {
    if (loop.executor().isShuttingDown()) {
      then.run();
    } else {
      loop.executor().execute(() -> loop.afterClients(then));
    }
  }

  /// Where what other servers of the cluster have to settle comes from.
  void routes(Supplier<List<Fence.Stage>> stages) {
    routes = stages;
  }

  /// Who may have sent something of a leaf's on to this server.
  ///
  /// @param all those too that cannot be heard now
  void relaying(Supplier<List<Fence.Stage>> stages, Supplier<List<Fence.Stage>> all) {
    relaying = stages;
    allRelaying = all;
  }

  Resuming resuming() {
    var started = resuming;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  /// After the loops have ended.
  @Override
  public void close() throws IOException {
    var opened = logs;
    if (opened != null) {
      opened.close();
    }
    var remembered = cursors;
    if (remembered != null) {
      remembered.close();
    }
  }
}

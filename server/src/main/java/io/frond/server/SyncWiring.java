package io.frond.server;

import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.json.JsonWriter;
import io.frond.monitor.SyncText;
import io.frond.sync.SyncChange;
import io.frond.sync.SyncSample;
import io.frond.sync.SyncStatus;
import io.frond.sync.SyncWatch;
import io.frond.wire.MessageFrame;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Watches how far leaf links, lanes, mirrors and sources are in step, and tells of changes in the
/// log and, as events, in the system account: `$SYS.SERVER.<server id>.SYNC.<kind>`.
///
/// [#add] and [#all] are for any thread; the looks are taken on the workers for what blocks.
final class SyncWiring implements AutoCloseable {
  private static final long LOOK_MILLIS = 500;
  private static final byte[] NO_REPLY = {};

  private final Core core;
  private final List<Supplier<List<SyncSample>>> parts = new CopyOnWriteArrayList<>();
  private final SyncWatch watch = new SyncWatch(this::samples);
  private final Ingress system;
  private @Nullable Future<?> looks;

  SyncWiring(Core core) {
    this.core = core;
    system = new Ingress(core.accounts().system());
  }

  /// Something more to watch; quick to ask.
  void add(Supplier<List<SyncSample>> part) {
    parts.add(part);
  }

  void start() {
    if (parts.isEmpty()) {
      return;
    }
    looks =
        core.linkLoops()
            .any()
            .executor()
            .scheduleWithFixedDelay(
                this::lookSoon, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void lookSoon() {
    try {
      core.loops().blocking().execute(this::look);
    } catch (RejectedExecutionException e) {
      core.log().debug("the server ends: no more looks at what is in step");
    }
  }

  private List<SyncSample> samples() {
    var all = new ArrayList<SyncSample>();
    for (var part : parts) {
      all.addAll(part.get());
    }
    return all;
  }

  private void look() {
    for (var change : watch.look(System.nanoTime(), System.currentTimeMillis())) {
      tell(change);
    }
  }

  private void tell(SyncChange change) {
    switch (change.now().state()) {
      case DISCARDING -> core.log().error(change.text());
      case CUT, BUFFERING -> core.log().warn(change.text());
      case CATCHING_UP, IN_STEP -> core.log().info(change.text());
    }
    var identity = core.identity();
    var json = JsonWriter.compact().begin().put("type", "io.frond.server.sync.v1");
    json.begin("server").put("name", identity.name()).put("id", identity.id()).end();
    SyncText.write(json, change.now());
    var subject = "$SYS.SERVER." + identity.id() + ".SYNC." + change.now().sample().kind();
    publish(subject, json.end().bytes());
  }

  private void publish(String subject, byte[] body) {
    var loop = core.linkLoops().any();
    var bytes = subject.getBytes(StandardCharsets.UTF_8);
    loop.executor()
        .execute(() ->
            loop.batch(() -> {
              var message = loop.delivery();
              message.begin(MessageFrame.of(bytes, NO_REPLY, 0, body), Side.LOCAL, null, false);
              system.publishOnce(message);
            }));
  }

  /// How everything stood at the last look; what is new since then as it stands now.
  List<SyncStatus> all() {
    return watch.all(System.nanoTime(), System.currentTimeMillis());
  }

  @Override
  public void close() {
    if (looks != null) {
      looks.cancel(false);
    }
  }
}

package io.frond.consumer;

import io.frond.shard.Outlet;
import io.frond.stream.StreamView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A push consumer's receiver: its deliver subject, whether anyone listens there, heartbeats and
/// flow control (ADR-15). Who listens by a wildcard does not count, as with nats-server: somebody
/// who watches all of an account takes nothing from a consumer that waits for its own receiver. On
/// the shard's thread.
final class Push implements Receivers {
  /// When nobody took a message although someone should be there.
  private static final long RETRY_NANOS = 250_000_000L;

  /// What a push receiver needs of its consumer.
  interface Source {
    long lastStream();

    long lastConsumer();

    /// There is something to do for the delivery.
    void wake();

    /// Someone listens now, or nobody any more.
    void listened(boolean now);

    /// Whether an acknowledgement by flow control is due, although nothing is sent.
    boolean wantsFlowControl();
  }

  private final StreamView stream;
  private final Source source;
  private final Alarm heartbeat;
  private final Alarm retry;
  private final FlowControl flow;
  private ConsumerConfig config;
  private byte[] subject;
  private boolean started;
  private boolean active;
  private long generation = -1;
  private Outlet.@Nullable Listening watch;
  private long lastSent;

  Push(StreamView stream, String consumer, ConsumerConfig config, Source source) {
    this.stream = stream;
    this.config = config;
    this.source = source;
    subject = bytes(config.deliverSubject());
    flow = new FlowControl(stream, consumer, config);
    heartbeat = new Alarm(stream.shard(), this::beat);
    retry = new Alarm(stream.shard(), this::lookAnew);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void configured(ConsumerConfig now) {
    config = now;
    var to = bytes(now.deliverSubject());
    if (!Arrays.equals(to, subject)) {
      subject = to;
      if (started) {
        watch();
      }
    }
  }

  @Override
  public void start() {
    started = true;
    lastSent = stream.shard().now();
    if (config.idleHeartbeat() > 0) {
      heartbeat.set(lastSent + config.idleHeartbeat());
    }
    watch();
  }

  private void watch() {
    if (watch != null) {
      watch.close();
    }
    watch = stream.outlet().watch(subject, this::look);
    lookAnew();
  }

  private void lookAnew() {
    generation = -1;
    look();
  }

  boolean isActive() {
    if (started) {
      look();
    }
    return active;
  }

  private void look() {
    var outlet = stream.outlet();
    var now = outlet.interestGeneration();
    if (now != generation) {
      generation = now;
      active(outlet.hasLiteralInterest(subject, bytes(config.deliverGroup())));
    }
  }

  private void active(boolean now) {
    if (now != active) {
      active = now;
      source.listened(now);
      if (now) {
        source.wake();
      }
    }
  }

  private void beat() {
    var now = stream.shard().now();
    var due = lastSent + config.idleHeartbeat();
    if (now < due) {
      heartbeat.set(due);
      return;
    }
    if (active) {
      say(
          Status.heartbeat(source.lastConsumer(), source.lastStream(), flow.waitingFor()),
          Status.NONE);
      if (flow.isQuiet() && source.wantsFlowControl()) {
        askFlowControl();
      }
    }
    lastSent = now;
    heartbeat.set(now + config.idleHeartbeat());
  }

  private void say(byte[] status, byte[] reply) {
    if (stream.outlet().publish(subject, reply, status.length, status) == Outlet.Taken.NOBODY) {
      unheard();
    }
  }

  private void askFlowControl() {
    say(Status.FLOW_CONTROL, flow.ask());
  }

  @Override
  public boolean ready() {
    if (!active && stream.outlet().interestGeneration() != generation) {
      look();
    }
    return active && !flow.isFull();
  }

  @Override
  public byte @Nullable [] choose(int size) {
    return ready() ? subject : null;
  }

  @Override
  public void sent(int size) {
    lastSent = stream.shard().now();
    if (flow.sent(size)) {
      askFlowControl();
    }
  }

  @Override
  public void unheard() {
    active(false);
    retry.atLatest(stream.shard().now() + RETRY_NANOS);
  }

  @Override
  public void idle(boolean end) {
    if (!end && flow.isQuiet() && source.wantsFlowControl()) {
      askFlowControl();
    }
  }

  /// An answer to flow control came.
  ///
  /// @return whether it is the one that was waited for
  boolean answered(byte[] to) {
    var right = flow.answered(to);
    if (right) {
      source.wake();
    }
    return right;
  }

  @Override
  public void stop() {
    started = false;
    if (watch != null) {
      watch.close();
      watch = null;
    }
    heartbeat.cancel();
    retry.cancel();
  }
}

package io.frond.session;

import io.frond.account.Delivery;
import io.frond.sync.SyncSample;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A session's feeds. Any thread, but for [#note]; the lock of [SpokeSessions] guards `current`.
final class Mailbox implements SpokeMail {
  private final FarEnd far;
  private @Nullable Carrier current;
  private volatile boolean closed;

  Mailbox(FarEnd far) {
    this.far = far;
  }

  @Override
  public int handle() {
    return far.session();
  }

  @Override
  public SyncSample sample(String name, boolean connected, String reason, long lastExchangeMillis) {
    return far.sample("session", name, connected, reason, lastExchangeMillis, Map.of());
  }

  @Override
  public void note(Delivery message, byte[][] queues, int count) {
    if (!closed) {
      var feed = far.feed(message.loop());
      feed.outlet().note(feed, message, queues, count);
    }
  }

  @Override
  public void carrier(@Nullable Carrier next) {
    var before = current;
    if (before != null) {
      far.detach(before);
    }
    current = next;
    if (next != null) {
      far.attach(next);
    }
  }

  @Override
  public void settled(String source, long sequence) {
    far.settled(source, sequence);
  }

  @Override
  public boolean isBehind() {
    return far.isBehind();
  }

  @Override
  public void wake() {
    far.wake();
  }

  @Override
  public void forget() {
    far.forget();
  }

  @Override
  public void close() {
    closed = true;
    far.close();
  }
}

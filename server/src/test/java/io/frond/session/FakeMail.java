package io.frond.session;

import io.frond.account.Delivery;
import io.frond.sync.SyncSample;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is kept for a session, as the mesh's tests look at it.
final class FakeMail implements SpokeMail {
  SessionMesh.@Nullable FakeCarrier carrier;
  int wakes;
  int forgotten;
  boolean behind;
  boolean closed;

  @Override
  public int handle() {
    return 1;
  }

  @Override
  public SyncSample sample(String name, boolean connected, String reason, long lastExchangeMillis) {
    return new SyncSample(
        "session", name, connected, reason, 0, 0, 0, 0, 0, lastExchangeMillis, 0, 0, Map.of());
  }

  @Override
  public void note(Delivery message, byte[][] queues, int count) {}

  @Override
  public void carrier(@Nullable Carrier next) {
    carrier = (SessionMesh.FakeCarrier) next;
  }

  @Override
  public void settled(String source, long sequence) {}

  @Override
  public boolean isBehind() {
    return behind;
  }

  @Override
  public void wake() {
    wakes++;
  }

  @Override
  public void forget() {
    forgotten++;
  }

  @Override
  public void close() {
    closed = true;
  }
}

package io.frond.lane;

import io.frond.store.SubjectFilter;
import io.frond.stream.StreamConsumer;
import java.nio.ByteBuffer;

/// How a lane hears of messages in its stream: as a consumer that only it knows of. The shard's
/// thread.
final class LaneFeed implements StreamConsumer {
  private final Runnable wake;

  LaneFeed(Runnable wake) {
    this.wake = wake;
  }

  @Override
  public String name() {
    return "\0lane";
  }

  @Override
  public int number() {
    return -1;
  }

  @Override
  public SubjectFilter filter() {
    return SubjectFilter.ALL;
  }

  @Override
  public void appended(long sequence, byte[] subject) {
    wake.run();
  }

  @Override
  public void removed(long sequence, byte[] subject) {}

  @Override
  public void purged(SubjectFilter what, long firstSequence, boolean aged) {}

  @Override
  public boolean needs(long sequence, byte[] subject) {
    return true;
  }

  @Override
  public void apply(byte kind, ByteBuffer bytes, int at, int length) {}

  @Override
  public void start() {}

  @Override
  public void streamChanged() {}

  @Override
  public void stop() {}
}

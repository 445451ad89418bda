package io.frond.stream;

import io.frond.store.SubjectFilter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;

/// A consumer that notes what its stream tells it, and needs messages until [#settle].
final class NotingConsumer implements StreamConsumer {
  final TreeSet<Long> needed = new TreeSet<>();
  final StringBuilder heard = new StringBuilder();
  private final int number;
  private final Stream stream;
  SubjectFilter filter;
  private long settledUpTo;

  NotingConsumer(Stream stream, int number, String filter) {
    this.stream = stream;
    this.number = number;
    this.filter = SubjectFilter.of(filter);
    stream.addConsumer(this);
  }

  void settle(long sequence) {
    needed.remove(sequence);
    stream.settled(this, sequence);
  }

  void settleUpTo(long sequence) {
    var first = Math.min(settledUpTo + 1, needed.isEmpty() ? Long.MAX_VALUE : needed.first());
    needed.headSet(sequence, true).clear();
    settledUpTo = sequence;
    stream.settledUpTo(this, first, sequence);
  }

  /// As after a reset to behind a sequence.
  void beginAnew(long sequence) {
    for (var at = sequence + 1; at <= stream.store().lastSequence(); at++) {
      needed.add(at);
    }
    needed.headSet(sequence, true).clear();
    settledUpTo = sequence;
    stream.begunAnew(this, sequence);
  }

  String heard() {
    var text = heard.toString().strip();
    heard.setLength(0);
    return text;
  }

  @Override
  public String name() {
    return "c" + number;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public SubjectFilter filter() {
    return filter;
  }

  @Override
  public void appended(long sequence, byte[] subject) {
    heard.append('+').append(sequence).append(' ');
    needed.add(sequence);
  }

  @Override
  public void removed(long sequence, byte[] subject) {
    heard.append('-').append(sequence).append(' ');
    needed.remove(sequence);
    if (!filter.matches(subject)) {
      throw new AssertionError(new String(subject, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void purged(SubjectFilter what, long firstSequence, boolean aged) {
    heard.append('p').append(firstSequence).append(' ');
  }

  @Override
  public boolean needs(long sequence, byte[] subject) {
    return filter.matches(subject) && sequence > settledUpTo && needed.contains(sequence);
  }

  @Override
  public void apply(byte kind, ByteBuffer bytes, int at, int length) {}

  @Override
  public void start() {}

  @Override
  public void streamChanged() {
    heard.append("changed ");
  }

  @Override
  public void stop() {}
}

package io.frond.stream;

import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Messages whose time is over: by the stream's `max_age`, or by a TTL of their own (ADR-43). One
/// timer waits for the first of them; then an entry goes through the log, and what is over at its
/// time goes when it is applied. A subject's last message may leave a marker (ADR-48). The shard's
/// thread.
final class Expiry {
  /// Messages that one entry takes out one by one; the next follows at once.
  private static final int AT_ONCE = 10_000;

  /// Between two entries, nanoseconds.
  private static final long PAUSE = 50_000_000;

  private static final long SECOND = 1_000_000_000;

  private final Stream stream;
  private final MessageStore store;
  private final StoredMessage found = new StoredMessage();
  private final MessageHeaders headers = new MessageHeaders();
  private final Incoming marker = new Incoming();

  /// Messages before it never expire by age; only saves work.
  private long ageFrom;

  private Shard.@Nullable Timer timer;
  private long timerAt;
  private long lastProposed;

  Expiry(Stream stream) {
    this.stream = stream;
    store = stream.store();
  }

  /// A message was stored.
  ///
  /// @param expiry as the store was told
  void stored(long time, long expiry) {
    var maxAge = stream.config().maxAge();
    if (timer == null) {
      var byAge = maxAge > 0 && expiry >= 0 ? time + maxAge : Long.MAX_VALUE;
      arm(expiry > 0 ? Math.min(expiry, byAge) : byAge);
    } else if (expiry > 0 && expiry < timerAt) {
      arm(expiry);
    }
  }

  /// Live work begins, or anything may have changed.
  void arm() {
    stop();
    if (!stream.isLive()) {
      return;
    }
    try {
      var due = store.nextExpiry();
      if (stream.config().maxAge() > 0) {
        due = Math.min(due, oldest() + stream.config().maxAge());
      }
      arm(due);
    } catch (IOException e) {
      arm(stream.shard().now() + SECOND);
    }
  }

  /// When the oldest message came that can expire by age; far away when there is none.
  private long oldest() throws IOException {
    while (store.loadNext(SubjectFilter.ALL, ageFrom, found)) {
      if (found.expiry() != MessageTtl.NEVER) {
        return found.timestamp();
      }
      ageFrom = found.sequence() + 1;
    }
    return Long.MAX_VALUE - stream.config().maxAge();
  }

  private void arm(long due) {
    if (!stream.isLive() || due == Long.MAX_VALUE) {
      return;
    }
    stop();
    timerAt = due;
    timer = stream.shard().schedule(Math.max(due, lastProposed + PAUSE), this::propose);
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void propose() {
    // The timer counts as set until the entry was applied, so that there is one entry at a time.
    timerAt = Long.MIN_VALUE;
    var now = stream.shard().now();
    lastProposed = now;
    stream.shard().begin(EntryKind.EXPIRE, stream.id()).putLong(now);
    stream.shard().propose((result, failure) -> arm());
  }

  /// Applies an [EntryKind#EXPIRE] of a time.
  void apply(long now) throws IOException {
    var maxAge = stream.config().maxAge();
    if (maxAge > 0) {
      if (stream.config().allowMsgTtl()) {
        ageOneByOne(now - maxAge);
      } else {
        age(now - maxAge);
      }
    }
    for (var sequence : store.expired(now, AT_ONCE)) {
      if (store.load(sequence, found)) {
        over(now);
      }
    }
    stream.ids().forget(now);
  }

  private void age(long upTo) throws IOException {
    var first = store.sequenceAt(upTo + 1);
    if (first > store.firstSequence() && store.compact(first) > 0) {
      stream.consumers().aged(store.firstSequence());
    }
  }

  private void ageOneByOne(long upTo) throws IOException {
    for (var left = AT_ONCE; left > 0; left--) {
      if (!store.loadNext(SubjectFilter.ALL, ageFrom, found) || found.timestamp() > upTo) {
        return;
      }
      ageFrom = found.sequence() + 1;
      if (found.expiry() != MessageTtl.NEVER) {
        over(upTo + stream.config().maxAge());
      }
    }
  }

  /// Takes the found message out, or puts a marker in its place.
  private void over(long now) throws IOException {
    var sequence = found.sequence();
    var subject = found.subject();
    if (stream.config().subjectDeleteMarkerTtl() > 0 && isLast(subject) && !isMarker()) {
      mark(subject, now);
    }
    stream.limits().remove(sequence, subject, false);
  }

  private boolean isLast(byte[] subject) throws IOException {
    var state = store.subject(subject);
    return state != null && state.messages() == 1;
  }

  private boolean isMarker() {
    headers.read(found.buffer(), found.bodyAt(), found.headerLength());
    return headers.says(HeaderName.MARKER_REASON) || headers.is(HeaderName.KV_OPERATION, "PURGE");
  }

  private void mark(byte[] subject, long now) throws IOException {
    var ttl = stream.config().subjectDeleteMarkerTtl() / SECOND * SECOND;
    var block =
        new HeaderBlock()
            .add(HeaderName.MARKER_REASON, "MaxAge")
            .add(HeaderName.TTL, GoDuration.of(ttl))
            .add(HeaderName.ROLLUP, "sub")
            .bytes();
    marker.set(now, subject, ByteBuffer.wrap(block), 0, block.length, block.length);
    stream.intake().internal(marker);
  }
}

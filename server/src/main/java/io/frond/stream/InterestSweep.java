package io.frond.stream;

import io.frond.shard.EntryKind;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes messages that nobody needs any more out of an interest stream, when a consumer is gone or
/// has other filters. A few at once; of many a part with each of a row of entries, so that the
/// shard has its turns for others meanwhile. Where it is belongs to the stream's state. The shard's
/// thread.
final class InterestSweep {
  /// Messages that one entry looks at.
  static final int AT_ONCE = 1_000;

  private static final long SECOND = 1_000_000_000;

  private final Stream stream;
  private final MessageStore store;
  private final StoredMessage found = new StoredMessage();
  private SubjectFilter among = SubjectFilter.ALL;

  /// The next sequence to look at, 0 when there is nothing to do.
  private long from;

  private long upTo;
  private boolean proposed;

  InterestSweep(Stream stream) {
    this.stream = stream;
    store = stream.store();
  }

  /// Begins, while an entry is applied.
  ///
  /// @param which messages it may concern
  void begin(SubjectFilter which) {
    if (stream.config().retention() == Retention.INTEREST) {
      among = from == 0 ? which : SubjectFilter.ALL;
      from = store.firstSequence();
      upTo = store.lastSequence();
      apply();
      goOn();
    }
  }

  /// Applies an [EntryKind#SWEEP], or does the first part of it.
  void apply() {
    stream.chores().run(this::part);
  }

  private void part() throws IOException {
    if (from == 0) {
      return;
    }
    var consumers = stream.consumers();
    if (consumers.isEmpty()) {
      store.purge();
      from = 0;
      return;
    }
    for (var left = AT_ONCE; left > 0; left--) {
      if (!store.loadNext(among, from, found) || found.sequence() > upTo) {
        from = 0;
        return;
      }
      var sequence = found.sequence();
      from = sequence;
      var subject = found.subject();
      if (!consumers.needs(sequence, subject) && store.remove(sequence, false)) {
        consumers.removed(sequence, subject, null);
      }
      from = sequence + 1;
    }
  }

  /// Proposes the next part, when there is one.
  void goOn() {
    if (from > 0 && !proposed && stream.isLive() && !stream.shard().replaying()) {
      proposed = true;
      stream.shard().begin(EntryKind.SWEEP, stream.id());
      stream.shard().propose((result, failure) -> ended(failure));
    }
  }

  private void ended(@Nullable Throwable failure) {
    proposed = false;
    if (failure == null) {
      goOn();
    } else { // the log cannot be written now
      var _ = stream.shard().schedule(stream.shard().now() + SECOND, this::goOn);
    }
  }

  void save(StateWriter to) {
    to.number(from).number(upTo).number(among.patterns().size());
    among.patterns().forEach(to::bytes);
  }

  void restore(StateReader state) {
    if (!state.more()) {
      return; // of an older program
    }
    from = state.number();
    upTo = state.number();
    var patterns = new String[(int) state.number()];
    for (var i = 0; i < patterns.length; i++) {
      patterns[i] = new String(state.bytes(), StandardCharsets.UTF_8);
    }
    among = SubjectFilter.of(List.of(patterns));
  }
}

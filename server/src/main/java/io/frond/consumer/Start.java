package io.frond.consumer;

import io.frond.json.JsonTime;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.stream.StreamView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where a new consumer begins. Depends on nothing but the configuration and the store, so that it
/// is the same when its creation is applied again. Stateless.
final class Start {
  private Start() {}

  static void select(StreamView stream, ConsumerConfig config, Ledger ledger) throws IOException {
    var store = stream.store();
    var first = store.firstSequence();
    var last = store.lastSequence();
    var given = config.optStartSeq() != 0;
    var sequence = given ? config.optStartSeq() : byPolicy(stream, config, ledger);
    if (last == 0 && first <= 1 && (config.direct() || !given)) {
      sequence = 1;
    } else if (sequence > last && (config.direct() || !given)) {
      sequence = last + 1;
    } else if (sequence < first) {
      sequence = first;
    }
    ledger.begin(sequence);
  }

  private static long byPolicy(StreamView stream, ConsumerConfig config, Ledger ledger)
      throws IOException {
    var store = stream.store();
    return switch (config.deliverPolicy()) {
      case ALL, BY_START_SEQUENCE -> store.firstSequence();
      case LAST -> last(store, config);
      case NEW -> store.lastSequence() + 1;
      case BY_START_TIME -> {
        var time = config.optStartTime();
        yield time == null ? 1 : store.sequenceAt(JsonTime.nanos(time));
      }
      case LAST_PER_SUBJECT ->
          stream.config().maxMsgsPerSubject() == 1
              ? store.firstSequence()
              : lastPerSubject(store, config, ledger);
    };
  }

  private static long last(MessageStore store, ConsumerConfig config) throws IOException {
    var found = new StoredMessage();
    return store.loadPrevious(config.filter(), store.lastSequence(), found)
        ? found.sequence()
        : store.firstSequence();
  }

  private static long lastPerSubject(MessageStore store, ConsumerConfig config, Ledger ledger)
      throws IOException {
    var newest = new Newest();
    store.subjects(config.filter(), (subject, state) -> newest.add(state.last()));
    ledger.starts = newest.sorted();
    ledger.resume = store.lastSequence();
    return ledger.starts.length == 0 ? store.lastSequence() + 1 : ledger.starts[0];
  }

  /// Why a consumer may not begin anew with a sequence; null when it may.
  static @Nullable String refusesReset(StreamView stream, ConsumerConfig config, long sequence) {
    if (sequence == 0) {
      return null;
    }
    return switch (config.deliverPolicy()) {
      case ALL -> null;
      case BY_START_SEQUENCE -> sequence < config.optStartSeq() ? "below start seq" : null;
      case BY_START_TIME -> {
        var time = config.optStartTime();
        try {
          yield time != null && sequence < stream.store().sequenceAt(JsonTime.nanos(time))
              ? "below start time"
              : null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case LAST, NEW, LAST_PER_SUBJECT -> "not allowed";
    };
  }

  private static final class Newest {
    private long[] all = new long[64];
    private int size;

    boolean add(long sequence) {
      if (size == all.length) {
        all = Arrays.copyOf(all, 2 * size);
      }
      all[size++] = sequence;
      return true;
    }

    long[] sorted() {
      var sorted = Arrays.copyOf(all, size);
      Arrays.sort(sorted);
      return sorted;
    }
  }
}

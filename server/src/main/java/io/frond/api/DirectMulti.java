package io.frond.api;

import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.store.SubjectState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Answers one request for the newest messages of many subjects directly (ADR-31, `multi_last`): a
/// state of the stream at one moment. At most 1,024 messages. On the shard's thread.
final class DirectMulti {
  private static final int MESSAGES_MAX = 1024;

  private record Found(byte[] subject, SubjectState state) {}

  private final Call call;
  private final MessageStore store;
  private final GetRequest request;
  private final DirectReply reply;

  DirectMulti(Call call, ApiStream stream, GetRequest request) {
    this.call = call;
    this.request = request;
    store = stream.stream().store();
    reply = new DirectReply(call, stream.stream().config().name(), true);
  }

  void begin() throws IOException {
    var upTo = upTo();
    if (upTo < 0) {
      call.status("404 No Results");
      return;
    }
    var sequences = sequences(upTo);
    if (sequences.length > MESSAGES_MAX) {
      call.status("413 Too Many Results");
    } else if (sequences.length == 0) {
      call.status("404 No Results");
    } else {
      send(sequences, upTo);
    }
  }

  /// The last sequence that counts, -1 when none can.
  private long upTo() throws IOException {
    var time = request.upToTime();
    if (time == null) {
      return request.upToSequence() == 0 ? store.lastSequence() : request.upToSequence();
    }
    var behind = store.sequenceAt(time);
    return behind <= store.firstSequence() ? -1 : behind - 1;
  }

  /// Ascending; one more than are allowed when there are too many.
  private long[] sequences(long upTo) throws IOException {
    var found = new ArrayList<Found>();
    store.subjects(
        SubjectFilter.of(List.copyOf(request.multiLast())),
        (subject, state) -> {
          if (state.first() <= upTo) {
            found.add(new Found(subject, state));
          }
          return found.size() <= MESSAGES_MAX;
        });
    var sequences = new long[found.size()];
    var message = new StoredMessage();
    var count = 0;
    for (var one : found) {
      if (one.state.last() <= upTo) {
        sequences[count++] = one.state.last();
      } else if (store.loadPrevious(SubjectFilter.of(text(one.subject)), upTo, message)) {
        sequences[count++] = message.sequence();
      }
    }
    var sorted = Arrays.copyOf(sequences, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private static String text(byte[] subject) {
    return new String(subject, StandardCharsets.UTF_8);
  }

  private void send(long[] sequences, long upTo) throws IOException {
    var bytesMax = request.maxBytes() == 0 ? DirectReply.BYTES_MAX : request.maxBytes();
    var message = new StoredMessage();
    var pending = (long) sequences.length;
    var last = 0L;
    var bytes = 0;
    var sent = 0;
    for (var sequence : sequences) {
      pending--;
      if (sequence < request.sequence()) {
        continue;
      }
      if (!store.load(sequence, message)) {
        call.status("404 Message Not Found");
        return;
      }
      reply.send(message, pending, last);
      last = sequence;
      bytes += message.subjectLength() + message.bodyLength();
      if (bytes >= bytesMax || ++sent == request.batch()) {
        break;
      }
    }
    reply.end(pending, last, upTo);
  }
}

package io.frond.api;

import io.frond.shard.Outlet;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.subject.Subjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Answers one request for a message, or for several in a row, directly (ADR-31). A long batch is
/// sent in parts, so that neither the shard's other work nor a slow receiver waits for it. On the
/// shard's thread.
final class DirectBatch {
  /// Bytes that are sent before other work gets its turn.
  private static final int PART_BYTES = 1 << 20;

  private static final long CROWDED_NANOS = 5_000_000;

  private final Assets assets;
  private final Call call;
  private final ApiStream stream;
  private final GetRequest request;
  private final DirectReply reply;
  private final StoredMessage message = new StoredMessage();
  private final SubjectFilter filter;
  private final boolean batched;
  private final int most;
  private final int bytesMax;
  private long sequence;
  private long pending;
  private long validThrough;
  private long last;
  private int sent;
  private int bytes;

  DirectBatch(Assets assets, Call call, ApiStream stream, GetRequest request) {
    this.assets = assets;
    this.call = call;
    this.stream = stream;
    this.request = request;
    reply = new DirectReply(call, stream.stream().config().name(), !request.noHeaders());
    filter = SubjectFilter.of(request.nextFor());
    batched = request.batch() != 0;
    most = batched ? request.batch() : 1;
    bytesMax = request.maxBytes() == 0 ? DirectReply.BYTES_MAX : request.maxBytes();
  }

  private MessageStore store() {
    return stream.stream().store();
  }

  void begin() throws IOException {
    var start = request.startTime();
    sequence = start == null ? request.sequence() : store().sequenceAt(start);
    if (batched) {
      validThrough = store().lastSequence();
      pending = store().count(filter, sequence, false);
    }
    part();
  }

  private void part() throws IOException {
    var until = bytes + PART_BYTES;
    while (sent < most) {
      if (!load()) {
        if (most == 1 || sent == 0) {
          call.status("404 Message Not Found");
          return;
        }
        break;
      }
      var taken = send();
      sent++;
      sequence = message.sequence() + 1;
      bytes += message.subjectLength() + message.bodyLength();
      if (bytes >= bytesMax) {
        break;
      }
      if (taken == Outlet.Taken.CROWDED && sent < most) {
        assets.shard().schedule(assets.shard().now() + CROWDED_NANOS, this::again);
        return;
      }
      if (bytes >= until && sent < most) {
        assets.shard().execute(this::again);
        return;
      }
    }
    end();
  }

  private void again() {
    try {
      part();
    } catch (IOException e) {
      call.status("500 " + DirectApi.oneLine(e));
    }
  }

  private boolean load() throws IOException {
    if (!request.nextFor().isEmpty()) {
      return store().loadNext(filter, sequence, message);
    }
    if (sequence > 0) {
      return batched
          ? store().loadNext(SubjectFilter.ALL, sequence, message)
          : store().load(sequence, message);
    }
    return loadLast(store(), request.lastFor(), message);
  }

  /// Finds the newest message of a subject, which may have wildcards.
  static boolean loadLast(MessageStore store, String subject, StoredMessage into)
      throws IOException {
    return Subjects.isLiteral(subject)
        ? store.loadLast(subject.getBytes(StandardCharsets.UTF_8), into)
        : store.loadPrevious(SubjectFilter.of(subject), store.lastSequence(), into);
  }

  private Outlet.Taken send() {
    if (!batched) {
      return reply.send(message);
    }
    pending = Math.max(0, pending - 1);
    var taken = reply.send(message, pending, last);
    last = message.sequence();
    return taken;
  }

  private void end() throws IOException {
    if (!batched) {
      return;
    }
    if (store().lastSequence() > validThrough) {
      pending = store().count(filter, sequence, false);
    }
    reply.end(pending, last);
  }
}

package io.frond.stream;

import io.frond.log.LogBatch;
import io.frond.shard.EntryKind;
import io.frond.trace.TraceStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What clients publish to a stream's subjects, on its way into the log. The shard's thread.
public final class Arrivals {
  private final Stream stream;
  private final StreamHost host;
  private final Numbering numbering;
  private final TakenTags tags;
  private final AtomicBatches atomic;
  private final FastBatches fast;
  private final TracedArrivals traced;
  private final MessageHeaders headers = new MessageHeaders();

  Arrivals(
      Stream stream,
      StreamHost host,
      Numbering numbering,
      TakenTags tags,
      AtomicBatches atomic,
      FastBatches fast,
      TracedArrivals traced) {
    this.traced = traced;
    this.stream = stream;
    this.host = host;
    this.numbering = numbering;
    this.tags = tags;
    this.atomic = atomic;
    this.fast = fast;
  }

  /// Takes a message: it is proposed, or answered at once where that needs no log.
  ///
  /// @param trace the stream's part of the message's trace, null for no trace
  /// @param source of the tag that it came with over a leaf link, null for none
  /// @param sequence of the tag
  /// @param from holds subject, reply, headers and payload one after the other from absolute offset
  ///   `at` on
  /// @param bodyLength bytes of headers and payload
  public void publish(
      @Nullable TraceStore trace,
      @Nullable String source,
      long sequence,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    var headersAt = at + subjectLength + replyLength;
    var less = StatusLine.excess(from, headersAt, headerLength);
    var whole =
        less == 0 ? from : StatusLine.without(from, at, headersAt, headerLength, bodyLength, less);
    take(
        trace,
        source,
        sequence,
        whole,
        less == 0 ? at : 0,
        subjectLength,
        replyLength,
        headerLength - less,
        bodyLength - less);
  }

  private void take(
      @Nullable TraceStore trace,
      @Nullable String source,
      long sequence,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    if (source != null && tags.had(source, sequence)) {
      if (trace != null) {
        trace.refused("message came before");
      }
      return;
    }
    if (trace != null && trace.only()) {
      traced.only(trace, from, at, subjectLength, replyLength, headerLength, bodyLength);
      return;
    }
    var replyAt = at + subjectLength;
    var size = stream.store().sizeOf(subjectLength, headerLength, bodyLength);
    var error = host.mayGrow(stream.config(), size);
    if (error == null && replyLength > 0 && FastBatchReply.is(from, replyAt, replyLength)) {
      error = fast.before(from, replyAt, replyLength);
    } else if (error == null && headerLength > 0) {
      headers.read(from, replyAt + replyLength, headerLength);
      if (headers.says(HeaderName.BATCH_ID)) {
        atomic.message(
            headers,
            source,
            sequence,
            from,
            at,
            subjectLength,
            replyLength,
            headerLength,
            bodyLength);
        if (trace != null) {
          trace.stored(text(from, at, subjectLength), false);
        }
        return;
      }
    }
    if (error != null) {
      stream.answers().refuse(from, replyAt, replyLength, error);
      if (trace != null) {
        trace.refused(error.text() + " (" + error.number() + ')');
      }
      return;
    }
    var shard = host.shard();
    LogBatch entry = shard.begin(EntryKind.PUBLISH, stream.id());
    Incoming.encode(
        entry,
        shard.now(),
        numbering.proposed(),
        TakenTags.name(source),
        sequence,
        from,
        at,
        subjectLength,
        replyLength,
        headerLength,
        bodyLength);
    shard.propose(trace == null ? null : traced.told(trace, stream.latest()));
  }

  private static String text(ByteBuffer from, int at, int length) {
    var bytes = new byte[length];
    from.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

package io.frond.stream;

import io.frond.log.LogBatch;
import io.frond.shard.EntryKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What clients publish to a stream's subjects, on its way into the log. The shard's thread.
public final class Arrivals {
  private final Stream stream;
  private final StreamHost host;
  private final Numbering numbering;
  private final TakenTags tags;
  private final AtomicBatches atomic;
  private final FastBatches fast;
  private final MessageHeaders headers = new MessageHeaders();

  Arrivals(
      Stream stream,
      StreamHost host,
      Numbering numbering,
      TakenTags tags,
      AtomicBatches atomic,
      FastBatches fast) {
    this.stream = stream;
    this.host = host;
    this.numbering = numbering;
    this.tags = tags;
    this.atomic = atomic;
    this.fast = fast;
  }

  /// Takes a message: it is proposed, or answered at once where that needs no log.
  ///
  /// @param source of the tag that it came with over a leaf link, null for none
  /// @param sequence of the tag
  /// @param from holds subject, reply, headers and payload one after the other from absolute offset
  ///   `at` on
  /// @param bodyLength bytes of headers and payload
  public void publish(
      @Nullable String source,
      long sequence,
      ByteBuffer from,
      int at,
      int subjectLength,
      int replyLength,
      int headerLength,
      int bodyLength) {
    if (source != null && tags.had(source, sequence)) {
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
        return;
      }
    }
    if (error != null) {
      stream.answers().refuse(from, replyAt, replyLength, error);
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
    shard.propose(null);
  }
}

package io.frond.lane;

import io.frond.leafnode.LaneDoor;
import io.frond.leafnode.SpokeLink;
import io.frond.logging.Log;
import io.frond.wire.MessageFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What lanes of leaves below ask of a hub, under `$FROND.LANE.`:
///
/// - `PUT.<lane's id>.<sequence>.<subject>`: a message that no stream takes. It is published as if
///   it had come from the leaf, once, however often it is sent, and answered when the lane's cursor
///   is on disk.
/// - `STREAMS`: which streams take a subject; handed on to the API of JetStream, which answers the
///   leaf itself.
///
/// - `GET.<stream>`: a message of a stream; handed on likewise, where the leaf may ask for it.
///
/// On links' event loops.
public final class LaneService implements LaneDoor, AutoCloseable {
  private static final String PUT = PREFIX + "PUT.";
  private static final String GET = PREFIX + "GET.";
  private static final byte[] LIST = utf8("$JS.API.STREAM.LIST");
  private static final byte[] NO_STREAMS =
      utf8("{\"total\":0,\"offset\":0,\"limit\":0,\"streams\":[]}");
  private static final byte[] TAKEN = utf8("{\"taken\":true}");
  private static final byte[] DUPLICATE = utf8("{\"taken\":true,\"duplicate\":true}");
  private static final byte[] DENIED =
      utf8("{\"error\":{\"code\":403,\"err_code\":0,\"description\":\"permission violation\"}}");
  private static final byte[] NONE = {};

  /// Ids are 22 letters and digits.
  private static final int ID_MAX = 64;

  private final LaneCursors cursors;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong duplicates = new AtomicLong();

  /// @param directory for what must survive a restart; null for a server that stores nothing
  public LaneService(@Nullable Path directory, Executor worker, Log log) {
    cursors = new LaneCursors(directory, worker, log);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public void open() throws IOException {
    cursors.open();
  }

  /// Messages that were taken of leaves' lanes since the start.
  public long takenTotal() {
    return taken.get();
  }

  /// Messages that came again and were not published again.
  public long duplicateTotal() {
    return duplicates.get();
  }

  @Override
  public void message(SpokeLink from, MessageFrame frame) {
    var subject = frame.subjectText();
    if (subject.startsWith(PUT)) {
      put(from, frame, subject);
    } else if (subject.startsWith(GET) && frame.replyLength() > 0) {
      get(from, frame, subject.substring(GET.length()));
    } else if (subject.equals(PREFIX + "STREAMS") && frame.replyLength() > 0) {
      var reply = frame.reply();
      if (!from.publishOwn(LIST, reply, frame.body())) {
        from.publishOwn(reply, NONE, NO_STREAMS);
      }
    }
  }

  private static void get(SpokeLink from, MessageFrame frame, String stream) {
    var api = utf8("$JS.API.STREAM.MSG.GET." + stream);
    if (!from.mayTake(api) || !from.publishOwn(api, frame.reply(), frame.body())) {
      from.publishOwn(frame.reply(), NONE, DENIED);
    }
  }

  private void put(SpokeLink from, MessageFrame frame, String subject) {
    var idEnd = subject.indexOf('.', PUT.length());
    var end = subject.indexOf('.', idEnd + 1);
    if (idEnd < 0 || end < 0 || idEnd - PUT.length() > ID_MAX || frame.replyLength() == 0) {
      return;
    }
    long sequence;
    try {
      sequence = Long.parseLong(subject.substring(idEnd + 1, end));
    } catch (NumberFormatException e) {
      return;
    }
    var id = subject.substring(PUT.length(), idEnd);
    var skip = utf8(subject.substring(0, end + 1)).length;
    var reply = frame.reply();
    if (!cursors.take(id, sequence)) {
      duplicates.incrementAndGet();
      answer(from, reply, DUPLICATE);
      return;
    }
    if (from.publishCarried(MessageFrame.blank().carriedBy(frame, skip))) {
      taken.incrementAndGet();
      answer(from, reply, TAKEN);
    } else {
      answer(from, reply, DENIED);
    }
  }

  private void answer(SpokeLink to, byte[] reply, byte[] text) {
    cursors.whenSafe(() -> to.execute(() -> to.publishOwn(reply, NONE, text)));
  }

  @Override
  public void close() throws IOException {
    cursors.close();
  }
}

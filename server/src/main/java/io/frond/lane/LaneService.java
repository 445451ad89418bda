package io.frond.lane;

import io.frond.leafnode.LaneDoor;
import io.frond.leafnode.SpokeLink;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;

/// What lanes of leaves below ask of a hub, under `$FROND.LANE.`:
///
/// - `STREAMS`: which streams take a subject; handed on to the API of JetStream, which answers the
///   leaf itself.
///
/// - `GET.<stream>`: a message of a stream; handed on likewise, where the leaf may ask for it.
///
/// On links' event loops.
public final class LaneService implements LaneDoor {
  private static final String GET = PREFIX + "GET.";
  private static final byte[] LIST = utf8("$JS.API.STREAM.LIST");
  private static final byte[] NO_STREAMS =
      utf8("{\"total\":0,\"offset\":0,\"limit\":0,\"streams\":[]}");
  private static final byte[] DENIED =
      utf8("{\"error\":{\"code\":403,\"err_code\":0,\"description\":\"permission violation\"}}");
  private static final byte[] NONE = {};

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void message(SpokeLink from, MessageFrame frame) {
    var subject = frame.subjectText();
    if (frame.replyLength() == 0) {
      return;
    }
    if (subject.startsWith(GET)) {
      get(from, frame, subject.substring(GET.length()));
    } else if (subject.equals(PREFIX + "STREAMS")) {
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
}

package io.frond.jetstream;

import io.frond.api.OwnStreams;
import io.frond.session.Seen;
import io.frond.shard.Chunk;
import io.frond.shard.Outlet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// A stream's interest in its account: its subjects, the acknowledgements of its consumers, and
/// flow-control replies. On the shard's thread.
final class StreamInterest {
  private static final String ACK = "$JS.ACK.";
  private static final String FLOW = "$JS.FC.";

  private StreamInterest() {}

  /// Renews all interest of a stream.
  static void renew(Asset asset) {
    var before = asset.interest();
    var config = asset.stream().config();
    var outlet = asset.account().outlet();
    var now = new ArrayList<Outlet.Listening>();
    var forHub = OwnStreams.isLane(config);
    for (var subject : config.subjects()) {
      var target = Chunk.Target.quick(_ -> true, (in, at) -> publish(asset, in, at));
      now.add(
          forHub
              ? outlet.listenForHub(bytes(subject), target)
              : outlet.listenWithTags(bytes(subject), target));
    }
    now.add(outlet.listen(bytes(ACK + config.name() + ".>"), null, (in, at) -> ack(asset, in, at)));
    now.add(
        outlet.listen(
            bytes(ACK + "*.*." + config.name() + ".*.*.*.*.*.*.>"),
            null,
            (in, at) -> ack(asset, in, at)));
    now.add(
        outlet.listen(
            bytes(FLOW + config.name() + ".>"), null, (in, at) -> flowControl(asset, in, at)));
    before.forEach(Outlet.Listening::close);
    before.clear();
    before.addAll(now);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void publish(Asset asset, Chunk in, int at) {
    var tag = in.source() instanceof Seen seen ? seen.source() : null;
    if (!asset.gone()) {
      asset.stream()
          .arrivals()
          .publish(
              tag,
              in.tagSequence(at),
              in.bytes(),
              in.subjectAt(at),
              in.subjectLength(at),
              in.replyLength(at),
              in.headerLength(at),
              in.bodyLength(at));
    }
  }

  private static void ack(Asset asset, Chunk in, int at) {
    var consumer = asset.consumers().get(consumerOf(in, at));
    if (consumer != null) {
      var headers = in.headerLength(at);
      consumer.ack(
          in.bytes(),
          in.subjectAt(at),
          in.subjectLength(at),
          in.replyAt(at),
          in.replyLength(at),
          in.bodyAt(at) + headers,
          in.bodyLength(at) - headers);
    }
  }

  private static void flowControl(Asset asset, Chunk in, int at) {
    var subject = in.copyOf(in.subjectAt(at), in.subjectLength(at));
    var consumer = asset.consumers().get(token(in, at, 3));
    if (consumer != null) {
      consumer.flowControlReply(
          subject, in.headerLength(at), in.copyOf(in.bodyAt(at), in.bodyLength(at)));
    }
  }

  /// `$JS.ACK.stream.consumer.…` has nine tokens; the longer form has domain and account before.
  private static String consumerOf(Chunk in, int at) {
    var bytes = in.bytes();
    var dots = 0;
    for (var i = in.subjectAt(at); i < in.subjectAt(at) + in.subjectLength(at); i++) {
      dots += bytes.get(i) == '.' ? 1 : 0;
    }
    return token(in, at, dots == 8 ? 3 : 5);
  }

  private static String token(Chunk in, int at, int index) {
    var bytes = in.bytes();
    var from = in.subjectAt(at);
    var end = from + in.subjectLength(at);
    var left = index;
    for (var i = from; i < end; i++) {
      if (bytes.get(i) == '.') {
        if (left == 0) {
          end = i;
          break;
        }
        left--;
        from = i + 1;
      }
    }
    return new String(in.copyOf(from, end - from), StandardCharsets.UTF_8);
  }
}

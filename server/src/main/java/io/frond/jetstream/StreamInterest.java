package io.frond.jetstream;

import io.frond.api.OwnStreams;
import io.frond.session.Seen;
import io.frond.shard.Chunk;
import io.frond.shard.Outlet;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;

/// A stream's interest in its account: its subjects, the acknowledgements of its consumers, and
/// flow-control replies. On the shard's thread.
final class StreamInterest {
  private static final String ACK = "$JS.ACK.";
  private static final String FLOW = "$JS.FC.";

  private StreamInterest() {}

  /// Renews all interest of a stream. That in subjects that stay is left alone: a message that is
  /// published meanwhile would come twice.
  static void renew(Asset asset) {
    var config = asset.stream().config();
    var outlet = asset.account().outlet();
    var forHub = OwnStreams.isLane(config);
    var before = asset.subjects();
    var now = new HashMap<String, Outlet.Listening>();
    for (var subject : config.subjects()) {
      var key = forHub ? "hub " + subject : subject;
      var target = Chunk.Target.ofStream(config.name(), (in, at) -> publish(asset, in, at));
      var known = before.remove(key);
      now.put(
          key,
          known != null
              ? known
              : forHub
                  ? outlet.listenForHub(bytes(subject), target)
                  : outlet.listenWithTags(bytes(subject), target));
    }
    before.values().forEach(Outlet.Listening::close);
    before.clear();
    before.putAll(now);
    if (asset.interest().isEmpty()) {
      listenToAcks(asset, config.name());
    }
  }

  private static void listenToAcks(Asset asset, String name) {
    var outlet = asset.account().outlet();
    var to = asset.interest();
    to.add(outlet.listen(bytes(ACK + name + ".>"), null, (in, at) -> ack(asset, in, at)));
    to.add(
        outlet.listen(
            bytes(ACK + "*.*." + name + ".*.*.*.*.*.*.>"), null, (in, at) -> ack(asset, in, at)));
    to.add(outlet.listen(bytes(FLOW + name + ".>"), null, (in, at) -> flowControl(asset, in, at)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void publish(Asset asset, Chunk in, int at) {
    var tag = in.source() instanceof Seen seen ? seen.source() : null;
    var trace = in.trace();
    if (asset.gone()) {
      if (trace != null) {
        trace.refused("stream closed");
      }
    } else {
      asset.stream()
          .arrivals()
          .publish(
              trace,
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

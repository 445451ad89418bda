package io.frond.stream;

import io.frond.json.JsonFields;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Asks an origin for a consumer that pushes its messages to us, as nats-server does, so that
/// either may be the origin of the other: without acknowledgements, with heartbeats and flow
/// control, gone after ten seconds without us. Or asks for a reset of a consumer that is there
/// already.
///
/// @param source the origin, and which of its messages
/// @param name of the consumer
/// @param sourcing whether the origin is told that its consumer is for sourcing; servers of an
///   older API level refuse that
/// @param startSequence where to begin, 0 for not by sequence
record OriginRequest(
    StreamSource source,
    String name,
    String deliverSubject,
    boolean sourcing,
    long startSequence,
    @Nullable Instant startTime,
    Map<String, String> metadata) {
  /// Where answers come to. What servers between keep of a nats-server's requests begins otherwise.
  static final String REPLY = "$JSC.R.F.";

  static final long HEARTBEAT = 1_000_000_000L;
  static final long HEALTHY = 10 * HEARTBEAT;

  private static final String API = "$JS.API";
  private static final long ACK_WAIT = 22L * 3600 * 1_000_000_000L;

  /// The request of a stream for its mirror or a source.
  ///
  /// @param id makes the subject of the messages unique
  static OriginRequest of(
      Stream stream,
      StreamSource source,
      boolean mirror,
      boolean sourcing,
      String name,
      String id,
      OriginOwner.Start at) {
    var kind = mirror ? "mirror" : "src";
    var metadata = new TreeMap<String, String>();
    metadata.put("_nats." + kind + ".stream", stream.config().name());
    metadata.put("_nats." + kind + ".acc", stream.account());
    if (!stream.domain().isEmpty()) {
      metadata.put("_nats." + kind + ".domain", stream.domain());
    }
    return new OriginRequest(
        source,
        name,
        deliverSubject(source, mirror, id),
        sourcing,
        at.sequence(),
        at.time(),
        Map.copyOf(metadata));
  }

  private static String deliverSubject(StreamSource source, boolean mirror, String id) {
    if (source.consumer() != null) {
      return source.consumer().deliverSubject();
    }
    var external = source.external();
    var prefix = external == null || external.deliver().isEmpty() ? "$JS" : external.deliver();
    return (prefix + "." + (mirror ? "M" : "S") + "." + id).replace("..", ".");
  }

  byte[] subject() {
    return bytes(
        source.consumer() != null
            ? api("CONSUMER.RESET." + source.name() + "." + source.consumer().name())
            : api("CONSUMER.CREATE." + source.name() + one()));
  }

  private String one() {
    var filter = singleFilter();
    return filter.isEmpty() ? "" : "." + name + "." + filter;
  }

  /// The origin's API subject for a function.
  private String api(String function) {
    return api(source, function);
  }

  private static String api(StreamSource source, String function) {
    var external = source.external();
    return external == null
        ? API + "." + function
        : (external.api() + "." + function).replace("..", ".");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String singleFilter() {
    if (!source.filterSubject().isEmpty()) {
      return source.filterSubject();
    }
    return source.subjectTransforms().size() == 1
        ? source.subjectTransforms().getFirst().source()
        : "";
  }

  /// Headers; none where an older server must understand it.
  byte[] headers() {
    return sourcing && source.consumer() == null
        ? new HeaderBlock().add(HeaderName.REQUIRED_API_LEVEL, "4").bytes()
        : new byte[0];
  }

  /// Headers and JSON.
  byte[] message() {
    var headers = headers();
    var json = json();
    var all = Arrays.copyOf(headers, headers.length + json.length);
    System.arraycopy(json, 0, all, headers.length, json.length);
    return all;
  }

  /// The request's JSON; empty for a reset.
  byte[] json() {
    if (source.consumer() != null) {
      return new byte[0];
    }
    var to = JsonWriter.compact().begin().put("stream_name", source.name()).begin("config");
    to.put("name", name).put("deliver_policy", policy()).putIf("opt_start_seq", startSequence);
    if (startTime != null) {
      to.put("opt_start_time", JsonTime.of(startTime));
    }
    to.put("ack_policy", "none").put("ack_wait", ACK_WAIT).put("max_deliver", 1);
    filters(to);
    to.put("replay_policy", "instant")
        .put("flow_control", true)
        .put("deliver_subject", deliverSubject)
        .put("idle_heartbeat", HEARTBEAT)
        .put("inactive_threshold", HEALTHY)
        .put("num_replicas", 0)
        .put("direct", true)
        .putIf("sourcing", sourcing);
    JsonFields.putIf(to, "metadata", new TreeMap<>(metadata));
    return to.end().put("action", "").end().bytes();
  }

  private String policy() {
    if (startTime != null) {
      return "by_start_time";
    }
    return startSequence > 0 ? "by_start_sequence" : "all";
  }

  private void filters(JsonWriter to) {
    var single = singleFilter();
    if (!single.isEmpty()) {
      to.put("filter_subject", single);
    } else if (!source.subjectTransforms().isEmpty()) {
      to.beginArray("filter_subjects");
      for (var transform : source.subjectTransforms()) {
        to.add(transform.source().isEmpty() ? ">" : transform.source());
      }
      to.endArray();
    }
  }

  /// Where to ask what the origin has.
  static byte[] info(StreamSource source) {
    return bytes(api(source, "STREAM.INFO." + source.name()));
  }

  /// Where to say that a consumer of ours is not needed any more.
  static byte[] deletion(StreamSource source, String name) {
    return bytes(api(source, "CONSUMER.DELETE." + source.name() + "." + name));
  }
}

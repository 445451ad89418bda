package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The live side of a mirror's or a source's origin: asks for a consumer there, takes its messages
/// in order, answers its flow control, notices when one is missing or nothing comes, and begins
/// anew behind the last that it took. What it takes goes to its [Owner], which proposes it to the
/// log. Nothing here is state that has to survive. The shard's thread.
final class Origin {
  private static final long SECOND = OriginRequest.HEARTBEAT;
  private static final long ANSWER_WAIT = 30 * SECOND;
  private static final long PAUSE_MIN = SECOND;
  private static final long PAUSE_MAX = 64 * SECOND;
  private static final long JITTER = SECOND / 10;
  private static final int API_LEVEL = ApiErrorCode.REQUIRED_API_LEVEL.number();
  private static final int BAD_JSON = ApiErrorCode.INVALID_JSON.number();
  private static final byte[] CONTROL = "NATS/1.0 100 ".getBytes(StandardCharsets.US_ASCII);

  /// Messages behind it at which a mirror counts as caught up.
  private static final long NEAR = 10;

  /// Whose origin it is.
  interface Owner {
    /// Where to begin when nothing was taken yet.
    Start start(Origin origin);

    /// The origin gives us messages from now on.
    ///
    /// @param delivered the sequence before the first that can come
    void began(Origin origin, long delivered);

    /// Takes the next message: proposes it, with [#done] for its completion.
    void take(Origin origin, byte[] subject, OriginAck ack, int headerLength, byte[] body);
  }

  /// @param sequence to begin at, 0 for not by sequence
  record Start(long sequence, @Nullable Instant time) {}

  private final Stream stream;
  private final StreamSource source;
  private final int number;
  private final boolean mirror;
  private final String consumerName;
  private final Owner owner;
  private final Shard.Completion done =
      (result, failure) -> {
        if (failure != null) {
          lost();
        }
      };

  private String current = "";
  private boolean sourcing = true;
  private long run;
  private int fails;
  private long asked;
  private long received;
  private long applied;
  private long delivered;
  private long lag;
  private long heard;
  private @Nullable ApiError error;
  private Outlet.@Nullable Listening listening;
  private Shard.@Nullable Timer timer;
  private byte @Nullable [] flowReply;
  private long flowDelivered;
  private long flowReceived;
  private boolean caughtUp;

  /// @param number tells it from the stream's other origins
  /// @param consumerName what its consumer is called
  Origin(
      Stream stream,
      StreamSource source,
      int number,
      boolean mirror,
      String consumerName,
      Owner owner) {
    this.stream = stream;
    this.source = source;
    this.number = number;
    this.mirror = mirror;
    this.consumerName = consumerName;
    this.owner = owner;
  }

  StreamSource source() {
    return source;
  }

  int number() {
    return number;
  }

  /// Tells the attempts to get messages from one another; rises.
  long run() {
    return run;
  }

  /// What proposals of taken messages are completed with.
  Shard.Completion done() {
    return done;
  }

  /// Begins behind a sequence of the origin's; 0 for nothing taken yet.
  void start(long position) {
    received = position;
    applied = position;
    schedule(mirror ? 0 : jitter());
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (listening != null) {
      listening.close();
      listening = null;
    }
    current = "";
    flowReply = null;
  }

  /// Stops for good and tells the origin that our consumer can go.
  void end() {
    var name = current;
    stop();
    if (!name.isEmpty() && source.consumer() == null) {
      var to = OriginRequest.deletion(source, name);
      stream.outlet().publish(to, new byte[0], 0, new byte[0]);
    }
  }

  private long jitter() {
    return JITTER + Math.floorMod(stream.newId().hashCode(), JITTER);
  }

  private void schedule(long pause) {
    stop();
    var shard = stream.shard();
    timer = shard.schedule(shard.now() + pause, this::ask);
  }

  /// Begins anew soon: something is missing.
  private void retry() {
    var wait = Math.max(asked + PAUSE_MIN - stream.shard().now(), 0);
    schedule(wait + jitter());
  }

  /// Begins anew later and later: the origin did not want.
  private void failed(@Nullable ApiError why) {
    error = why == null ? error : why;
    fails = Math.min(fails + 1, 16);
    var pause = Math.min(PAUSE_MIN << (fails - 1), PAUSE_MAX);
    schedule(pause + jitter() + Math.floorMod(stream.newId().hashCode(), pause / 4 + 1));
  }

  /// The log did not take a message: begin anew behind the last that was applied.
  private void lost() {
    received = applied;
    if (!current.isEmpty()) {
      retry();
    }
  }

  private void ask() {
    stop();
    var shard = stream.shard();
    asked = shard.now();
    run = Math.max(run + 1, asked);
    var request = request();
    var reply = "$JSC.R." + shortId();
    var mine = run;
    listening =
        stream
            .outlet()
            .subscribe(
                reply,
                (subject, to, headerLength, body) -> {
                  if (mine == run && current.isEmpty()) {
                    answered(request, Arrays.copyOfRange(body, headerLength, body.length));
                  }
                });
    timer = shard.schedule(asked + ANSWER_WAIT, () -> failed(null));
    var headers = request.headers();
    var json = request.json();
    var body = new byte[headers.length + json.length];
    System.arraycopy(headers, 0, body, 0, headers.length);
    System.arraycopy(json, 0, body, headers.length, json.length);
    var taken =
        stream
            .outlet()
            .publish(
                request.subject(), reply.getBytes(StandardCharsets.UTF_8), headers.length, body);
    if (taken == Outlet.Taken.NOBODY && current.isEmpty()) {
      failed(null);
    }
  }

  private OriginRequest request() {
    var at = received > 0 ? new Start(received + 1, null) : owner.start(this);
    var kind = mirror ? "mirror" : "src";
    var metadata = new TreeMap<String, String>();
    metadata.put("_nats." + kind + ".stream", stream.config().name());
    metadata.put("_nats." + kind + ".acc", stream.account());
    if (!stream.domain().isEmpty()) {
      metadata.put("_nats." + kind + ".domain", stream.domain());
    }
    var name = sourcing ? consumerName : consumerName + "_" + shortId();
    return new OriginRequest(
        source, name, deliverSubject(), sourcing, at.sequence(), at.time(), Map.copyOf(metadata));
  }

  private String deliverSubject() {
    if (source.consumer() != null) {
      return source.consumer().deliverSubject();
    }
    var kind = mirror ? "M" : "S";
    var external = source.external();
    var prefix = external == null || external.deliver().isEmpty() ? "$JS" : external.deliver();
    return (prefix + "." + kind + "." + shortId()).replace("..", ".");
  }

  private String shortId() {
    var id = stream.newId();
    return id.substring(Math.max(0, id.length() - 8));
  }

  private void answered(OriginRequest request, byte[] body) {
    JsonObject answer;
    try {
      answer = JsonObject.parse(body);
    } catch (JsonException e) {
      failed(ApiErrorCode.INVALID_JSON.with(String.valueOf(e.getMessage())));
      return;
    }
    var refused = answer.object("error");
    var config = answer.object("config");
    if (refused != null) {
      refused(refused);
    } else if (config == null) {
      failed(
          (mirror
                  ? ApiErrorCode.MIRROR_CONSUMER_SETUP_FAILED
                  : ApiErrorCode.SOURCE_CONSUMER_SETUP_FAILED)
              .with("invalid consumer create response"));
    } else if (source.consumer() != null && !config.text("ack_policy", "").equals("flow_control")) {
      failed(
          (mirror
                  ? ApiErrorCode.MIRROR_CONSUMER_REQUIRES_ACK_FC
                  : ApiErrorCode.SOURCE_CONSUMER_REQUIRES_ACK_FC)
              .with());
    } else {
      var at = answer.object("delivered");
      begin(
          answer.text("name", request.name()),
          config.text("deliver_subject", request.deliverSubject()),
          at == null ? 0 : at.number("stream_seq", 0));
    }
  }

  private void refused(JsonObject why) {
    var code = (int) why.number("err_code", 0);
    if (sourcing && source.consumer() == null && (code == API_LEVEL || code == BAD_JSON)) {
      // A server of an older API level: it gets a request that it understands.
      sourcing = false;
      ask();
      return;
    }
    failed(new ApiError((int) why.number("code", 0), code, why.text("description", "")));
  }

  private void begin(String name, String deliverSubject, long deliveredStream) {
    stop();
    error = null;
    fails = 0;
    current = name;
    delivered = 0;
    heard = stream.shard().now();
    var mine = run;
    listening =
        stream
            .outlet()
            .subscribe(
                deliverSubject,
                (subject, reply, headerLength, body) -> {
                  // What is still on its way from an earlier run has another subject.
                  if (mine == run && !current.isEmpty()) {
                    message(subject, reply, headerLength, body);
                  }
                });
    if (deliveredStream > received) {
      received = deliveredStream;
    }
    owner.began(this, deliveredStream);
    watch();
  }

  /// Looks now and then whether anything still comes.
  private void watch() {
    timer =
        stream
            .shard()
            .schedule(
                heard + OriginRequest.HEALTHY,
                () -> {
                  if (stream.shard().now() - heard >= OriginRequest.HEALTHY) {
                    retry();
                  } else {
                    watch();
                  }
                });
  }

  private void message(byte[] subject, byte[] reply, int headerLength, byte[] body) {
    heard = stream.shard().now();
    if (headerLength == body.length && isControl(body)) {
      control(reply, headerLength, body);
      return;
    }
    var ack = OriginAck.parse(reply);
    if (ack == null || !ack.consumer().equals(current) || ack.deliveries() > 1) {
      return;
    }
    if (ack.sequence() <= received) {
      if (ack.delivery() == delivered + 1) {
        delivered++;
      }
      return;
    }
    var follows = mirror && ack.sequence() == received + 1;
    if (!follows && ack.delivery() != delivered + 1) {
      if (ack.delivery() > delivered) {
        retry();
      }
      return;
    }
    delivered = ack.delivery();
    received = ack.sequence();
    lag = Math.max(ack.pending() - 1, 0);
    caughtUp |= ack.pending() < NEAR;
    owner.take(this, subject, ack, headerLength, body);
  }

  private static boolean isControl(byte[] body) {
    return body.length > CONTROL.length
        && Arrays.equals(body, 0, CONTROL.length, CONTROL, 0, CONTROL.length);
  }

  private void control(byte[] reply, int headerLength, byte[] body) {
    if (reply.length > 0) {
      flow(reply);
      return;
    }
    var headers = new MessageHeaders().read(ByteBuffer.wrap(body), 0, headerLength);
    var last = headers.number(HeaderName.LAST_CONSUMER);
    if (last > 0 && last != delivered) {
      retry();
    } else if (headers.says(HeaderName.CONSUMER_STALLED)) {
      flow(headers.bytes(HeaderName.CONSUMER_STALLED));
    }
  }

  /// Answers flow control once all that came before it was applied, so that the origin does not run
  /// ahead of us and, with a consumer of its own, knows what is safe.
  private void flow(byte[] reply) {
    flowReply = reply;
    flowDelivered = delivered;
    flowReceived = received;
    answerFlow();
  }

  private void answerFlow() {
    if (flowReply == null || applied < flowReceived) {
      return;
    }
    var headers =
        new HeaderBlock()
            .add(HeaderName.LAST_CONSUMER, Long.toString(flowDelivered))
            .add(HeaderName.LAST_STREAM, Long.toString(flowReceived))
            .bytes();
    stream.outlet().publish(flowReply, new byte[0], headers.length, headers);
    flowReply = null;
  }

  /// A message that was taken is stored, or needs not be.
  void applied(long sequence) {
    applied = Math.max(applied, sequence);
    answerFlow();
  }

  /// A message that was taken could not be stored: it comes again.
  void refused(long sequence) {
    if (!current.isEmpty()) {
      received = sequence - 1;
      applied = received;
      retry();
    }
  }

  /// Whether it has been near the origin's end once.
  boolean isCaughtUp() {
    return caughtUp;
  }

  /// Writes it as STREAM.INFO has it, into the object that is open.
  void write(JsonWriter to) {
    to.put("name", source.name());
    source.writeExternal(to);
    to.put("lag", lag).put("active", heard == 0 ? -1 : stream.shard().now() - heard);
    if (error != null) {
      error.write(to);
    }
    to.putIf("filter_subject", source.filterSubject());
    source.writeTransforms(to);
  }
}

package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The live side of a mirror's or a source's origin: asks for a consumer there, takes its messages
/// in order, answers its flow control, notices when one is missing or nothing comes, and begins
/// anew behind the last that it took. What it takes goes to its [OriginOwner], which proposes it to
/// the log. Nothing here is state that has to survive. The shard's thread.
final class Origin {
  private static final long SECOND = OriginRequest.HEARTBEAT;
  private static final long ANSWER_WAIT = 2 * SECOND; // the first time, then twice as long
  private static final long ANSWER_WAIT_MAX = 30 * SECOND;
  private static final long HEAD_WAIT = 2 * SECOND;
  private static final long HEAD_EVERY = 5 * SECOND;
  private static final long SILENT = 4 * SECOND; // without a heartbeat something is wrong
  private static final long PAUSE_MIN = SECOND;
  private static final long PAUSE_MAX = 64 * SECOND;
  private static final long JITTER = SECOND / 10;
  private static final int API_LEVEL = ApiErrorCode.REQUIRED_API_LEVEL.number();
  private static final int BAD_JSON = ApiErrorCode.INVALID_JSON.number();

  private static final long NEAR = 10; // messages behind: then a mirror counts as caught up

  private final Stream stream;
  private final StreamSource source;
  private final int number;
  private final boolean mirror;
  private final String consumerName;
  private final OriginOwner owner;
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
  private long heard;
  private Outlet.@Nullable Listening listening;
  private Shard.@Nullable Timer timer;
  private boolean caughtUp;
  private final OriginHead head;
  private final OriginFlow flow;
  private final OriginNotes notes;
  private long emptyUpTo;
  private Outlet.@Nullable Listening watching;
  private Shard.@Nullable Timer headTimer;
  private boolean reachable;
  private long headReceived;

  /// @param number tells it from the stream's other origins
  /// @param consumerName what its consumer is called
  Origin(
      Stream stream,
      StreamSource source,
      int number,
      boolean mirror,
      String consumerName,
      OriginOwner owner) {
    this.stream = stream;
    this.source = source;
    this.number = number;
    this.mirror = mirror;
    this.consumerName = consumerName;
    this.owner = owner;
    flow = new OriginFlow(stream);
    notes = new OriginNotes(stream, source);
    head = new OriginHead(stream, OriginRequest.info(source), HEAD_WAIT);
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
    var api = OriginRequest.info(source);
    reachable = stream.outlet().hasInterest(api);
    watching = stream.outlet().watch(api, () -> reached(stream.outlet().hasInterest(api)));
    schedule(mirror ? 0 : jitter());
  }

  /// The origin's API came into reach or went out of it: as soon as it is back we begin anew.
  private void reached(boolean now) {
    var before = reachable;
    reachable = now;
    if (now && !before) {
      notes.restarts++;
      fails = 0;
      schedule(jitter());
    }
  }

  /// Nothing runs any more.
  void stop() {
    if (watching != null) {
      watching.close();
      watching = null;
    }
    pause();
  }

  private void pause() {
    head.stop();
    if (headTimer != null) {
      headTimer.cancel();
      headTimer = null;
    }
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (listening != null) {
      listening.close();
      listening = null;
    }
    current = "";
    flow.forget();
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
    pause();
    var shard = stream.shard();
    timer = shard.schedule(shard.now() + pause, this::ask);
  }

  /// Begins anew soon: something is missing.
  private void retry() {
    notes.restarts++;
    var wait = Math.max(asked + PAUSE_MIN - stream.shard().now(), 0);
    schedule(wait + jitter());
  }

  /// Begins anew later and later: the origin did not want.
  private void failed(@Nullable ApiError why) {
    notes.error = why == null ? notes.error : why;
    fails = Math.min(fails + 1, 16);
    // Who does not answer may be back any moment.
    var pause = Math.min(PAUSE_MIN << (fails - 1), why == null ? 2 * PAUSE_MIN : PAUSE_MAX);
    schedule(pause + jitter() + Math.floorMod(stream.newId().hashCode(), pause / 4 + 1));
  }

  /// The log did not take a message: begin anew behind the last that was applied.
  private void lost() {
    received = applied;
    if (!current.isEmpty()) {
      retry();
    }
  }

  /// Asks first which stream the origin is, since what comes of another one has other sequences.
  private void ask() {
    pause();
    asked = stream.shard().now();
    run = Math.max(run + 1, asked);
    var mine = run;
    head.ask(
        OriginRequest.REPLY + shortId(),
        answer -> {
          if (mine != run) {
            return;
          }
          if (answer == null && head.last() != null) {
            failed(null); // it says that where it is there at all
          } else if (answer == null || isSame(answer)) {
            askConsumer();
          }
        });
  }

  /// Whether the origin is the stream that it was.
  private boolean isSame(OriginHead.Answer answer) {
    var known = owner.identity(this);
    notes.replaced = known != 0 && known != answer.created() && mirror && applied > 0;
    if (notes.replaced) {
      notes.peculiar("the origin was created anew; delete the mirror to take the new one");
      notes.error = ApiErrorCode.MIRROR_CONSUMER_SETUP_FAILED.with("the origin was created anew");
      schedule(HEAD_EVERY + jitter());
      return false;
    }
    if (known != answer.created()) {
      var anew = known != 0;
      if (anew) {
        notes.peculiar("the origin was created anew and is taken from its beginning");
        received = 0;
        applied = 0;
      }
      owner.identified(this, answer.created(), anew);
    }
    if (answer.last() < applied) {
      notes.peculiar(
          "the origin ended at "
              + answer.last()
              + ", behind "
              + applied
              + " that is here: what it stored under those sequences since then is not");
    }
    return true;
  }

  private void askConsumer() {
    var shard = stream.shard();
    var request = request();
    var reply = OriginRequest.REPLY + shortId();
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
    var patience = Math.min(ANSWER_WAIT << Math.min(fails, 4), ANSWER_WAIT_MAX);
    timer = shard.schedule(shard.now() + patience, () -> failed(null));
    var to = reply.getBytes(StandardCharsets.UTF_8);
    var taken =
        stream.outlet().publish(request.subject(), to, request.headers().length, request.message());
    if (taken == Outlet.Taken.NOBODY && current.isEmpty()) {
      failed(null);
    }
  }

  private OriginRequest request() {
    var at = received > 0 ? new OriginOwner.Start(received + 1, null) : owner.start(this);
    var name = sourcing ? consumerName : consumerName + "_" + shortId();
    return OriginRequest.of(stream, source, mirror, sourcing, name, shortId(), at);
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
      notes.lag = answer.number("num_pending", 0);
      var said = head.last();
      emptyUpTo = notes.lag == 0 && said != null ? said.last() : 0;
    }
  }

  private void refused(JsonObject why) {
    var code = (int) why.number("err_code", 0);
    if (sourcing && source.consumer() == null && (code == API_LEVEL || code == BAD_JSON)) {
      // A server of an older API level: it gets a request that it understands.
      sourcing = false;
      askConsumer();
      return;
    }
    failed(new ApiError((int) why.number("code", 0), code, why.text("description", "")));
  }

  private void begin(String name, String deliverSubject, long deliveredStream) {
    pause();
    notes.error = null;
    notes.suspect = false;
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
    compareLater();
  }

  private void compareLater() {
    headReceived = received;
    var shard = stream.shard();
    headTimer =
        shard.schedule(
            shard.now() + HEAD_EVERY,
            () -> head.ask(OriginRequest.REPLY + shortId(), this::compare));
  }

  /// Compares what the origin has with what came: it may be another stream, or have more than it
  /// gives.
  private void compare(OriginHead.@Nullable Answer answer) {
    var known = owner.identity(this);
    if (answer != null && known != 0 && known != answer.created()) {
      retry();
      return;
    }
    var stuck =
        answer != null
            && OriginNotes.isWhole(source)
            && answer.last() > Math.max(received, emptyUpTo)
            && received == headReceived
            && applied == received;
    if (stuck && notes.suspect) {
      notes.peculiar("the origin had more than it gave and was asked anew");
      retry();
      return;
    }
    notes.suspect = stuck;
    compareLater();
  }

  /// Looks now and then whether anything still comes.
  private void watch() {
    timer =
        stream
            .shard()
            .schedule(
                heard + SILENT,
                () -> {
                  if (stream.shard().now() - heard >= SILENT) {
                    retry();
                  } else {
                    watch();
                  }
                });
  }

  private void message(byte[] subject, byte[] reply, int headerLength, byte[] body) {
    heard = stream.shard().now();
    if (headerLength == body.length && OriginFlow.isControl(body)) {
      control(reply, headerLength, body);
      return;
    }
    var ack = OriginAck.parse(reply);
    if (ack == null || !ack.consumer().equals(current) || ack.deliveries() > 1) {
      return;
    }
    if (ack.sequence() <= received) {
      if (ack.delivery() == delivered + 1) { // where its consumer did not hear that we have it
        delivered++;
        notes.lag = Math.max(ack.pending() - 1, 0);
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
    notes.taken++;
    notes.skipped(received, ack.sequence());
    received = ack.sequence();
    notes.lag = Math.max(ack.pending() - 1, 0);
    caughtUp |= ack.pending() < NEAR;
    owner.take(this, subject, ack, headerLength, body);
  }

  private void control(byte[] reply, int headerLength, byte[] body) {
    if (reply.length > 0) {
      flow.asked(reply, delivered, received, applied);
      return;
    }
    var headers = new MessageHeaders().read(ByteBuffer.wrap(body), 0, headerLength);
    var last = headers.number(HeaderName.LAST_CONSUMER);
    if (last > 0 && last != delivered) {
      retry();
    } else if (headers.says(HeaderName.CONSUMER_STALLED)) {
      flow.asked(headers.bytes(HeaderName.CONSUMER_STALLED), delivered, received, applied);
    }
  }

  /// A message that was taken is stored, or needs not be.
  void applied(long sequence) {
    applied = Math.max(applied, sequence);
    flow.applied(applied);
  }

  /// A message that was taken could not be stored: it comes again.
  void refused(long sequence) {
    if (!current.isEmpty()) {
      received = sequence - 1;
      applied = received;
      retry();
    }
  }

  /// How it stands.
  OriginStatus status() {
    var silent = stream.shard().now() - heard;
    var running = !current.isEmpty() && silent < SILENT;
    return notes.status(
        mirror,
        new OriginNotes.Now(
            running,
            running && silent < 2 * OriginRequest.HEARTBEAT,
            reachable,
            received,
            applied,
            heard,
            head.last()));
  }

  /// Whether it has been near the origin's end once.
  boolean isCaughtUp() {
    return caughtUp;
  }

  /// Writes it as STREAM.INFO has it, into the object that is open.
  void write(JsonWriter to) {
    to.put("name", source.name());
    source.writeExternal(to);
    to.put("lag", notes.lag).put("active", heard == 0 ? -1 : stream.shard().now() - heard);
    var error = notes.error;
    if (error != null) {
      error.write(to);
    }
    to.putIf("filter_subject", source.filterSubject());
    source.writeTransforms(to);
  }
}

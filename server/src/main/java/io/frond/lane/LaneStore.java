package io.frond.lane;

import io.frond.api.ApiStream;
import io.frond.api.OwnStreams;
import io.frond.jetstream.JetStream;
import io.frond.options.LaneOptions;
import io.frond.store.StoredMessage;
import io.frond.stream.ApiError;
import io.frond.stream.Discard;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A lane's two streams: what waits for the hub, and what the hub refused for good. The shard's
/// thread.
final class LaneStore {
  private static final String PREFIX = "LANE_";
  private static final String DEAD_PREFIX = "LANE-DEAD_";
  private static final String DEAD_SUBJECT = "$LANE.DEAD.";
  private static final long DEFAULT_BYTES = 1L << 30;
  private static final long SECOND = 1_000_000_000L;

  /// Of what all streams may take, a lane takes such a part at most where nothing else is said.
  private static final int PART = 4;

  private final JetStream.Inside inside;
  private final String account;
  private final LaneFeed feed;
  private final LaneOptions options;
  private @Nullable Stream stream;
  private @Nullable Stream dead;
  private String id = "";
  private LaneRuns runs = LaneRuns.NONE;
  private boolean purging;

  LaneStore(JetStream.Inside inside, String account, LaneOptions options, LaneFeed feed) {
    this.inside = inside;
    this.account = account;
    this.options = options;
    this.feed = feed;
  }

  static String nameOf(String lane) {
    return PREFIX + lane;
  }

  /// The lane whose stream it is; null when it is none's.
  static @Nullable String laneOf(StreamConfig config) {
    return OwnStreams.isLane(config) && config.name().startsWith(PREFIX)
        ? config.name().substring(PREFIX.length())
        : null;
  }

  /// What waits; null while there is no such stream.
  @Nullable Stream stream() {
    return stream;
  }

  /// The ids of its messages. A stream that is made anew and counts from 1 again has others.
  LaneIds ids() {
    return new LaneIds(id, options.name(), runs);
  }

  /// The subject of a message; null when it is not there any more.
  byte @Nullable [] subjectOf(long sequence, StoredMessage message) {
    try {
      return stream != null && stream.store().load(sequence, message) ? message.subject() : null;
    } catch (IOException e) {
      return null; // found again when it is to be sent
    }
  }

  /// Makes both streams, or changes them as the options say.
  ///
  /// @param done gets what went wrong, null for nothing
  void open(Consumer<@Nullable String> done) {
    var of = inside.assets().account(account);
    if (of == null) {
      done.accept("JetStream is not enabled for the account \"" + account + '"');
      return;
    }
    var existing = of.streams().get(nameOf(options.name()));
    if (existing != null && !OwnStreams.isLane(existing.stream().config())) {
      done.accept("there is a stream \"" + nameOf(options.name()) + "\" that is no lane's");
      return;
    }
    var config = existing == null ? null : existing.stream().config();
    var known = config == null ? null : config.metadata().get(OwnStreams.LANE);
    id = known == null || known.isEmpty() ? inside.assets().newId() : known;
    var before = runs(config);
    var next = existing == null ? 1 : existing.stream().store().lastSequence() + 1;
    var waiting = existing == null ? 1 : existing.stream().store().firstSequence();
    runs = before.begin(next, waiting, inside.shard().now() / SECOND);
    ensure(
        made -> {
          if (existing != null && made.stream() != existing.stream()) {
            open(done); // that one was about to be deleted, and the new one counts from 1
          } else {
            openDead(made, done);
          }
        },
        error -> {
          if (config == null) {
            done.accept(text(error));
            return;
          }
          runs = before; // it cannot be changed, for the disk is full perhaps; it may be sent
          ensure(made -> openDead(made, done), again -> done.accept(text(again)));
        });
  }

  private static LaneRuns runs(@Nullable StreamConfig of) {
    var text = of == null ? null : of.metadata().get(OwnStreams.LANE_RUNS);
    return text == null ? LaneRuns.NONE : LaneRuns.parse(text);
  }

  private void ensure(Consumer<ApiStream> then, Consumer<@Nullable ApiError> failed) {
    inside
        .streams()
        .ensure(
            account,
            config(options.subjects()),
            (made, error) -> {
              if (made == null) {
                failed.accept(error);
              } else {
                then.accept(made);
              }
            });
  }

  /// The newest run's messages get another number: the hub knows a higher one.
  ///
  /// @param then runs when that is stored, or could not be
  void renumber(long number, Runnable then) {
    runs = runs.renumbered(number);
    ensure(_ -> then.run(), _ -> then.run());
  }

  private static String text(@Nullable ApiError error) {
    return error == null ? "its stream cannot be made" : error.text();
  }

  private void openDead(ApiStream made, Consumer<@Nullable String> done) {
    inside
        .streams()
        .ensure(
            account,
            deadConfig(),
            (buried, error) -> {
              if (buried == null) {
                done.accept("the stream for dead letters: " + text(error));
                return;
              }
              dead = buried.stream();
              if (stream != made.stream()) {
                stream = made.stream();
                made.stream().addConsumer(feed);
              }
              done.accept(null);
            });
  }

  private StreamConfig config(List<String> subjects) {
    var b = new StreamConfig.Builder(nameOf(options.name()));
    b.description = "what waits for the hub in the forward lane \"" + options.name() + '"';
    b.subjects = subjects;
    b.maxBytes = options.maxBytes() > 0 ? options.maxBytes() : usualBytes();
    b.maxAge = options.maxAge().toNanos();
    b.discard = options.discardNew() ? Discard.NEW : Discard.OLD;
    b.allowMsgTtl = true;
    b.replicas = 1;
    b.metadata = Map.of(OwnStreams.LANE, id, OwnStreams.LANE_RUNS, runs.text());
    return b.build();
  }

  private long usualBytes() {
    var most = inside.assets().server().maxFile();
    return most > 0 ? Math.clamp(most / PART, 1, DEFAULT_BYTES) : DEFAULT_BYTES;
  }

  private StreamConfig deadConfig() {
    var b = new StreamConfig.Builder(DEAD_PREFIX + options.name());
    b.description = "what the hub refused of the forward lane \"" + options.name() + '"';
    b.subjects = List.of(DEAD_SUBJECT + options.name());
    b.maxBytes = Math.min(options.deadLetters().maxBytes(), usualBytes());
    b.maxAge = options.deadLetters().maxAge().toNanos();
    b.replicas = 1;
    b.metadata = Map.of(OwnStreams.LANE, "dead");
    return b.build();
  }

  /// Takes away messages that are done with.
  ///
  /// @param settled up to where all are
  void purge(LongSupplier settled) {
    var from = stream;
    var upTo = settled.getAsLong();
    if (from == null || purging || upTo < from.store().firstSequence()) {
      return;
    }
    purging = true;
    from.proposePurge(
        "",
        upTo + 1,
        0,
        (_, failure) -> {
          purging = false;
          if (failure == null) {
            purge(settled);
          }
        });
  }

  /// Whether the stream was deleted, or another one has its name.
  boolean isLost() {
    var of = inside.assets().account(account);
    var now = of == null ? null : of.streams().get(nameOf(options.name()));
    return stream == null || now == null || now.stream() != stream;
  }

  /// Forgets streams that are gone.
  void forget() {
    stream = null;
    dead = null;
  }

  /// Keeps a message that the hub refused for good.
  void bury(StoredMessage message, Verdict.Refused why) {
    var to = dead;
    if (to == null) {
      return;
    }
    var more =
        LaneHeaders.line("Frond-Lane-Subject", message.subjectText())
            + LaneHeaders.line("Frond-Lane-Sequence", Long.toString(message.sequence()))
            + LaneHeaders.line("Frond-Lane-Time", time(message.timestamp()))
            + LaneHeaders.line("Frond-Lane-Code", Integer.toString(why.code()))
            + LaneHeaders.line("Frond-Lane-Error", Integer.toString(why.number()))
            + LaneHeaders.line("Frond-Lane-Reason", why.why());
    var body = message.body();
    var headers = LaneHeaders.buried(body, message.headerLength(), more);
    var all = LaneHeaders.join(headers, body, message.headerLength());
    var subject = (DEAD_SUBJECT + options.name()).getBytes(StandardCharsets.UTF_8);
    var entry = ByteBuffer.allocate(subject.length + all.length).put(subject).put(all);
    to.arrivals().publish(null, null, 0, entry, 0, subject.length, 0, headers.length, all.length);
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(0, nanos).toString();
  }

  /// Hears of its stream no more.
  void release() {
    var from = stream;
    if (from != null && !isLost()) {
      from.removeConsumer(feed);
    }
    forget();
  }

  /// The stream of a lane takes no messages any more.
  ///
  /// @param then runs when that is so, or cannot be made so
  static void takeNothing(JetStream.Inside inside, String account, String lane, Runnable then) {
    var of = inside.assets().account(account);
    var existing = of == null ? null : of.streams().get(nameOf(lane));
    if (existing == null) {
      then.run();
      return;
    }
    var b = existing.stream().config().change();
    b.subjects = List.of(b.name);
    inside.streams().ensure(account, b.build(), (_, _) -> then.run());
  }

  /// A lane is configured no more: an empty stream goes, another one is kept and takes nothing.
  ///
  /// @param told gets what is to be told
  /// @param then runs when that is done
  static void retire(
      JetStream.Inside inside, String account, String lane, Consumer<String> told, Runnable then) {
    takeNothing(inside, account, lane, () -> retireSilenced(inside, account, lane, told, then));
  }

  private static void retireSilenced(
      JetStream.Inside inside, String account, String lane, Consumer<String> told, Runnable then) {
    var of = inside.assets().account(account);
    var existing = of == null ? null : of.streams().get(nameOf(lane));
    if (of == null || existing == null) {
      then.run();
      return;
    }
    var waiting = existing.stream().store().messages();
    if (waiting == 0) {
      var buried = of.streams().get(DEAD_PREFIX + lane);
      if (buried != null && buried.stream().store().messages() == 0) {
        inside.streams().delete(account, DEAD_PREFIX + lane, (_, _) -> {});
      }
      inside.streams().delete(account, nameOf(lane), (_, _) -> then.run());
      return;
    }
    var quiet = existing.stream().config().subjects().equals(List.of(nameOf(lane)));
    told.accept(
        "is configured no more; its "
            + waiting
            + " messages stay in the stream "
            + nameOf(lane)
            + (quiet ? "" : ", which still takes new ones"));
    then.run();
  }
}

package io.frond.stream;

import io.frond.json.JsonWriter;
import io.frond.shard.EntryKind;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.subject.SubjectTransform;
import io.frond.subject.TransformException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stream's mirror or sources: where each origin stands, and how its messages become entries and
/// then messages of ours. The positions are part of the stream's state. The shard's thread.
///
/// The payload of [EntryKind#MIRRORED] and [EntryKind#SOURCED], little endian: the origin's
/// sequence i64, the run i64, the origin's number i32, then as for [EntryKind#PUBLISH]. A mirror's
/// entry without a subject says that the next message will have the sequence. One without a subject
/// and with 8 bytes of payload says which stream the origin is, by the time of its creation; of a
/// source then also the sequence up to which it is taken, where that is not negative.
public final class Origins implements OriginOwner {
  private static final int FIXED = 20;

  private final Stream stream;

  /// By [StreamSource#indexName]; those that were taken out stay, should they come back.
  private final Map<String, Position> positions = new LinkedHashMap<>();

  private final Map<Integer, Origin> live = new HashMap<>();

  /// By the origins' numbers: when the origin stream was created.
  private final Map<Integer, Long> identities = new HashMap<>();

  private boolean known;

  /// Where a source stands.
  private static final class Position {
    private final int number;

    /// The origin's sequence up to which all was stored.
    private long sequence;

    /// A run that had a message refused: what else came of it is not stored.
    private long refusedRun;

    Position(int number) {
      this.number = number;
    }
  }

  /// Whether a request with this reply subject is one of a mirror or source to its origin.
  public static boolean asks(byte[] reply) {
    var prefix = OriginRequest.REPLY.getBytes(StandardCharsets.US_ASCII);
    return reply.length > prefix.length
        && Arrays.equals(reply, 0, prefix.length, prefix, 0, prefix.length);
  }

  Origins(Stream stream) {
    this.stream = stream;
  }

  /// The configuration is set or has changed.
  void configured() {
    for (var source : stream.config().sources()) {
      var name = source.indexName();
      if (!positions.containsKey(name)) {
        positions.put(name, new Position(positions.size() + 1));
      }
    }
    if (stream.isLive()) {
      refresh();
    }
  }

  /// Live work begins.
  void start() throws IOException {
    if (!known && stream.store().messages() > 0 && !stream.config().sources().isEmpty()) {
      recover();
    }
    known = true;
    refresh();
  }

  private void refresh() {
    var config = stream.config();
    var wanted = new HashMap<Integer, StreamSource>();
    if (config.mirror() != null) {
      wanted.put(0, config.mirror());
    }
    for (var source : config.sources()) {
      var position = positions.get(source.indexName());
      if (position != null) {
        wanted.put(position.number, source);
      }
    }
    for (var origin : List.copyOf(live.values())) {
      if (!origin.source().equals(wanted.get(origin.number()))) {
        live.remove(origin.number());
        origin.end();
      }
    }
    wanted.forEach((number, source) -> {
      if (!live.containsKey(number)) {
        begin(number, source);
      }
    });
  }

  private void begin(int number, StreamSource source) {
    var mirror = number == 0;
    var origin = new Origin(stream, source, number, mirror, consumerName(source, mirror), this);
    live.put(number, origin);
    var position = positions.get(source.indexName());
    var at = position == null ? 0 : position.sequence;
    origin.start(mirror ? stream.store().lastSequence() : at);
  }

  private String consumerName(StreamSource source, boolean mirror) {
    var id = stream.config().name() + " " + stream.account();
    if (!stream.domain().isEmpty()) {
      id += " " + stream.domain();
    }
    id = StreamSource.hash(id);
    if (mirror) {
      return "JS_MIRROR_" + id;
    }
    var same = 0;
    for (var other : stream.config().sources()) {
      same += other.name().equals(source.name()) ? 1 : 0;
    }
    return "JS_SRC_" + StreamSource.hash(same > 1 ? id + " " + source.indexName() : id);
  }

  void stop() {
    for (var origin : live.values()) {
      origin.stop();
    }
    live.clear();
  }

  @Override
  public OriginOwner.Start start(Origin origin) {
    var source = origin.source();
    if (source.optStartSeq() > 0) {
      return new OriginOwner.Start(source.optStartSeq(), null);
    }
    var time = source.optStartTime();
    var last = stream.store().state().lastTime();
    if (time != null && origin.number() > 0 && last > 0) {
      var stored = Instant.ofEpochSecond(0, last);
      time = time.isBefore(stored) ? stored : time;
    }
    return new OriginOwner.Start(0, time);
  }

  @Override
  public void began(Origin origin, long delivered) {
    if (origin.number() == 0 && delivered > stream.store().lastSequence()) {
      stream
          .shard()
          .begin(EntryKind.MIRRORED, stream.id())
          .putLong(delivered + 1)
          .putLong(origin.run())
          .putInt(0)
          .putLong(stream.shard().now())
          .put((byte) 0)
          .putShort(0)
          .putShort(0)
          .putInt(0);
      stream.shard().propose(origin.done());
    } else {
      origin.applied(delivered);
    }
  }

  @Override
  public long identity(Origin origin) {
    return identities.getOrDefault(origin.number(), 0L);
  }

  @Override
  public void identified(Origin origin, long created, boolean anew) {
    stream
        .shard()
        .begin(origin.number() == 0 ? EntryKind.MIRRORED : EntryKind.SOURCED, stream.id())
        .putLong(anew ? 0 : -1)
        .putLong(origin.run())
        .putInt(origin.number())
        .putLong(stream.shard().now())
        .put((byte) 0)
        .putShort(0)
        .putShort(0)
        .putInt(0)
        .putLong(created);
    stream.shard().propose(origin.done());
  }

  /// Takes up which stream an origin is, where the entry says that.
  private boolean identify(Incoming message, int number) {
    if (message.subject().length > 0 || message.length() != Long.BYTES) {
      return false;
    }
    identities.put(number, message.buffer().getLong(message.at()));
    return true;
  }

  @Override
  public void take(Origin origin, byte[] subject, OriginAck ack, int headerLength, byte[] body) {
    var mirror = origin.number() == 0;
    var headers = headers(origin, subject, ack, headerLength, body);
    var name = transform(origin.source(), subject, ack.sequence());
    var entry =
        stream
            .shard()
            .begin(mirror ? EntryKind.MIRRORED : EntryKind.SOURCED, stream.id())
            .putLong(ack.sequence())
            .putLong(origin.run())
            .putInt(origin.number())
            .putLong(mirror ? ack.time() : stream.shard().now())
            .put((byte) 0)
            .putShort(name.length)
            .putShort(0);
    if (headers == null) {
      entry.putInt(headerLength).put(name).put(body);
    } else {
      entry.putInt(headers.length).put(name).put(headers);
      entry.put(body, headerLength, body.length - headerLength);
    }
    stream.shard().propose(origin.done());
  }

  /// What the message's headers become: nothing in them may be checked here once more, and a
  /// sourced one says where it comes from. Null when they stay as they are.
  private static byte @Nullable [] headers(
      Origin origin, byte[] subject, OriginAck ack, int headerLength, byte[] body) {
    var mirror = origin.number() == 0;
    var text = new String(body, 0, headerLength, StandardCharsets.ISO_8859_1);
    if (mirror && !text.contains("\nNats-Expected-") && !text.contains("\nNats-Batch-")) {
      return null;
    }
    var block =
        new HeaderBlock(text.getBytes(StandardCharsets.ISO_8859_1))
            .removeAll("Nats-Expected-")
            .removeAll("Nats-Batch-");
    if (!mirror) {
      var index = origin.source().indexName().split(" ", -1);
      block
          .remove(HeaderName.STREAM_SOURCE)
          .add(
              HeaderName.STREAM_SOURCE,
              String.join(
                  " ",
                  index[0],
                  Long.toString(ack.sequence()),
                  index[1],
                  index[2],
                  new String(subject, StandardCharsets.UTF_8)));
    }
    return block.bytes();
  }

  private static byte[] transform(StreamSource source, byte[] subject, long random) {
    for (var one : source.subjectTransforms()) {
      try {
        var made = SubjectTransform.of(one.source(), one.destination()).apply(subject, random);
        if (made != null) {
          return made;
        }
      } catch (TransformException e) {
        // The configuration was checked; a message that cannot be transformed stays as it is.
      }
    }
    return subject;
  }

  /// Applies an [EntryKind#MIRRORED].
  void mirrored(Incoming message, ByteBuffer bytes, int at, int length) throws IOException {
    if (stream.config().mirror() == null) {
      return;
    }
    var store = stream.store();
    var sequence = bytes.getLong(at);
    message.read(bytes, at + FIXED, length - FIXED);
    if (identify(message, 0)) {
      return;
    }
    store.skipTo(sequence);
    var origin = live.get(0);
    if (message.subject().length == 0) {
      if (origin != null) {
        origin.applied(sequence - 1);
      }
      return;
    }
    if (sequence > store.lastSequence()) {
      stream.transform(message, sequence);
      stream.intake().internal(message);
      // One that was refused leaves a gap: sequences are the origin's.
      store.skipTo(sequence + 1);
    }
    if (origin != null) {
      origin.applied(sequence);
    }
  }

  /// Applies an [EntryKind#SOURCED].
  void sourced(Incoming message, ByteBuffer bytes, int at, int length) throws IOException {
    var sequence = bytes.getLong(at);
    var run = bytes.getLong(at + 8);
    var position = position(bytes.getInt(at + 16));
    if (position == null) {
      return;
    }
    message.read(bytes, at + FIXED, length - FIXED);
    if (identify(message, position.number)) {
      position.sequence = sequence < 0 ? position.sequence : sequence;
      return;
    }
    if (run == position.refusedRun || sequence <= position.sequence) {
      return;
    }
    stream.transform(message, sequence);
    var origin = live.get(position.number);
    if (stream.intake().takes(message)) {
      position.sequence = sequence;
      if (origin != null) {
        origin.applied(sequence);
      }
    } else {
      position.refusedRun = run;
      if (origin != null) {
        origin.refused(sequence);
      }
    }
  }

  private @Nullable Position position(int number) {
    for (var source : stream.config().sources()) {
      var position = positions.get(source.indexName());
      if (position != null && position.number == number) {
        return position;
      }
    }
    return null;
  }

  /// Finds the positions of all sources in the messages that came from them, newest first: for a
  /// stream whose messages were restored without them.
  private void recover() throws IOException {
    var missing = new HashMap<String, Position>();
    for (var source : stream.config().sources()) {
      var position = positions.get(source.indexName());
      if (position != null && position.sequence == 0) {
        missing.put(source.indexName(), position);
      }
    }
    var found = new StoredMessage();
    var headers = new MessageHeaders();
    var at = stream.store().lastSequence();
    while (!missing.isEmpty()
        && at > 0
        && stream.store().loadPrevious(SubjectFilter.ALL, at, found)) {
      at = found.sequence() - 1;
      headers.read(found.buffer(), found.bodyAt(), found.headerLength());
      var said = headers.text(HeaderName.STREAM_SOURCE).split(" ", -1);
      if (said.length >= 4) {
        var position = missing.remove(said[0] + " " + said[2] + " " + said[3]);
        if (position != null) {
          position.sequence = Long.parseLong(said[1]);
        }
      }
    }
  }

  /// A message is there that the state does not know of.
  void learn(MessageHeaders headers) {
    var said = headers.text(HeaderName.STREAM_SOURCE).split(" ", -1);
    var position = said.length < 4 ? null : positions.get(said[0] + " " + said[2] + " " + said[3]);
    if (position != null) {
      position.sequence = Math.max(position.sequence, Long.parseLong(said[1]));
    }
  }

  /// Whether a mirror has been near its origin's end since it began.
  public boolean isCaughtUp() {
    var mirror = live.get(0);
    return mirror != null && mirror.isCaughtUp();
  }

  /// How the mirror or the sources stand.
  public List<OriginStatus> status() {
    return inOrder().stream().map(Origin::status).toList();
  }

  private List<Origin> inOrder() {
    var all = new ArrayList<Origin>();
    var mirror = live.get(0);
    if (mirror != null) {
      all.add(mirror);
    }
    for (var source : stream.config().sources()) {
      var position = positions.get(source.indexName());
      var origin = position == null ? null : live.get(position.number);
      if (origin != null) {
        all.add(origin);
      }
    }
    return all;
  }

  /// Writes the fields `mirror` and `sources` of STREAM.INFO, where there are any.
  public void write(JsonWriter to) {
    var mirror = live.get(0);
    if (mirror != null) {
      mirror.write(to.begin("mirror"));
      to.end();
    }
    var sources = inOrder().stream().filter(it -> it != mirror).toList();
    if (!sources.isEmpty()) {
      to.beginArray("sources");
      for (var origin : sources) {
        origin.write(to.begin());
        to.end();
      }
      to.endArray();
    }
  }

  void save(StateWriter to) {
    to.number(positions.size());
    positions.forEach((name, position) ->
        to.text(name)
            .number(position.number)
            .number(position.sequence)
            .number(position.refusedRun));
    to.number(identities.size());
    identities.forEach((number, created) -> to.number(number).number(created));
  }

  void restore(StateReader from) {
    positions.clear();
    for (var left = from.number(); left > 0; left--) {
      var name = from.text();
      var position = new Position((int) from.number());
      position.sequence = from.number();
      position.refusedRun = from.number();
      positions.put(name, position);
    }
    identities.clear();
    if (from.more()) { // states of before there were identities have none
      for (var left = from.number(); left > 0; left--) {
        identities.put((int) from.number(), from.number());
      }
    }
    known = true;
  }
}

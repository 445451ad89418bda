package io.frond.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.MemoryStore;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.stream.ApiException;
import io.frond.stream.StreamConfig;
import io.frond.stream.StreamConsumer;
import io.frond.stream.StreamView;
import io.frond.testkit.ManualOutlet;
import io.frond.testkit.ManualShard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A stream with one consumer for tests: a store in memory, time that stands still, and all entries
/// kept so that they can be applied again.
final class Bench implements StreamView {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;
  static final long BEGIN = 1_700_000_000L * SECOND;

  /// What the log got: an entry for the consumer.
  record Entry(byte kind, byte[] payload) {}

  final ManualOutlet outlet = new ManualOutlet();
  final List<Entry> entries = new ArrayList<>();
  final List<Long> settled = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  final ManualShard shard;
  MessageStore store = new MemoryStore();
  StreamConfig config;
  Consumer consumer;
  boolean deleted;
  private int ids;

  Bench(StreamConfig.Builder stream, String config) {
    stream.replicas = 1;
    this.config = stream.build();
    shard = new ManualShard(this::applyEntry, BEGIN);
    consumer = made(config);
  }

  Bench(String config) {
    this(new StreamConfig.Builder("S"), config);
  }

  /// Makes the consumer anew, where the stream is now.
  Bench again(String json) {
    consumer.stop();
    consumer = made(json);
    return this;
  }

  private Consumer made(String json) {
    var parsed = config(json);
    return new Consumer(this, 7, parsed.name(), parsed, shard.now());
  }

  ConsumerConfig config(String json) {
    try {
      var b =
          ConsumerConfig.parse(JsonObject.parse(json.replace('\'', '"').getBytes(UTF_8))).change();
      b.name = "C";
      var config = ConsumerDefaults.apply(b.build(), this.config, ConsumerLimits.NONE, false);
      ConsumerRules.check(config, this.config, ConsumerLimits.NONE);
      return ConsumerLevel.stored(config);
    } catch (JsonException | ApiException e) {
      throw new AssertionError(e);
    }
  }

  private void applyEntry(
      long index, byte kind, long stream, ByteBuffer bytes, int at, int length) {
    var payload = new byte[length];
    bytes.get(at, payload);
    if (bytes.getInt(at) != consumer.number()) {
      throw new AssertionError("not this consumer's");
    }
    entries.add(new Entry(kind, payload));
    consumer.apply(kind, bytes, at + 4, length - 4);
  }

  /// Applies all entries to a consumer that is in the state before them.
  static void replay(List<Entry> entries, Consumer to) {
    for (var entry : entries) {
      var bytes = ByteBuffer.wrap(entry.payload).order(ByteOrder.LITTLE_ENDIAN);
      to.apply(entry.kind, bytes, 4, entry.payload.length - 4);
    }
  }

  long publish(String subject, String payload) {
    return publish(subject, "", payload);
  }

  long publish(String subject, String headers, String payload) {
    try {
      var body = ByteBuffer.wrap((headers + payload).getBytes(UTF_8));
      var sequence =
          store.append(
              subject.getBytes(UTF_8),
              body,
              0,
              headers.getBytes(UTF_8).length,
              body.capacity(),
              shard.now(),
              0);
      if (consumer.filter().matches(subject.getBytes(UTF_8))) {
        consumer.appended(sequence, subject.getBytes(UTF_8));
      }
      shard.run();
      return sequence;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void publish(String subject, int count) {
    for (var i = 0; i < count; i++) {
      publish(subject, "x");
    }
  }

  void remove(long sequence) {
    try {
      var found = new StoredMessage();
      if (store.load(sequence, found)) {
        var subject = found.subject();
        store.remove(sequence, false);
        if (consumer.filter().matches(subject)) {
          consumer.removed(sequence, subject);
        }
        shard.run();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Takes out what is before a sequence.
  ///
  /// @param aged whether because it was too old
  void compact(long sequence, boolean aged) {
    try {
      store.compact(sequence);
      consumer.purged(SubjectFilter.ALL, sequence, aged);
      shard.run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Bench start() {
    consumer.start();
    shard.run();
    return this;
  }

  /// Asks for messages.
  void pull(String reply, String body) {
    outlet.interested(reply);
    consumer.pull(reply.getBytes(UTF_8), body.replace('\'', '"').getBytes(UTF_8));
    shard.run();
  }

  void ack(String subject, String body) {
    ack(subject, "", body);
  }

  void ack(String subject, String reply, String body) {
    consumer.ack(subject.getBytes(UTF_8), reply.getBytes(UTF_8), body.getBytes(UTF_8));
    shard.run();
  }

  /// Payloads, or status lines in brackets, that went out since the last call.
  List<String> took() {
    var texts = new ArrayList<String>();
    for (var one : outlet.take()) {
      var headers = one.headers();
      texts.add(
          one.payload().isEmpty() && headers.startsWith("NATS/1.0 ")
              ? "[" + headers.substring(9, headers.indexOf('\r')) + "]"
              : one.payload());
    }
    return texts;
  }

  /// What the consumer tells of itself.
  JsonObject info() {
    try {
      var to = JsonWriter.compact().begin();
      consumer.writeInfo(to);
      return JsonObject.parse(to.end().bytes());
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  /// Delivered and floor as `consumer/stream consumer/stream`, then what is pending, sent again and
  /// still to come.
  String state() {
    return consumer.deliveredConsumer()
        + "/"
        + consumer.deliveredStream()
        + " "
        + consumer.floorConsumer()
        + "/"
        + consumer.floorStream()
        + " "
        + consumer.ackPending()
        + " "
        + consumer.redelivered()
        + " "
        + consumer.pending();
  }

  @Override
  public long id() {
    return 3;
  }

  @Override
  public StreamConfig config() {
    return config;
  }

  @Override
  public MessageStore store() {
    return store;
  }

  @Override
  public Shard shard() {
    return shard;
  }

  @Override
  public Outlet outlet() {
    return outlet;
  }

  @Override
  public String account() {
    return "A";
  }

  @Override
  public String domain() {
    return "";
  }

  @Override
  public void settled(StreamConsumer by, long sequence) {
    settled.add(sequence);
  }

  @Override
  public void settledUpTo(StreamConsumer by, long first, long last) {
    settled.add(-last);
  }

  @Override
  public void begunAnew(StreamConsumer by, long sequence) {}

  @Override
  public void event(String subject, Supplier<byte[]> json) {
    events.add(subject + " " + new String(json.get(), UTF_8));
  }

  @Override
  public String newId() {
    return "%022d".formatted(++ids);
  }

  @Override
  public void deleteConsumer(StreamConsumer which) {
    deleted = true;
  }
}

package io.frond.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.frond.json.JsonException;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.MemoryStore;
import io.frond.store.StoredMessage;
import io.frond.testkit.ManualOutlet;
import io.frond.testkit.ManualShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A stream in memory, with a clock that stands still.
final class StreamRig implements StreamHost {
  static final long SECOND = 1_000_000_000L;
  static final long START = 1_750_000_000L * SECOND;

  final ManualShard shard;
  final ManualOutlet outlet = new ManualOutlet();
  final List<String> events = new ArrayList<>();
  final List<Integer> deletedConsumers = new ArrayList<>();
  Stream stream;
  long grown;
  @Nullable ApiError full;
  final BatchBudget budget = new BatchBudget(2, 0, 3, 0);
  final List<ManualOutlet.Sent> republished = new ArrayList<>();
  private int ids;

  StreamRig(Consumer<StreamConfig.Builder> settings) {
    shard =
        new ManualShard(
            (index, kind, id, bytes, at, length) -> {
              try {
                if (kind >= 64) {
                  consumer(kind, bytes, at, length);
                } else {
                  stream().apply(index, kind, bytes, at, length);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            START);
    var b = new StreamConfig.Builder("S");
    b.subjects = List.of("s.>");
    settings.accept(b);
    try {
      var config = StreamRules.check(b.build(), StreamLimits.NONE, name -> null, false);
      stream = new Stream(7, config, START, new MemoryStore(), this);
    } catch (ApiException | IOException e) {
      throw new AssertionError(e);
    }
    stream.start();
  }

  private Stream stream() {
    return stream;
  }

  private void consumer(byte kind, ByteBuffer bytes, int at, int length) {
    for (var consumer : stream.allConsumers()) {
      if (consumer.number() == bytes.getInt(at)) {
        consumer.apply(kind, bytes, at + 4, length - 4);
      }
    }
  }

  void change(Consumer<StreamConfig.Builder> settings) {
    var b = stream.config().change();
    settings.accept(b);
    try {
      stream.update(
          StreamRules.checkUpdate(
              stream.config(), b.build(), StreamLimits.NONE, name -> null, false));
    } catch (ApiException e) {
      throw new AssertionError(e);
    }
  }

  /// Stops the stream and makes it anew from what it saved, over the same messages.
  void restart() {
    try {
      var state = stream.saveState();
      stream.stop();
      var head = StreamState.read(state);
      stream = new Stream(7, head.config(), head.created(), stream.store(), this);
      stream.restoreState(state);
    } catch (IOException | JsonException e) {
      throw new AssertionError(e);
    }
    stream.start();
  }

  /// Makes the stream anew over the same messages, as after a restore from a backup.
  void reopenWithoutState() {
    try {
      stream.stop();
      stream = new Stream(7, stream.config(), START, stream.store(), this);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    stream.start();
  }

  /// Publishes; what is answered comes out of the outlet after [ManualShard#run].
  void send(String subject, String reply, String headers, String payload) {
    send(null, 0, subject, reply, headers, payload);
  }

  /// As it comes over a leaf link, with a tag.
  void send(
      @Nullable String source,
      long sequence,
      String subject,
      String reply,
      String headers,
      String payload) {
    var s = subject.getBytes(UTF_8);
    var r = reply.getBytes(UTF_8);
    var h = headers.isEmpty() ? new byte[0] : ("NATS/1.0\r\n" + headers + "\r\n").getBytes(UTF_8);
    var p = payload.getBytes(UTF_8);
    var all = ByteBuffer.allocate(3 + s.length + r.length + h.length + p.length);
    all.position(3).put(s).put(r).put(h).put(p);
    stream
        .arrivals()
        .publish(null, source, sequence, all, 3, s.length, r.length, h.length, h.length + p.length);
  }

  /// Publishes a message and gives the answer; empty when there is none.
  ///
  /// @param headers lines that end with CRLF
  String publish(String subject, String headers, String payload) {
    send(subject, "_R", headers, payload);
    shard.run();
    return answers("_R");
  }

  String publish(String subject) {
    return publish(subject, "", "x");
  }

  /// What was published to a subject since the last look.
  String answers(String to) {
    var said = new StringBuilder();
    for (var one : outlet.take()) {
      if (one.to().equals(to)) {
        said.append(one.payload());
      } else {
        republished.add(one);
      }
    }
    return said.toString();
  }

  boolean remove(long sequence) {
    var result = new AtomicReference<@Nullable Object>();
    stream.proposeRemove(sequence, false, (done, failure) -> result.set(done));
    shard.run();
    return Boolean.TRUE.equals(result.get());
  }

  long purge(String filter, long before, long keep) {
    var result = new AtomicReference<@Nullable Object>();
    stream.proposePurge(filter, before, keep, (done, failure) -> result.set(done));
    shard.run();
    return result.get() instanceof Long purged ? purged : -1;
  }

  /// The messages, as `sequence:subject`.
  String messages() {
    var text = new StringBuilder();
    each(message ->
        text.append(message.sequence()).append(':').append(message.subjectText()).append(' '));
    return text.toString().strip();
  }

  void each(Consumer<StoredMessage> action) {
    var message = new StoredMessage();
    try {
      for (var at = 0L; at <= stream.store().lastSequence(); at++) {
        if (stream.store().load(at, message)) {
          action.accept(message);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Headers and payload of a message.
  String body(long sequence) {
    var message = new StoredMessage();
    try {
      return stream.store().load(sequence, message) ? new String(message.body(), UTF_8) : "gone";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long lostEntries() {
    return 0;
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
    return "ACC";
  }

  @Override
  public String domain() {
    return "";
  }

  @Override
  public String serverName() {
    return "server";
  }

  @Override
  public String serverId() {
    return "ID";
  }

  @Override
  public @Nullable ApiError mayGrow(StreamConfig config, long bytes) {
    return full;
  }

  @Override
  public void grew(StreamConfig config, long bytes) {
    grown += bytes;
  }

  @Override
  public void event(String subject, Supplier<byte[]> json) {
    events.add(subject + " " + new String(json.get(), UTF_8));
  }

  @Override
  public String newId() {
    return "id" + ids++;
  }

  @Override
  public void deleteConsumer(long stream, int consumer) {
    deletedConsumers.add(consumer);
  }

  @Override
  public BatchBudget batchBudget() {
    return budget;
  }

  @Override
  public void failed(Stream stream, IOException why) {
    throw new UncheckedIOException(why);
  }
}

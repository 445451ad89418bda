package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.JetStreamOptions;
import io.frond.shard.EntryKind;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.MemoryStore;
import io.frond.stream.ApiError;
import io.frond.stream.BatchBudget;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import io.frond.stream.StreamHost;
import io.frond.testkit.ManualOutlet;
import io.frond.testkit.ManualShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An engine for tests of the API: real streams in memory, on a shard that stands still until
/// something is asked.
final class FakeEngine implements Assets {
  static final String ACCOUNT = "ACC";

  final ManualShard shard = new ManualShard(this::apply, 1_700_000_000_000_000_000L);
  final ManualOutlet outlet = new ManualOutlet();
  final List<String> warnings = new ArrayList<>();
  final FakeAccount account = new FakeAccount(this, ACCOUNT);
  final Api api = new Api(this);
  private final Map<Long, FakeStream> streams = new HashMap<>();
  private final Map<String, FakeAccount> accounts = new TreeMap<>(Map.of(ACCOUNT, account));
  private final BatchBudget budget = new BatchBudget();
  private boolean strict = true;
  private long ids;

  void lenient() {
    strict = false;
  }

  private void apply(long index, byte kind, long stream, ByteBuffer bytes, int at, int length) {
    try {
      var of = Objects.requireNonNull(streams.get(stream));
      if (kind < EntryKind.CONSUMER_FIRST) {
        of.stream.apply(index, kind, bytes, at, length);
        return;
      }
      var consumer = of.consumer(bytes.getInt(at));
      if (consumer != null) {
        consumer.apply(kind, bytes, at + 4, length - 4);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks and gives the only answer.
  JsonObject ask(String subject, String request) {
    return ask(ACCOUNT, subject, "", request);
  }

  JsonObject ask(String inAccount, String subject, String headers, String request) {
    outlet.take();
    send(inAccount, subject, headers, request);
    var answers = outlet.take().stream().filter(sent -> sent.to().equals("answers")).toList();
    if (answers.size() != 1) {
      throw new AssertionError(answers.size() + " answers to " + subject);
    }
    try {
      return JsonObject.parse(answers.getFirst().payload().getBytes(StandardCharsets.UTF_8));
    } catch (JsonException e) {
      throw new AssertionError(answers.getFirst().payload(), e);
    }
  }

  void send(String inAccount, String subject, String headers, String request) {
    var head = headers.isEmpty() ? "" : "NATS/1.0\r\n" + headers + "\r\n\r\n";
    api.handle(
        inAccount,
        "$JS.API." + subject,
        bytes("answers"),
        head.length(),
        bytes(head + request),
        null);
    shard.run();
  }

  /// Asks for messages directly and gives all that comes.
  List<ManualOutlet.Sent> direct(String subject, String request) {
    outlet.take();
    send(ACCOUNT, "DIRECT.GET." + subject, "", request);
    return outlet.take();
  }

  /// Publishes to a stream.
  void publish(String stream, String subject, String headers, String payload) {
    var head = headers.isEmpty() ? "" : "NATS/1.0\r\n" + headers + "\r\n\r\n";
    var message = bytes(subject + head + payload);
    Objects.requireNonNull(account.streams.get(stream))
        .stream
        .arrivals()
        .publish(
            null,
            null,
            0,
            ByteBuffer.wrap(message),
            0,
            subject.length(),
            0,
            head.length(),
            message.length - subject.length());
    shard.run();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Shard shard() {
    return shard;
  }

  @Override
  public ServerFacts server() {
    var d = JetStreamOptions.DEFAULT;
    var options =
        new JetStreamOptions(null, -1, -1, "hub", d.sync(), strict, null, d.limits(), null);
    return new ServerFacts("ID", "server", "hub", () -> "", "/store", 1 << 30, 1 << 30, options);
  }

  @Override
  public long usableBytes() {
    return 0;
  }

  @Override
  public @Nullable ApiAccount account(String name) {
    return accounts.get(name);
  }

  @Override
  public @Nullable Outlet outlet(String name) {
    return outlet;
  }

  @Override
  public boolean hasLeaves(String name) {
    return name.equals("LEAVES");
  }

  @Override
  public Collection<FakeAccount> accounts() {
    return accounts.values();
  }

  @Override
  public String newId() {
    return String.format("ID%020d", ids++);
  }

  @Override
  public void warn(String text) {
    warnings.add(text);
  }

  @Override
  public long memoryBytes() {
    return account.memoryBytes();
  }

  @Override
  public long fileBytes() {
    return 0;
  }

  static final class FakeAccount implements ApiAccount {
    final NavigableMap<String, FakeStream> streams = new TreeMap<>();
    JetStreamLimits limits = JetStreamLimits.NONE;
    private final FakeEngine engine;
    private final String name;
    private long bytes;

    FakeAccount(FakeEngine engine, String name) {
      this.engine = engine;
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Outlet outlet() {
      return engine.outlet;
    }

    @Override
    public JetStreamLimits limits() {
      return limits;
    }

    @Override
    public long memoryBytes() {
      return bytes;
    }

    @Override
    public long fileBytes() {
      return 0;
    }

    @Override
    public NavigableMap<String, FakeStream> streams() {
      return streams;
    }

    @Override
    public void create(StreamConfig config, Done<ApiStream> done) {
      engine.shard.execute(() -> {
        try {
          var id = engine.ids++;
          var store = new MemoryStore();
          var now = engine.shard.now();
          var stream = new Stream(id, config, now, store, new Host(engine, this));
          stream.start();
          var made = new FakeStream(engine, this, stream);
          engine.streams.put(id, made);
          streams.put(config.name(), made);
          done.done(made, null);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  private record Host(FakeEngine engine, FakeAccount of) implements StreamHost {
    @Override
    public long lostEntries() {
      return 0;
    }

    @Override
    public Shard shard() {
      return engine.shard;
    }

    @Override
    public Outlet outlet() {
      return engine.outlet;
    }

    @Override
    public String account() {
      return of.name;
    }

    @Override
    public String domain() {
      return "hub";
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
      return null;
    }

    @Override
    public void grew(StreamConfig config, long bytes) {
      of.bytes += bytes;
    }

    @Override
    public void event(String subject, Supplier<byte[]> json) {}

    @Override
    public String newId() {
      return engine.newId();
    }

    @Override
    public void deleteConsumer(long stream, int consumer) {}

    @Override
    public BatchBudget batchBudget() {
      return engine.budget;
    }

    @Override
    public void failed(Stream stream, IOException why) {
      throw new UncheckedIOException(why);
    }
  }
}

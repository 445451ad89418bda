package io.frond.jetstream;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.buffer.FlushSet;
import io.frond.disk.Disk;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.logging.Log;
import io.frond.options.AccountOptions;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.JetStreamOptions;
import io.frond.options.LogOptions;
import io.frond.shard.ShardClock;
import io.frond.testkit.FaultyDisk;
import io.frond.testkit.TestLoop;
import io.frond.wire.MessageFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// JetStream on any disk and with any clock, without a server around it: the test's thread is its
/// only client.
final class TestEngine implements AutoCloseable {
  static final Path ROOT = Path.of("/store/jetstream/frond");
  static final long START = 1_800_000_000_000_000_000L;
  private static final long ANSWER_SECONDS = 30;

  /// A message that came.
  ///
  /// @param body headers and payload
  record Message(String subject, String reply, int headerLength, byte[] body) {
    String text() {
      return new String(body, headerLength, body.length - headerLength, StandardCharsets.UTF_8);
    }

    String headers() {
      return new String(body, 0, headerLength, StandardCharsets.UTF_8);
    }

    JsonObject json() {
      try {
        return JsonObject.parse(body);
      } catch (JsonException e) {
        throw new AssertionError(text(), e);
      }
    }

    /// The code of the error that is told of, 0 for none.
    int error() {
      var error = json().object("error");
      return error == null ? 0 : (int) error.number("err_code", 0);
    }
  }

  private final FlushSet flushes = new FlushSet();
  private final Delivery delivery = new Delivery(0, flushes, 1);
  private final TestLoop loop = new TestLoop();
  private final MessageFrame frame = MessageFrame.blank();
  private final Map<String, LinkedBlockingQueue<Message>> inboxes = new ConcurrentHashMap<>();
  private final Account account = new Account(AccountOptions.unlimited("A"), 2, false);
  private final Ingress ingress = new Ingress(account);
  private final Path logFile;
  private final Log log;
  private final JetStream running;
  private final BooleanSupplier isDown;
  private int nextInbox;

  private static final Neighbours NO_NEIGHBOURS =
      new Neighbours() {
        @Override
        public Set<String> connected() {
          return Set.of();
        }

        @Override
        public boolean meeting() {
          return false;
        }
      };

  /// @param clock nanoseconds since the epoch
  /// @param isDown whether nothing can be hoped for any more
  private TestEngine(Disk disk, AtomicLong clock, JetStreamOptions options, BooleanSupplier isDown)
      throws IOException {
    this.isDown = isDown;
    logFile = Files.createTempFile("engine", ".log");
    var silent = LogOptions.DEFAULT.silenced();
    log =
        new Log(
            new LogOptions(
                logFile.toString(),
                0,
                0,
                false,
                false,
                false,
                false,
                0,
                silent.time(),
                silent.utc(),
                silent.connectErrorReports(),
                silent.reconnectErrorReports(),
                null));
    disk.createDirectories(ROOT);
    running =
        JetStream.start(
            options.withStorage(1 << 30, 1 << 30),
            new JetStream.Facts(
                "ID",
                "NAME",
                () -> "",
                List.of(loop),
                null,
                NO_NEIGHBOURS,
                name -> name.equals("A") ? account : null,
                source -> null),
            log,
            1,
            new JetStream.Footing(disk, ROOT, new ShardClock(clock::get, () -> 0), () -> {}));
    account.subscribe(new Inbox("_INBOX.>"));
    running.enable(account, JetStreamLimits.NONE);
    running.settle();
  }

  static TestEngine start(Disk disk, AtomicLong clock) throws IOException {
    return start(disk, clock, () -> false);
  }

  static TestEngine start(Disk disk, AtomicLong clock, BooleanSupplier isDown) throws IOException {
    return new TestEngine(disk, clock, JetStreamOptions.DEFAULT, isDown);
  }

  static TestEngine start(FaultyDisk disk, AtomicLong clock, JetStreamOptions options)
      throws IOException {
    return new TestEngine(disk, clock, options, disk::isOff);
  }

  /// What comes to a subject, by the subject that it was sent to.
  private final class Inbox extends Subscription {
    Inbox(String subject) {
      super(subject.getBytes(StandardCharsets.UTF_8), null);
    }

    @Override
    public Side side() {
      return Side.LOCAL;
    }

    @Override
    public @Nullable Object owner() {
      return null;
    }

    @Override
    public boolean deliver(Delivery message) {
      var of = message.frame();
      var to = text(of.buffer(), of.subjectAt(), of.subjectLength());
      var shown = message.shown();
      var body = new byte[of.size()];
      of.buffer().get(of.bodyAt(), body);
      arrivals(to)
          .add(
              new Message(
                  shown == null ? to : new String(shown, StandardCharsets.UTF_8),
                  text(of.buffer(), of.replyAt(), of.replyLength()),
                  of.headerLength(),
                  body));
      return true;
    }
  }

  private static String text(ByteBuffer from, int at, int length) {
    var bytes = new byte[length];
    from.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private LinkedBlockingQueue<Message> arrivals(String subject) {
    return inboxes.computeIfAbsent(subject, _ -> new LinkedBlockingQueue<>());
  }

  /// Listens to something else than inboxes.
  void listen(String subject) {
    account.subscribe(new Inbox(subject));
  }

  /// As [#listen], until what is returned is run.
  Runnable listenUntil(String subject) {
    var inbox = new Inbox(subject);
    account.subscribe(inbox);
    return () -> account.unsubscribe(inbox);
  }

  String newInbox() {
    return "_INBOX." + ++nextInbox;
  }

  void publish(String subject, String reply, String headers, byte[] payload) {
    var parts =
        new byte[][] {
          subject.getBytes(StandardCharsets.UTF_8),
          reply.getBytes(StandardCharsets.UTF_8),
          headers.isEmpty()
              ? new byte[0]
              : ("NATS/1.0\r\n" + headers + "\r\n").getBytes(StandardCharsets.UTF_8),
          payload,
          {'\r', '\n'}
        };
    var size = 0;
    for (var part : parts) {
      size += part.length;
    }
    var all = ByteBuffer.allocate(size);
    for (var part : parts) {
      all.put(part);
    }
    delivery.begin(
        frame.place(
            all,
            0,
            parts[0].length,
            parts[1].length,
            parts[2].length,
            parts[2].length + parts[3].length),
        Side.LOCAL,
        null,
        false);
    ingress.publish(delivery);
    flushes.flushAll();
    loop.hasRead();
  }

  /// Publishes without waiting.
  ///
  /// @return where the answer will come
  String send(String subject, String headers, String payload) {
    var inbox = newInbox();
    publish(subject, inbox, headers, payload.getBytes(StandardCharsets.UTF_8));
    return inbox;
  }

  /// Asks and waits for the answer; null when nothing can be hoped for any more.
  @Nullable Message request(String subject, String payload) {
    return await(send(subject, "", payload));
  }

  /// As [#request], where an answer must come, of a request to the API.
  Message ask(String request, String payload) {
    var answer = request("$JS.API." + request, payload);
    if (answer == null) {
      throw new AssertionError("no answer to " + request);
    }
    return answer;
  }

  /// As [#ask], and it must not be an error.
  JsonObject make(String request, String payload) {
    var answer = ask(request, payload);
    if (answer.error() != 0) {
      throw new AssertionError(request + ": " + answer.text());
    }
    return answer.json();
  }

  /// The next message at an inbox; null when nothing can be hoped for any more.
  @Nullable Message await(String inbox) {
    var queue = arrivals(inbox);
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    try {
      while (true) {
        var message = queue.poll(isDown.getAsBoolean() ? 0 : 20, TimeUnit.MILLISECONDS);
        if (message != null) {
          return message;
        }
        if (isDown.getAsBoolean()) {
          idle();
          return queue.poll();
        }
        if (System.nanoTime() > end) {
          throw new AssertionError("no answer at " + inbox + "\n" + logged());
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// What is at an inbox now.
  @Nullable Message poll(String inbox) {
    return arrivals(inbox).poll();
  }

  /// Waits until nothing is under way, and what is due now is done.
  void idle() {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    for (var quiet = 0; quiet < 3; ) {
      quiet = isBusyAfterTurn() ? 0 : quiet + 1;
      if (System.nanoTime() > end) {
        throw new AssertionError("the engine does not come to rest\n" + logged());
      }
    }
  }

  /// Waits for the end of a turn of the shard's, with its timers.
  private boolean isBusyAfterTurn() {
    var shard = engine().shard();
    var answer = new LinkedBlockingQueue<Boolean>();
    shard.execute(() -> shard.afterBatch(() -> answer.add(shard.isBusy())));
    try {
      var busy = answer.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (busy == null) {
        throw new AssertionError("the shard does not answer\n" + logged());
      }
      return busy;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Something to be done on the shard's thread.
  interface Work<T> {
    T run() throws IOException;
  }

  <T> T on(Work<T> work) {
    var failure = new AtomicReference<Error>();
    try {
      var result =
          running.ask(report -> {
            try {
              return work.run();
            } catch (Error e) {
              failure.set(e);
              throw new IOException(e);
            }
          });
      if (result == null) {
        throw new AssertionError("the shard does not answer\n" + logged());
      }
      return result;
    } catch (IOException e) {
      throw failure.get() == null ? new AssertionError(logged(), e) : failure.get();
    }
  }

  Engine engine() {
    return running.engine();
  }

  /// Of account A. On the shard's thread.
  @Nullable Asset asset(String stream) {
    var streams = engine().streams("A");
    return streams == null ? null : streams.streams().get(stream);
  }

  /// Makes checkpoints of all streams; returns when they are made, or could not be.
  void checkpoint() {
    var done = new LinkedBlockingQueue<Boolean>();
    engine().shard().execute(() -> running.checkpoints().all(() -> done.add(true)));
    try {
      if (done.poll(ANSWER_SECONDS, TimeUnit.SECONDS) == null) {
        throw new AssertionError("no checkpoint\n" + logged());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The shard looks at the clock.
  void wake() {
    idle();
  }

  /// What was put into the server's log.
  String logged() {
    try {
      return Files.readString(logFile);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    running.close();
    log.close();
    Files.delete(logFile);
  }
}

package io.frond.e2e;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.ServerProcess;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PublishOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the real process under load, again and again: what was acknowledged is there once,
/// at its sequence, in order; consumers neither forget a confirmed acknowledgement nor make one up;
/// duplicates are known. `frond.seed` repeats a run, as far as two processes can be repeated.
@SuppressWarnings("try") // closing may be interrupted
class KillTest {
  private static final int PUBLISHERS = 3;
  private static final int MESSAGES_MAX = 1000;

  /// How much of the stream is read in most rounds.
  private static final int END = 5000;

  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final PromisedStream kept = new PromisedStream("KEPT", PUBLISHERS);
  private final PromisedStream work = new PromisedStream("WORK", 1);
  private final List<PromisedStream> streams = List.of(kept, work);
  private final List<PromisedConsumer> consumers =
      List.of(new PromisedConsumer(kept, seed), new PromisedConsumer(work, seed + 1));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir Path folder;

  @Test
  void aFewKills() throws Exception {
    rounds(3);
  }

  @Test
  @Tag("long")
  void fiftyKills() throws Exception {
    rounds(50);
  }

  private void rounds(int count) throws Exception {
    System.out.println("kill seed " + seed);
    var config = "jetstream { store_dir: \"" + folder.resolve("data") + "\" }";
    try (var server = new ServerProcess(folder, config)) {
      for (var round = 0; round < count; round++) {
        server.start();
        if (round > 0 && random.nextInt(5) == 0) {
          LockSupport.parkNanos(random.nextLong(1_000_000_000L)); // while it starts
          server.kill();
          continue;
        }
        server.awaitReady();
        try (var connection = connect(server)) {
          if (round == 0) {
            create(connection);
          }
          check(connection, server, round % 8 == 0);
        }
        load(server);
      }
      server.start();
      server.awaitReady();
      try (var connection = connect(server)) {
        finish(connection, server);
      }
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Connection connect(ServerProcess server) throws Exception {
    var quiet = new Watcher();
    return Nats.connect(
        new Options.Builder()
            .server(server.url())
            .noReconnect()
            .errorListener(quiet)
            .connectionTimeout(Duration.ofSeconds(10))
            .build());
  }

  private void create(Connection connection) throws Exception {
    var management = connection.jetStreamManagement();
    for (var stream : streams) {
      management.addStream(
          StreamConfiguration.builder()
              .name(stream.name())
              .subjects(stream.name() + ".*")
              .retentionPolicy(stream == work ? RetentionPolicy.WorkQueue : RetentionPolicy.Limits)
              .duplicateWindow(Duration.ofMinutes(30))
              .build());
      management.addOrUpdateConsumer(
          stream.name(),
          ConsumerConfiguration.builder()
              .durable(PromisedConsumer.NAME)
              .ackPolicy(AckPolicy.Explicit)
              .ackWait(Duration.ofSeconds(1))
              .maxAckPending(5000)
              .build());
    }
  }

  /// Publishers and consumers work until the process is killed in their midst.
  private void load(ServerProcess server) throws Exception {
    consumers.forEach(PromisedConsumer::restarted);
    var connections = new ArrayList<Connection>();
    var workers = new ArrayList<Future<?>>();
    for (var stream : streams) {
      for (var i = 0; i < stream.publishers(); i++) {
        var publisher = i;
        var connection = connect(server);
        connections.add(connection);
        workers.add(
            threads.submit(() -> {
              stream.publish(connection, publisher, MESSAGES_MAX);
              return null;
            }));
      }
    }
    for (var consumer : consumers) {
      var connection = connect(server);
      connections.add(connection);
      workers.add(
          threads.submit(() -> {
            consumer.work(connection);
            return null;
          }));
    }
    LockSupport.parkNanos(30_000_000L + random.nextLong(500_000_000L));
    if (random.nextInt(4) == 0) {
      server.terminate(); // and is killed while it writes its checkpoints
      var _ = server.awaitEnd(random.nextInt(150));
    }
    server.kill();
    for (var connection : connections) {
      connection.close();
    }
    for (var worker : workers) {
      try {
        worker.get(20, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        // its connection broke
      } catch (TimeoutException e) {
        throw new AssertionError("a client does not come to its end", e);
      }
    }
  }

  private void check(Connection connection, ServerProcess server, boolean all) throws Exception {
    read(connection, all);
    checkWork(connection);
    for (var consumer : consumers) {
      consumer.check(connection);
    }
    for (var stream : streams) {
      assertEquals(List.of(), stream.broken());
    }
    var escaped = server.log().stream().filter(TestServer::tellsOfAnException).toList();
    assertEquals(List.of(), escaped);
    var lost = server.log().stream().filter(line -> line.contains("lost")).toList();
    assertEquals(List.of(), lost);
  }

  /// Reads the stream, or its end: all that was acknowledged is there, and each publisher's
  /// messages are there once and in order.
  private void read(Connection connection, boolean all) throws Exception {
    var state = connection.jetStreamManagement().getStreamInfo(kept.name()).getStreamState();
    var last = state.getLastSequence();
    assertEquals(last, state.getMsgCount(), "no message of this stream was ever removed");
    if (!kept.acknowledged().isEmpty()) {
      assertTrue(last >= kept.acknowledged().lastKey(), "the end of the stream is lost");
    }
    if (last == 0) {
      return;
    }
    var first = all ? 1 : Math.max(1, last - END);
    var next = new int[PUBLISHERS];
    Arrays.fill(next, all ? 0 : -1);
    var subscription =
        connection
            .jetStream()
            .subscribe(
                kept.name() + ".*",
                PushSubscribeOptions.builder().stream(kept.name())
                    .ordered(true)
                    .configuration(startingAt(first))
                    .build());
    for (var sequence = first; sequence <= last; sequence++) {
      var message = subscription.nextMessage(Duration.ofSeconds(10));
      assertTrue(message != null, "message " + sequence + " of " + last + " does not come");
      assertEquals(sequence, message.metaData().streamSequence());
      var wrong = kept.wrong(sequence, message.getSubject(), message.getData());
      assertTrue(wrong == null, wrong);
      var id = PromisedStream.id(message.getData());
      var dash = id.indexOf('-');
      var publisher = Integer.parseInt(id.substring(0, dash));
      var number = Integer.parseInt(id.substring(dash + 1));
      if (next[publisher] >= 0) {
        assertEquals(next[publisher], number, id + " at sequence " + sequence);
      }
      next[publisher] = number + 1;
    }
    subscription.unsubscribe();
  }

  private static ConsumerConfiguration startingAt(long sequence) {
    return ConsumerConfiguration.builder()
        .deliverPolicy(DeliverPolicy.ByStartSequence)
        .startSequence(sequence)
        .build();
  }

  /// What is left in the work queue is what nobody acknowledged.
  private void checkWork(Connection connection) throws Exception {
    var management = connection.jetStreamManagement();
    var state = management.getStreamInfo(work.name()).getStreamState();
    var there = new HashSet<Long>();
    for (var next = state.getFirstSequence(); there.size() < state.getMsgCount(); next++) {
      var message = management.getNextMessage(work.name(), next, work.name() + ".*");
      next = message.getSeq();
      there.add(next);
      var wrong =
          work.wrong(next, requireNonNull(message.getSubject()), requireNonNull(message.getData()));
      assertTrue(wrong == null, wrong);
      assertTrue(!work.ackConfirmed.contains(next), "acknowledged, but there: " + next);
    }
    for (var sequence : work.acknowledged().keySet()) {
      assertTrue(
          there.contains(sequence) || work.ackSent.contains(sequence),
          "message " + sequence + " is lost");
    }
  }

  /// In the end every message that was ever sent is there, and consumers got all.
  private void finish(Connection connection, ServerProcess server) throws Exception {
    check(connection, server, true);
    consumers.forEach(PromisedConsumer::restarted);
    for (var stream : streams) {
      for (var i = 0; i < stream.publishers(); i++) {
        stream.publish(connection, i, 1);
      }
      assertEquals(0, stream.inDoubt(), "all are acknowledged in the end");
      repeatSome(connection, stream);
    }
    for (var consumer : consumers) {
      System.out.println("left for the consumer: " + consumer.drain(connection));
    }
    check(connection, server, true);
    var sent = 0;
    for (var i = 0; i < PUBLISHERS; i++) {
      sent += kept.sentBy(i);
    }
    System.out.println(sent + " messages");
    assertEquals(
        sent,
        connection.jetStreamManagement().getStreamInfo(kept.name()).getStreamState().getMsgCount());
    for (var stream : streams) {
      assertEquals(stream.acknowledged().keySet(), stream.ackSent, "consumers got all");
    }
  }

  /// Messages that were acknowledged long ago are known when they come again.
  private void repeatSome(Connection connection, PromisedStream stream) throws Exception {
    for (var entry : stream.acknowledged().entrySet()) {
      if (random.nextInt(stream.acknowledged().size()) < 100) {
        var id = entry.getValue();
        var subject = stream.name() + "." + id.substring(0, id.indexOf('-'));
        var options = PublishOptions.builder().messageId(id).build();
        var ack = connection.jetStream().publish(subject, PromisedStream.body(id), options);
        assertTrue(ack.isDuplicate(), id + " was forgotten");
        assertEquals(entry.getKey(), ack.getSeqno());
      }
    }
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.TwoDomains.in;
import static io.frond.leafnode.TwoDomains.management;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.leafnode.TwoDomains.Kind;
import io.frond.testkit.Await;
import io.nats.client.Connection;
import io.nats.client.ConsumeOptions;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.Mirror;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What docs/leaf-nodes.md promises of streams across leaf and core, whichever programs are at the
/// link's ends: while messages are published the line is cut again and again.
abstract class SyncScenario {
  @TempDir Path folder;
  TwoDomains two;
  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final Random random = new Random(seed);

  abstract Kind hub();

  abstract Kind leaf();

  private boolean bothFrond() {
    return hub() == Kind.FROND && leaf() == Kind.FROND;
  }

  /// How often the line is cut.
  int cuts() {
    return 8;
  }

  @BeforeEach
  void open() throws Exception {
    System.out.println("seed " + seed);
    two = new TwoDomains(folder, hub(), leaf());
  }

  @AfterEach
  void close() throws Exception {
    two.close();
  }

  static StreamConfiguration.Builder stream(String name, String... subjects) {
    return StreamConfiguration.builder()
        .name(name)
        .subjects(subjects)
        .storageType(StorageType.File);
  }

  /// Publishes numbered messages into a stream of the publisher's own side while the line is cut.
  ///
  /// @return how many
  int publishWhileCut(Connection from, String subject) throws Exception {
    var count = 0;
    for (var cut = 0; cut < cuts(); cut++) {
      var burst = 5 + random.nextInt(30);
      for (var i = 0; i < burst; i++) {
        from.jetStream().publish(subject, Integer.toString(count++).getBytes(UTF_8));
        if (i == burst / 2) {
          two.line.cut();
        }
      }
      two.line.mend();
      if (random.nextInt(3) == 0) {
        awaitLinkQuickly();
      }
    }
    two.awaitLink();
    return count;
  }

  private void awaitLinkQuickly() {
    two.awaitLink();
  }

  /// All messages of a stream, by the numbers that are their payloads.
  static List<String> content(Connection at, String name) throws Exception {
    var found = new ArrayList<String>();
    var state = at.jetStreamManagement().getStreamInfo(name).getStreamState();
    for (var i = Math.max(1, state.getFirstSequence()); i <= state.getLastSequence(); i++) {
      MessageInfo message = at.jetStreamManagement().getMessage(name, i);
      found.add(new String(Objects.requireNonNull(message.getData()), UTF_8));
    }
    return found;
  }

  static List<String> numbers(int count) {
    var all = new ArrayList<String>();
    for (var i = 0; i < count; i++) {
      all.add(Integer.toString(i));
    }
    return all;
  }

  static long messages(Connection at, String name) {
    try {
      return at.jetStreamManagement().getStreamInfo(name).getStreamState().getMsgCount();
    } catch (IOException | JetStreamApiException e) {
      return -1;
    }
  }

  void awaitMessages(Connection at, String name, long count) {
    for (var patience = 1; ; patience++) { // nats-server asks an origin anew after up to minutes
      try {
        Await.until(name + " has " + count, () -> messages(at, name) >= count);
        return;
      } catch (AssertionError e) {
        if (patience == 5 || bothFrond()) {
          throw e;
        }
      }
    }
  }

  /// ORDERS at the leaf is sourced into ALL at the hub.
  void sourceOrders() throws Exception {
    two.atLeaf.jetStreamManagement().addStream(stream("ORDERS", "orders.>").build());
    two.atHub
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder()
                .name("ALL")
                .sources(Source.builder().name("ORDERS").domain("leaf").build())
                .build());
  }

  /// CONFIG at the hub is mirrored to CONFIGCOPY at the leaf.
  void mirrorConfig() throws Exception {
    two.atHub.jetStreamManagement().addStream(stream("CONFIG", "config.>").build());
    two.atLeaf
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder()
                .name("CONFIGCOPY")
                .mirror(Mirror.builder().name("CONFIG").domain("hub").build())
                .build());
  }

  @Test
  void aLeafsStreamIsSourcedIntoAnAggregateOnceAndInOrder() throws Exception {
    sourceOrders();
    var count = publishWhileCut(two.atLeaf, "orders.new");
    awaitMessages(two.atHub, "ALL", count);
    assertEquals(numbers(count), content(two.atHub, "ALL"));
  }

  @Test
  void aCoreStreamIsMirroredDownWithItsSequences() throws Exception {
    mirrorConfig();
    var count = publishWhileCut(two.atHub, "config.new");
    awaitMessages(two.atLeaf, "CONFIGCOPY", count);
    assertEquals(numbers(count), content(two.atLeaf, "CONFIGCOPY"));
    var state = two.atLeaf.jetStreamManagement().getStreamInfo("CONFIGCOPY").getStreamState();
    assertEquals(count, state.getLastSequence());
  }

  @Test
  void aLeafsStreamIsMirroredUpUnderItsOwnName() throws Exception {
    two.atLeaf.jetStreamManagement().addStream(stream("EVENTS", "events.>").build());
    two.atHub
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder()
                .name("EVENTS")
                .mirror(Mirror.builder().name("EVENTS").domain("leaf").build())
                .build());
    var count = publishWhileCut(two.atLeaf, "events.new");
    awaitMessages(two.atHub, "EVENTS", count);
    assertEquals(numbers(count), content(two.atHub, "EVENTS"));
  }

  @Test
  void aWorkQueueIsDrainedUpwardsAndLosesNothing() throws Exception {
    two.atLeaf
        .jetStreamManagement()
        .addStream(stream("JOBS", "jobs.>").retentionPolicy(RetentionPolicy.WorkQueue).build());
    two.atHub
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder()
                .name("DONE")
                .sources(Source.builder().name("JOBS").domain("leaf").build())
                .build());
    var count = publishWhileCut(two.atLeaf, "jobs.new");
    awaitMessages(two.atHub, "DONE", count);
    Await.until("the queue is empty", () -> messages(two.atLeaf, "JOBS") == 0);
    assertEquals(numbers(count), content(two.atHub, "DONE"));
  }

  @Test
  void aBucketIsMirroredDownAndWritesGoThrough() throws Exception {
    two.atHub.keyValueManagement().create(KeyValueConfiguration.builder().name("B").build());
    two.atLeaf
        .keyValueManagement()
        .create(
            KeyValueConfiguration.builder()
                .name("BCOPY")
                .mirror(Mirror.builder().name("B").domain("hub").build())
                .build());
    var core = two.atHub.keyValue("B");
    var copy = two.atLeaf.keyValue("BCOPY");
    core.put("a", "1");
    awaitValue(copy, "a", "1");
    two.line.cut();
    core.put("a", "2");
    assertEquals("1", value(copy, "a"), "local reads go on");
    two.line.mend();
    awaitValue(copy, "a", "2");
    two.awaitLink();
    copy.put("b", "by way of the leaf");
    awaitValue(core, "b", "by way of the leaf");
    awaitValue(copy, "b", "by way of the leaf");
  }

  private static String value(KeyValue bucket, String key) {
    try {
      var entry = bucket.get(key);
      return entry == null ? "" : String.valueOf(entry.getValueAsString());
    } catch (IOException | JetStreamApiException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void awaitValue(KeyValue bucket, String key, String wanted) {
    Await.until(key + " is " + wanted, () -> value(bucket, key).equals(wanted));
  }

  @Test
  void aStreamThatWasDeletedAndMadeAnewIsSourcedFromItsBeginning() throws Exception {
    sourceOrders();
    for (var i = 0; i < 5; i++) {
      two.atLeaf.jetStream().publish("orders.new", ("old" + i).getBytes(UTF_8));
    }
    awaitMessages(two.atHub, "ALL", 5);
    management(two.atLeaf, "leaf").deleteStream("ORDERS");
    two.atLeaf.jetStreamManagement().addStream(stream("ORDERS", "orders.>").build());
    for (var i = 0; i < 3; i++) {
      two.atLeaf.jetStream().publish("orders.new", ("new" + i).getBytes(UTF_8));
    }
    if (hub() == Kind.FROND) { // nats-server goes on behind the sequence that it had
      awaitMessages(two.atHub, "ALL", 8);
      assertEquals("new2", content(two.atHub, "ALL").getLast());
    }
  }

  @Test
  void writesIntoTheOtherDomainsStreamAreAcknowledgedByIt() throws Exception {
    management(two.atHub, "leaf").addStream(stream("L", "only.leaf").build());
    var ack = two.atHub.jetStream(in("leaf")).publish("only.leaf", "x".getBytes(UTF_8));
    assertEquals("L", ack.getStream());
    assertEquals("leaf", ack.getDomain());
  }

  /// Who takes the messages of a consumer on the other side of the link, and acknowledges them.
  private static final class Taker {
    final Set<String> seen = ConcurrentHashMap.newKeySet();
    final Set<String> subjects = ConcurrentHashMap.newKeySet();

    void take(Message message) {
      subjects.add(message.getSubject());
      seen.add(new String(message.getData(), UTF_8));
      message.ack();
    }
  }

  private static void settled(Connection at, String stream, String consumer, long count) {
    Await.until(
        "all is acknowledged",
        () -> {
          try {
            var info = at.jetStreamManagement().getConsumerInfo(stream, consumer);
            return info.getAckFloor().getStreamSequence() == count && info.getNumAckPending() == 0;
          } catch (IOException | JetStreamApiException e) {
            return false;
          }
        });
  }

  private void pullsAcross(Connection owner, Connection other, String domain) throws Exception {
    owner.jetStreamManagement().addStream(stream("WORK", "work.>").build());
    var consumer =
        ConsumerConfiguration.builder().durable("puller").ackWait(Duration.ofSeconds(1)).build();
    var context = other.getStreamContext("WORK", in(domain)).createOrUpdateConsumer(consumer);
    var taker = new Taker();
    var options = ConsumeOptions.builder().expiresIn(2000).build();
    var going = context.consume(options, taker::take);
    var count = publishWhileCut(owner, "work.new");
    Await.until("all came, " + count, () -> taker.seen.size() == count);
    settled(owner, "WORK", "puller", count);
    going.stop();
    assertEquals(Set.of("work.new"), taker.subjects);
  }

  @Test
  void aClientAtTheLeafGoesOnPullingFromACoreStream() throws Exception {
    pullsAcross(two.atHub, two.atLeaf, "hub");
  }

  @Test
  void aClientAtTheHubGoesOnPullingFromALeafsStream() throws Exception {
    pullsAcross(two.atLeaf, two.atHub, "leaf");
  }

  private void pushesAcross(Connection owner, Connection other, String domain) throws Exception {
    owner.jetStreamManagement().addStream(stream("WORK", "work.>").build());
    var taker = new Taker();
    var dispatcher = other.createDispatcher();
    var options =
        PushSubscribeOptions.builder().stream("WORK")
            .configuration(
                ConsumerConfiguration.builder()
                    .durable("pusher")
                    .ackWait(Duration.ofSeconds(1))
                    .build())
            .build();
    other.jetStream(in(domain)).subscribe("work.>", dispatcher, taker::take, false, options);
    var count = publishWhileCut(owner, "work.new");
    Await.until("all came, " + count, () -> taker.seen.size() == count);
    settled(owner, "WORK", "pusher", count);
    assertEquals(Set.of("work.new"), taker.subjects);
  }

  @Test
  void aClientAtTheLeafGoesOnBeingPushedFromACoreStream() throws Exception {
    pushesAcross(two.atHub, two.atLeaf, "hub");
  }

  @Test
  void aClientAtTheHubGoesOnBeingPushedFromALeafsStream() throws Exception {
    pushesAcross(two.atLeaf, two.atHub, "leaf");
  }

  @Test
  void bothFormsOfAcknowledgementCrossTheLink() throws Exception {
    two.atHub.jetStreamManagement().addStream(stream("WORK", "work.>").build());
    two.atHub.jetStream().publish("work.1", new byte[1]);
    two.atHub.jetStream().publish("work.2", new byte[1]);
    var consumer = ConsumerConfiguration.builder().durable("c").build();
    var context = two.atLeaf.getStreamContext("WORK", in("hub")).createOrUpdateConsumer(consumer);
    var one = Objects.requireNonNull(context.next());
    one.ack();
    settled(two.atHub, "WORK", "c", 1);
    var reply = Objects.requireNonNull(context.next()).getReplyTo();
    assertEquals("$JS.ACK.WORK.c.1.2.2.", reply.substring(0, 21));
    if (hub() == Kind.FROND) { // nats-server wants its own hash of the account in it
      two.atLeaf.publish(
          reply.replaceFirst("\\$JS\\.ACK\\.", "\\$JS.ACK.hub.hash.") + ".x",
          "+ACK".getBytes(UTF_8));
    } else {
      two.atLeaf.publish(reply, "+ACK".getBytes(UTF_8));
    }
    settled(two.atHub, "WORK", "c", 2);
  }
}

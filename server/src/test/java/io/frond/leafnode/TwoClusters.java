package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A cluster of hubs and a cluster of leaves, each leaf linked to another hub, with a client on
/// every server. `F` stands for a Frond, `G` for a nats-server.
final class TwoClusters {
  private static final Duration QUIET = Duration.ofMillis(300);
  private static final int MESSAGES = 50;

  private final Fleet fleet;
  private final List<Connection> hubs = new ArrayList<>();
  private final List<Connection> leaves = new ArrayList<>();

  /// @param hubs kinds of the hubs, such as `FGF`
  /// @param leaves kinds of the leaves; each has the hub of the same place
  TwoClusters(Fleet fleet, String hubs, String leaves) {
    this.fleet = fleet;
    var leafPorts = new ArrayList<Integer>();
    var routes = new ArrayList<Integer>();
    for (var i = 0; i < hubs.length(); i++) {
      var ports = new Ports(hubs.charAt(i));
      var config =
          ports.cluster("core", routes)
              + "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(ports.leaf);
      this.hubs.add(ports.start("hub" + i, config));
      routes.add(ports.route);
      leafPorts.add(ports.leaf);
    }
    routes.clear();
    for (var i = 0; i < leaves.length(); i++) {
      var ports = new Ports(leaves.charAt(i));
      var config =
          ports.cluster("edge", routes)
              + "leafnodes { reconnect: 200ms, remotes = [ { url: \"nats-leaf://127.0.0.1:%d\" } ] }\n"
                  .formatted(leafPorts.get(i));
      this.leaves.add(ports.start("leaf" + i, config));
      routes.add(ports.route);
    }
  }

  /// One server and its ports: a Frond takes free ones, a nats-server is told some that were free.
  private final class Ports {
    private final boolean go;
    private int route;
    private int leaf;

    Ports(char kind) {
      go = kind == 'G';
      route = go ? TestServer.freePort() : -1;
      leaf = go ? TestServer.freePort() : -1;
    }

    String cluster(String name, List<Integer> others) {
      var routes = new StringBuilder();
      for (var port : others) {
        routes.append("\"nats://127.0.0.1:").append(port).append("\", ");
      }
      return "cluster { name: %s, listen: \"127.0.0.1:%d\", routes: [ %s ] }\n"
          .formatted(name, route, routes);
    }

    Connection start(String name, String config) {
      if (go) {
        return fleet.client(fleet.go(name, config).uri());
      }
      var server = fleet.frond(name, config);
      route = TestCluster.routePort(server);
      leaf = name.startsWith("hub") ? Fleet.leafPort(server) : -1;
      return fleet.client(server);
    }
  }

  List<Connection> hubs() {
    return hubs;
  }

  List<Connection> leaves() {
    return leaves;
  }

  List<Connection> all() {
    var all = new ArrayList<>(hubs);
    all.addAll(leaves);
    return all;
  }

  /// Every message of every server reaches a subscriber on every server, once.
  void everySubscriberGetsEachMessageOnce() {
    var all = all();
    var inboxes = new ArrayList<ConcurrentLinkedQueue<String>>();
    for (var client : all) {
      var inbox = new ConcurrentLinkedQueue<String>();
      inboxes.add(inbox);
      client.createDispatcher(message -> inbox.add(text(message))).subscribe("all.>");
      Fleet.flush(client);
    }
    for (var i = 0; i < all.size(); i++) {
      var from = all.get(i);
      var probe = "probe" + i;
      Await.until(
          "server " + i + " is heard by all",
          () -> {
            Fleet.publish(from, "all." + probe, probe);
            return inboxes.stream().allMatch(it -> it.contains(probe));
          });
    }
    awaitQuiet(() -> inboxes.stream().mapToInt(ConcurrentLinkedQueue::size).sum());
    inboxes.forEach(ConcurrentLinkedQueue::clear);
    var sent = new TreeSet<String>();
    for (var i = 0; i < all.size(); i++) {
      for (var n = 0; n < MESSAGES; n++) {
        all.get(i).publish("all." + i, (i + "/" + n).getBytes(StandardCharsets.UTF_8));
        sent.add(i + "/" + n);
      }
      Fleet.flush(all.get(i));
    }
    Await.until("all came", () -> inboxes.stream().allMatch(it -> it.containsAll(sent)));
    awaitQuiet(() -> inboxes.stream().mapToInt(ConcurrentLinkedQueue::size).sum());
    for (var i = 0; i < all.size(); i++) {
      assertEquals(Map.of(), wrong(sent, counts(inboxes.get(i))), "at server " + i);
    }
  }

  /// One member gets each message, wherever it comes from.
  void oneOfTheGroupGetsEachMessage(String subject, List<Connection> members) {
    var got = new ConcurrentHashMap<String, Integer>();
    for (var client : members) {
      client
          .createDispatcher(message -> got.merge(text(message), 1, Integer::sum))
          .subscribe(subject, "workers");
      Fleet.flush(client);
    }
    var sent = new TreeSet<String>();
    var all = all();
    for (var i = 0; i < all.size(); i++) {
      var from = all.get(i);
      var probe = "probe" + i;
      Await.until(
          "the group hears server " + i,
          () -> {
            Fleet.publish(from, subject, probe);
            return got.containsKey(probe);
          });
    }
    awaitQuiet(() -> got.values().stream().mapToInt(Integer::intValue).sum());
    got.clear();
    for (var i = 0; i < all.size(); i++) {
      for (var n = 0; n < MESSAGES; n++) {
        all.get(i).publish(subject, (i + "/" + n).getBytes(StandardCharsets.UTF_8));
        sent.add(i + "/" + n);
      }
      Fleet.flush(all.get(i));
    }
    Await.until("all came", () -> got.keySet().containsAll(sent));
    awaitQuiet(() -> got.values().stream().mapToInt(Integer::intValue).sum());
    assertEquals(Map.of(), wrong(sent, got), subject);
  }

  private static Map<String, Integer> counts(Iterable<String> texts) {
    var counts = new TreeMap<String, Integer>();
    texts.forEach(it -> counts.merge(it, 1, Integer::sum));
    return counts;
  }

  /// What came another number of times than it was sent, and how often.
  private static Map<String, Integer> wrong(Set<String> sent, Map<String, Integer> got) {
    var wrong = new TreeMap<>(got);
    wrong.keySet().removeIf(text -> text.startsWith("probe")); // one that came late
    wrong.values().removeIf(count -> count == 1);
    for (var each : sent) {
      if (!got.containsKey(each)) {
        wrong.put(each, 0);
      }
    }
    return wrong;
  }

  private static String text(Message message) {
    return new String(message.getData(), StandardCharsets.UTF_8);
  }

  private static void awaitQuiet(java.util.function.IntSupplier count) {
    Await.until(
        "nothing comes any more",
        () -> {
          var now = count.getAsInt();
          return Await.holds(QUIET, () -> count.getAsInt() == now);
        });
  }
}

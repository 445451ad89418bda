package io.frond.server;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.options.HostPort;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `frond demo`: the article's scenario in one process. A core of three and the factory's leaf on
/// loopback addresses; messages both ways; nothing sent that nobody wants; a core server is killed
/// and the leaf joins another; the cable is cut while both sides publish, and every message comes
/// all the same. Ends by itself; throws when something did not happen.
final class Demo implements AutoCloseable {
  private static final int NONE = -1;
  private static final long LIMIT_SECONDS = 15;
  private static final int UNWANTED = 10_000;

  private final PrintStream out;
  private final List<FrondServer> cores = new ArrayList<>();
  private final List<HostPort> coreAddresses = new ArrayList<>();
  private final long started = System.nanoTime();
  private final List<DemoLink> cables = new ArrayList<>();
  private final Path store = Files.createTempDirectory("frond-demo-");
  private final FrondServer leaf;
  private final HostPort leafAddress;

  private Demo(PrintStream out) throws IOException, ConfigException {
    this.out = out;
    var clientPorts = freePorts(4);
    var routePorts = freePorts(3);
    for (var i = 0; i < 3; i++) {
      coreAddresses.add(new HostPort("127.0.0." + (11 + i), clientPorts.get(i)));
    }
    for (var i = 0; i < 3; i++) {
      cores.add(start(core(i, routePorts)));
      cables.add(new DemoLink("127.0.0.50", coreAddresses.get(i)));
      say("core server nats-" + (i + 1) + " listens on " + coreAddresses.get(i));
    }
    leafAddress = new HostPort("127.0.0.50", clientPorts.get(3));
    leaf = start(leafText());
    say("the factory's leaf listens on " + leafAddress + " and dials any of the three");
  }

  static void run(PrintStream out) throws IOException, ConfigException, InterruptedException {
    try (var demo = new Demo(out)) {
      demo.play();
    }
  }

  private String core(int i, List<Integer> routePorts) {
    var routes = new ArrayList<String>();
    for (var j = 0; j < 3; j++) {
      if (j != i) {
        routes.add("\"nats://127.0.0." + (11 + j) + ":" + routePorts.get(j) + "\"");
      }
    }
    return "server_name: nats-"
        + (i + 1)
        + "\nlisten: \""
        + coreAddresses.get(i)
        + "\"\ncluster { name: core, listen: \"127.0.0."
        + (11 + i)
        + ":"
        + routePorts.get(i)
        + "\", routes = ["
        + String.join(", ", routes)
        + "] }\nauthorization { allowed_leaf_cidrs = [\"127.0.0.0/8\"] }\n"
        + jetstream("nats-" + (i + 1));
  }

  private String leafText() {
    var remotes = new ArrayList<String>();
    for (var cable : cables) {
      remotes.add("\"nats://" + cable.address() + "\"");
    }
    return "server_name: leaf-factory\nlisten: \""
        + leafAddress
        + "\"\nleaf { remotes = [ { urls: ["
        + String.join(", ", remotes)
        + "], ignore_discovered_servers: true } ] }\n"
        + jetstream("leaf-factory");
  }

  private String jetstream(String name) {
    return "jetstream { store_dir: \"" + store.resolve(name) + "\" }\n";
  }

  private static FrondServer start(String text) throws IOException, ConfigException {
    var options = Configuration.parse(text, "the demo").options();
    return FrondServer.start(options.withLog(options.log().silenced()));
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    var ports = new ArrayList<Integer>();
    try {
      for (var i = 0; i < count; i++) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
    return ports;
  }

  private void play() throws IOException, InterruptedException {
    var hub = awaitHub(NONE);
    say("the leaf joined nats-" + (hub + 1));
    var other = (hub + 1) % 3;
    try (var service = new DemoClient(coreAddresses.get(other));
        var machine = new DemoClient(leafAddress)) {
      up(service, machine, other);
      down(other, machine);
      unwanted(hub, machine);
      failover(hub, service, machine);
    }
    outage(hub);
    say(
        "done: nothing was configured at the core for this leaf, only the addresses it may come"
            + " from");
  }

  private void up(DemoClient service, DemoClient machine, int other)
      throws IOException, InterruptedException {
    service.subscribe("factory.orders.>");
    say("a service on nats-" + (other + 1) + " subscribes to factory.orders.>");
    interest("factory.orders.new", leaf);
    var text = exchange(machine, service, "factory.orders.new", "order 4711");
    say("the leaf's client publishes factory.orders.new; the service got \"" + text + "\"");
  }

  private void down(int other, DemoClient machine) throws IOException, InterruptedException {
    machine.subscribe("factory.alerts.*");
    interest("factory.alerts.critical", cores.get(other));
    try (var alarm = new DemoClient(coreAddresses.get(other))) {
      var text = exchange(alarm, machine, "factory.alerts.critical", "pressure");
      say(
          "a client on nats-"
              + (other + 1)
              + " publishes factory.alerts.critical; the leaf's client got \""
              + text
              + "\"");
    }
  }

  private void unwanted(int hub, DemoClient machine) throws IOException {
    var before = cores.get(hub).core().linkLoops().totals().inMessages();
    for (var i = 0; i < UNWANTED; i++) {
      machine.publish("nobody.listens", "x");
    }
    machine.flush();
    var came = cores.get(hub).core().linkLoops().totals().inMessages() - before;
    say(UNWANTED + " messages that nobody at the core wants: " + came + " crossed the link");
    require(came == 0, "unwanted messages crossed the link");
  }

  private void failover(int hub, DemoClient service, DemoClient machine)
      throws IOException, InterruptedException {
    say("nats-" + (hub + 1) + " is killed");
    var killed = System.nanoTime();
    cores.get(hub).close();
    var next = awaitHub(hub);
    say("the leaf joined nats-" + (next + 1) + " after " + millis(killed) + " ms");
    var text = exchange(machine, service, "factory.orders.new", "order 4712");
    say(
        "factory.orders.new again: the service got \""
            + text
            + "\", "
            + millis(killed)
            + " ms after");
  }

  /// The cable is out for some seconds while both sides publish.
  private void outage(int gone) throws IOException, InterruptedException {
    var core = coreAddresses.get((gone + 1) % 3);
    try (var up = new DemoTraffic("factory.readings", leafAddress, core);
        var down = new DemoTraffic("factory.orders.confirmed", core, leafAddress)) {
      interest("factory.readings", leaf);
      interest("factory.orders.confirmed", cores.get((gone + 1) % 3));
      up.start();
      down.start();
      say("both sides publish 2,000 numbered messages a second");
      TimeUnit.SECONDS.sleep(1);
      cables.forEach(DemoLink::cut);
      say("the cable between the leaf and the core is cut");
      for (var i = 0; i < 4; i++) {
        TimeUnit.MILLISECONDS.sleep(750);
        progress(up, down);
      }
      cables.forEach(DemoLink::heal);
      say("the cable is whole again");
      for (var i = 0; i < 3; i++) {
        TimeUnit.MILLISECONDS.sleep(500);
        progress(up, down);
      }
      up.stop();
      down.stop();
      var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (!(up.complete() && down.complete()) && System.nanoTime() - end < 0) {
        require(up.trouble() == null, String.valueOf(up.trouble()));
        require(down.trouble() == null, String.valueOf(down.trouble()));
        TimeUnit.MILLISECONDS.sleep(10);
      }
      progress(up, down);
      require(up.complete() && down.complete(), "not every message came");
      say(
          "every one of "
              + up.published()
              + " messages up and "
              + down.published()
              + " down came, once and in order");
    }
  }

  /// Waits until a server knows that somebody wants a subject.
  private static void interest(String subject, FrondServer at)
      throws IOException, InterruptedException {
    var bytes = subject.getBytes(StandardCharsets.UTF_8);
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (at.core().accounts().global().sublist().match(bytes).plainCount() == 0) {
      require(System.nanoTime() - end < 0, "the interest in " + subject + " did not come");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void progress(DemoTraffic up, DemoTraffic down) {
    say(
        "  up: "
            + (up.published() - up.received())
            + " of "
            + up.published()
            + " are still to come; down: "
            + (down.published() - down.received())
            + " of "
            + down.published());
  }

  /// Publishes until the receiver got it: interest travels asynchronously.
  private String exchange(DemoClient from, DemoClient to, String subject, String text)
      throws IOException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    IOException last = new IOException("nothing came");
    while (System.nanoTime() - end < 0) {
      from.publish(subject, text);
      from.flush();
      try {
        return to.next();
      } catch (java.net.SocketTimeoutException e) {
        last = e;
      }
    }
    throw last;
  }

  /// Waits until one of the core servers but this one has the leaf.
  private int awaitHub(int gone) throws InterruptedException, IOException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (System.nanoTime() - end < 0) {
      for (var i = 0; i < 3; i++) {
        if (i != gone && cores.get(i).core().accounts().global().leaves().get() > 0) {
          return i;
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IOException("the leaf joined nobody in " + LIMIT_SECONDS + " s");
  }

  private static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }

  private static long millis(long since) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
  }

  private void say(String text) {
    out.printf("%6d ms  %s%n", millis(started), text);
  }

  @Override
  public void close() throws IOException {
    leaf.close();
    for (var cable : cables) {
      cable.close();
    }
    cores.forEach(FrondServer::close);
    try (var files = Files.walk(store)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

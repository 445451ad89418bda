package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;

/// A leaf that moves about in a core whose servers cannot always hear each other, played without
/// threads: every server takes each message that it wants, once, however late; what is not late in
/// its order; and it forgets what is over.
class SeenModelTest {
  private static final int SERVERS = 4;
  private static final int STEPS = 4000;

  private record Relayed(Way way, long sequence, long number) {}

  /// From one server to another, in order; what is in it may be stuck.
  private static final class Route {
    final ArrayDeque<Object> queue = new ArrayDeque<>();
    boolean stuck;
    int generation = -1;
    Way way = new Way(false);
  }

  private final class Server {
    final int index;
    final Seen seen;
    final Route[] to = new Route[SERVERS];
    final Map<Long, Integer> taken = new HashMap<>();
    Way own = new Way(true);
    long last;
    long late;

    Server(int index) {
      this.index = index;
      seen = new Seen("s", START, this::through);
      for (var i = 0; i < SERVERS; i++) {
        to[i] = new Route();
      }
    }

    /// What [Intake]'s fence does: through each route that leads here, however long it takes.
    void through(Runnable then) {
      var left = new int[] {SERVERS - 1};
      for (var each : servers) {
        if (each != this) {
          Runnable answered =
              () -> {
                if (--left[0] == 0) {
                  then.run();
                }
              };
          each.to[index].queue.add(answered);
        }
      }
    }

    void deliver(long number, boolean isLate) {
      taken.merge(number, 1, Integer::sum);
      if (isLate) {
        late++;
      } else {
        assertTrue(number > last, what() + number + " came behind " + last + " at " + index);
        last = number;
      }
    }

    boolean wants(long number) {
      return number % SERVERS != index;
    }

    /// A message of the leaf's own link.
    void direct(long sequence, long number) {
      var verdict = seen.direct(own, sequence);
      if (verdict == Seen.Verdict.SEEN) {
        return;
      }
      if (verdict == Seen.Verdict.NEW && wants(number)) {
        deliver(number, false);
      }
      for (var other : servers) {
        if (other != this && other.wants(number)) {
          var route = to[other.index];
          if (route.generation != seen.generation()) {
            route.generation = seen.generation();
            route.way = new Way(false);
          }
          route.queue.add(new Relayed(route.way, sequence, number));
        }
      }
    }

    void pass(Route route) {
      switch (route.queue.poll()) {
        case Relayed it -> {
          var verdict = seen.relayed(it.way, it.sequence);
          if (verdict != Seen.Verdict.SEEN) {
            deliver(it.number, verdict == Seen.Verdict.LATE);
          }
        }
        case Runnable fence -> fence.run();
        case null, default -> throw new IllegalStateException();
      }
    }
  }

  private static final long START = 1_700_000_000L << 32;

  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Server> servers = new ArrayList<>();

  /// The leaf's log: sequence to number.
  private final TreeMap<Long, Long> log = new TreeMap<>();

  private final Seen.Owner open = () -> true;
  private Server hub;
  private long position = START;
  private long settled = START;
  private long published;
  private int step;
  private int moves;

  SeenModelTest() {
    for (var i = 0; i < SERVERS; i++) {
      servers.add(new Server(i));
    }
    hub = servers.getFirst();
    hub.seen.owner(open);
  }

  private String what() {
    return "seed " + seed + " step " + step + ": ";
  }

  private void flow(int most) {
    for (var from : servers) {
      for (var to : servers) {
        var route = from.to[to.index];
        for (var n = random.nextInt(most + 1); n > 0 && !route.stuck; n--) {
          if (route.queue.isEmpty()) {
            break;
          }
          to.pass(route);
        }
      }
    }
  }

  private void mend() {
    servers.forEach(it -> List.of(it.to).forEach(route -> route.stuck = false));
  }

  private void flowWhole() {
    for (var more = true; more; ) {
      more = false;
      for (var from : servers) {
        for (var to : servers) {
          var route = from.to[to.index];
          while (!route.stuck && !route.queue.isEmpty()) {
            to.pass(route);
            more = true;
          }
        }
      }
    }
  }

  /// The hub says how far it is: all servers that it can reach have it.
  private void settle() {
    flowWhole();
    settled = Math.max(settled, hub.seen.direct());
    log.headMap(settled, true).clear();
  }

  private void move() {
    flowWhole(); // what it can wait for it waits for
    moves++;
    hub = servers.get(random.nextInt(SERVERS));
    hub.own = new Way(true);
    hub.seen.owner(open);
    position = settled;
  }

  private void send(int most) {
    for (var n = random.nextInt(most + 1); n > 0; n--) {
      var next = log.higherEntry(position);
      if (next == null) {
        return;
      }
      position = next.getKey();
      hub.direct(next.getKey(), next.getValue());
    }
  }

  private void publish() {
    var last = log.isEmpty() ? Math.max(position, settled) : log.lastKey();
    for (var n = random.nextInt(20); n > 0; n--) {
      var far = random.nextInt(50) == 0 && log.size() < 5;
      last += far ? random.nextInt(3 * Way.WINDOW) + 1 : random.nextInt(3) + 1;
      log.put(last, ++published);
    }
  }

  @RepeatedTest(20)
  void eachServerTakesWhatItWantsOnce() {
    System.out.println("SeenModelTest: " + what());
    var late = 0L;
    for (step = 0; step < STEPS; step++) {
      publish();
      send(30);
      flow(20);
      if (random.nextInt(3) == 0) {
        settle();
      }
      if (random.nextInt(20) == 0) {
        move();
      }
      if (random.nextInt(15) == 0) {
        servers.get(random.nextInt(SERVERS)).to[random.nextInt(SERVERS)].stuck = true;
      }
      if (random.nextInt(20) == 0) {
        servers.get(random.nextInt(SERVERS)).to[random.nextInt(SERVERS)].stuck = false;
      }
      if (moves > Seen.WAYS_MAX / 2) {
        moves = 0;
        mend();
        flowWhole();
      }
    }
    mend();
    while (log.higherKey(position) != null) {
      send(100);
    }
    flowWhole();
    for (var each : servers) {
      for (var number = 1L; number <= published; number++) {
        var times = each.taken.getOrDefault(number, 0);
        assertEquals(each.wants(number) ? 1 : 0, times, what() + number + " at " + each.index);
      }
      assertEquals(0, each.seen.overtaken(), what());
      assertTrue(each.seen.ways() <= 2, what() + each.seen.ways());
      assertEquals(each.late, each.seen.late(), what());
      late += each.late;
    }
    assertTrue(late > 0, what() + "nothing was late");
  }
}

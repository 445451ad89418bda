package io.frond.lane;

import io.frond.account.Account;
import io.frond.jetstream.JetStream;
import io.frond.leafnode.HubLink;
import io.frond.leafnode.HubWatch;
import io.frond.logging.Log;
import io.frond.options.LaneOptions;
import io.frond.options.RemoteOptions;
import io.frond.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All lanes of a leaf. Any thread; what it does happens on the shard's.
public final class Lanes implements HubWatch {
  /// How long monitoring waits for an answer.
  private static final long ASK_MILLIS = 5_000;

  /// How long a lane that ends has for what it holds.
  private static final long DRAIN_NANOS = 2_000_000_000L;

  private static final long LOOK_NANOS = 5_000_000L;

  private final JetStream jetstream;
  private final Function<String, @Nullable Account> accounts;
  private final Log log;
  private final RandomGenerator random;
  private final Consumer<Runnable> throughLoops;

  private volatile List<LaneStatus> latest = List.of();
  private volatile boolean some;

  // on the shard's thread
  private long turns;

  // the same, by the account's name
  private final Map<String, LaneGroup> groups = new HashMap<>();
  private final Map<String, List<HubLink>> links = new HashMap<>();

  /// @param accounts finds an account by name
  /// @param throughLoops runs a task when all has been handed on that loops publish now
  public Lanes(
      JetStream jetstream,
      Function<String, @Nullable Account> accounts,
      Log log,
      RandomGenerator random,
      Consumer<Runnable> throughLoops) {
    this.jetstream = jetstream;
    this.accounts = accounts;
    this.log = log;
    this.random = random;
    this.throughLoops = throughLoops;
  }

  /// Ends the lanes that are none of these remotes', opens theirs, and returns when the streams
  /// that take what is published are there.
  public void configure(List<RemoteOptions> remotes) {
    var done = new CompletableFuture<Boolean>();
    Runnable over = () -> done.complete(true);
    jetstream.within(inside -> {
      var turn = ++turns;
      var wanted = wanted(remotes);
      var steps =
          List.<Consumer<Runnable>>of(
              then -> end(inside, wanted, then),
              then -> retire(inside, wanted, then),
              then -> open(inside, wanted, then));
      run(steps, turn, over);
    });
    await(done);
  }

  /// One step after the other, unless other lanes are configured meanwhile.
  private void run(List<Consumer<Runnable>> steps, long turn, Runnable over) {
    if (steps.isEmpty() || turn != turns) {
      over.run();
      return;
    }
    steps.getFirst().accept(() -> run(steps.subList(1, steps.size()), turn, over));
  }

  /// By account: a lane that several remotes declare is one.
  private static Map<String, Set<LaneOptions>> wanted(List<RemoteOptions> remotes) {
    var wanted = new HashMap<String, Set<LaneOptions>>();
    for (var remote : remotes) {
      if (!remote.lanes().isEmpty()) {
        wanted.computeIfAbsent(remote.account(), _ -> new LinkedHashSet<>()).addAll(remote.lanes());
      }
    }
    return wanted;
  }

  /// Lanes that are not wanted any more take nothing, send what they hold, and close.
  private void end(JetStream.Inside inside, Map<String, Set<LaneOptions>> wanted, Runnable ended) {
    var ending = new ArrayList<Lane>();
    var countdown = new Countdown(() -> drain(inside.shard(), ending, () -> close(wanted, ended)));
    groups.forEach((account, group) -> {
      for (var lane : group.lanes()) {
        if (!isWanted(wanted, account, lane.options().name())) {
          ending.add(lane);
          LaneStore.takeNothing(inside, account, lane.options().name(), countdown.one());
        }
      }
    });
    countdown.begin();
  }

  private static boolean isWanted(
      Map<String, Set<LaneOptions>> wanted, String account, String lane) {
    return wanted.getOrDefault(account, Set.of()).stream().anyMatch(it -> it.name().equals(lane));
  }

  /// Waits until what lanes were given before is stored, and has gone where that takes not long.
  private void drain(Shard shard, List<Lane> lanes, Runnable drained) {
    if (lanes.isEmpty()) {
      drained.run();
      return;
    }
    var until = shard.now() + DRAIN_NANOS;
    throughLoops.accept(() -> jetstream.fence(() -> drain(shard, lanes, until, drained)));
  }

  private static void drain(Shard shard, List<Lane> lanes, long until, Runnable drained) {
    if (shard.now() >= until || lanes.stream().noneMatch(Lane::drains)) {
      drained.run();
    } else {
      var _ = shard.schedule(shard.now() + LOOK_NANOS, () -> drain(shard, lanes, until, drained));
    }
  }

  private void close(Map<String, Set<LaneOptions>> wanted, Runnable closed) {
    groups
        .entrySet()
        .removeIf(entry -> {
          var lanes = wanted.getOrDefault(entry.getKey(), Set.of());
          entry.getValue().retain(lanes);
          return lanes.isEmpty();
        });
    closed.run();
  }

  private void open(JetStream.Inside inside, Map<String, Set<LaneOptions>> wanted, Runnable over) {
    var countdown = new Countdown(over);
    wanted.forEach((name, lanes) -> {
      var account = accounts.apply(name);
      if (account != null) {
        open(inside, account, lanes, countdown);
      }
    });
    some = !groups.isEmpty();
    look();
    countdown.begin();
  }

  private void open(
      JetStream.Inside inside, Account account, Set<LaneOptions> lanes, Countdown opening) {
    var outlet = inside.shard().outlet(account);
    var known = groups.get(account.name());
    var group =
        known == null ? new LaneGroup(inside.shard(), outlet, inside.assets()::newId) : known;
    groups.put(account.name(), group);
    for (var options : lanes) {
      if (!group.has(options)) {
        var store = new LaneStore(inside, account.name(), options, new LaneFeed(group::pump));
        var report = new LaneReport(options.name(), log);
        var id = inside.assets().newId();
        var lane = new Lane(group, inside.shard(), outlet, store, report, options, id, random);
        group.add(lane);
        lane.open(opening.one());
      }
    }
    links.getOrDefault(account.name(), List.of()).forEach(group::joined);
  }

  /// Streams of lanes that are configured no more.
  private void retire(
      JetStream.Inside inside, Map<String, Set<LaneOptions>> wanted, Runnable over) {
    var countdown = new Countdown(over);
    for (var account : inside.assets().accounts()) {
      for (var stream : List.copyOf(account.streams().values())) {
        var name = LaneStore.laneOf(stream.stream().config());
        if (name != null && !isWanted(wanted, account.name(), name)) {
          LaneStore.retire(
              inside,
              account.name(),
              name,
              text -> log.warn("Forward lane '" + name + "' " + text),
              countdown.one());
        }
      }
    }
    countdown.begin();
  }

  @Override
  public void joined(HubLink link) {
    jetstream.within(_ -> {
      if (!link.isUp()) {
        return; // told of late
      }
      var known = links.computeIfAbsent(link.account(), _ -> new ArrayList<>());
      if (!known.contains(link)) {
        known.add(link);
      }
      var group = groups.get(link.account());
      if (group != null) {
        group.joined(link);
      }
    });
  }

  @Override
  public void lost(HubLink link) {
    jetstream.within(_ -> {
      links.getOrDefault(link.account(), new ArrayList<>()).remove(link);
      var group = groups.get(link.account());
      if (group != null) {
        group.lost(link);
      }
    });
  }

  @Override
  public void settled(HubLink link, String source, long tag) {
    if (source.startsWith(LaneIds.SOURCE)) {
      jetstream.within(_ -> {
        var group = groups.get(link.account());
        if (group != null) {
          group.settled(source, tag);
        }
      });
    }
  }

  /// How all lanes stand, by account and name. Waits for the shard.
  public List<LaneStatus> statuses() {
    if (!some) {
      return List.of();
    }
    var all = new CompletableFuture<List<LaneStatus>>();
    jetstream.within(_ -> all.complete(look()));
    var answer = await(all);
    return answer == null ? latest : answer;
  }

  /// How they stood when somebody last asked. Waits for nothing.
  public List<LaneStatus> latest() {
    if (some) {
      jetstream.within(_ -> look());
    }
    return latest;
  }

  private List<LaneStatus> look() {
    var list = new ArrayList<LaneStatus>();
    groups.forEach(
        (account, group) -> group.lanes().forEach(lane -> list.add(lane.status(account))));
    list.sort(Lanes::compare);
    latest = List.copyOf(list);
    return latest;
  }

  private static int compare(LaneStatus one, LaneStatus other) {
    var byAccount = one.account().compareTo(other.account());
    return byAccount != 0 ? byAccount : one.name().compareTo(other.name());
  }

  private static <T> @Nullable T await(CompletableFuture<T> future) {
    try {
      return future.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}

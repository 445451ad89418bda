package io.frond.lane;

import io.frond.account.Account;
import io.frond.jetstream.JetStream;
import io.frond.leafnode.HubLink;
import io.frond.leafnode.HubWatch;
import io.frond.logging.Log;
import io.frond.options.LaneOptions;
import io.frond.options.RemoteOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All lanes of a leaf. Any thread; what it does happens on the shard's.
public final class Lanes implements HubWatch {
  /// How long monitoring waits for an answer.
  private static final long ASK_MILLIS = 5_000;

  private final JetStream jetstream;
  private final Function<String, @Nullable Account> accounts;
  private final Log log;
  private final RandomGenerator random;

  private volatile List<LaneStatus> latest = List.of();
  private volatile boolean some;

  // on the shard's thread, by the account's name
  private final Map<String, LaneGroup> groups = new HashMap<>();
  private final Map<String, List<HubLink>> links = new HashMap<>();

  /// @param accounts finds an account by name
  public Lanes(
      JetStream jetstream,
      Function<String, @Nullable Account> accounts,
      Log log,
      RandomGenerator random) {
    this.jetstream = jetstream;
    this.accounts = accounts;
    this.log = log;
    this.random = random;
  }

  /// Opens the lanes of these remotes, closes those of others, and returns when the streams that
  /// take what is published are there.
  public void configure(List<RemoteOptions> remotes) {
    var done = new CompletableFuture<Boolean>();
    jetstream.within(inside -> {
      var opening = new AtomicInteger(1);
      Runnable opened =
          () -> {
            if (opening.decrementAndGet() == 0) {
              done.complete(true);
            }
          };
      var wanted = wanted(remotes);
      close(wanted);
      wanted.forEach((name, lanes) -> {
        var account = accounts.apply(name);
        if (account != null) {
          open(inside, account, lanes, opening, opened);
        }
      });
      some = !groups.isEmpty();
      look();
      retire(inside);
      opened.run();
    });
    await(done);
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

  private void close(Map<String, Set<LaneOptions>> wanted) {
    groups
        .entrySet()
        .removeIf(entry -> {
          var lanes = wanted.getOrDefault(entry.getKey(), Set.of());
          entry.getValue().retain(lanes);
          return lanes.isEmpty();
        });
  }

  /// @param opening counts the lanes that are not open yet
  private void open(
      JetStream.Inside inside,
      Account account,
      Set<LaneOptions> lanes,
      AtomicInteger opening,
      Runnable opened) {
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
        opening.incrementAndGet();
        group.add(lane);
        lane.open(opened);
      }
    }
    links.getOrDefault(account.name(), List.of()).forEach(group::joined);
  }

  /// Streams of lanes that are configured no more.
  private void retire(JetStream.Inside inside) {
    var wanted = new HashSet<String>();
    groups.forEach((account, group) ->
        group.lanes().forEach(lane -> wanted.add(account + ' ' + lane.options().name())));
    for (var account : inside.assets().accounts()) {
      for (var stream : List.copyOf(account.streams().values())) {
        var name = LaneStore.laneOf(stream.stream().config());
        if (name != null && !wanted.contains(account.name() + ' ' + name)) {
          LaneStore.retire(
              inside,
              account.name(),
              name,
              text -> log.warn("Forward lane '" + name + "' " + text));
        }
      }
    }
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

package io.frond.lane;

import io.frond.account.Account;
import io.frond.jetstream.JetStream;
import io.frond.leafnode.HubLink;
import io.frond.leafnode.HubWatch;
import io.frond.logging.Log;
import io.frond.options.RemoteOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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

  // on the shard's thread
  private final Map<RemoteOptions, LaneGroup> groups = new HashMap<>();

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
      close(remotes);
      for (var remote : remotes) {
        if (!remote.lanes().isEmpty() && !groups.containsKey(remote)) {
          var account = accounts.apply(remote.account());
          if (account != null) {
            opening.addAndGet(remote.lanes().size());
            groups.put(remote, open(inside, remote, account, opened));
          }
        }
      }
      some = !groups.isEmpty();
      look();
      retire(inside);
      opened.run();
    });
    await(done);
  }

  private void close(List<RemoteOptions> kept) {
    for (var remote : List.copyOf(groups.keySet())) {
      var group = kept.contains(remote) ? null : groups.remove(remote);
      if (group != null) {
        group.close();
      }
    }
  }

  private LaneGroup open(
      JetStream.Inside inside, RemoteOptions remote, Account account, Runnable opened) {
    var outlet = inside.shard().outlet(account);
    var group = new LaneGroup(inside.shard(), outlet, inside.assets()::newId);
    for (var options : remote.lanes()) {
      var store = new LaneStore(inside, account.name(), options, new LaneFeed(group::pump));
      var lane =
          new Lane(
              group,
              inside.shard(),
              outlet,
              store,
              new LaneReport(options.name(), log),
              options,
              inside.assets().newId(),
              random);
      group.add(lane);
      lane.open(opened);
    }
    return group;
  }

  /// Streams of lanes that are configured no more.
  private void retire(JetStream.Inside inside) {
    var wanted = new HashSet<String>();
    groups
        .keySet()
        .forEach(remote ->
            remote.lanes().forEach(lane -> wanted.add(remote.account() + ' ' + lane.name())));
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
  public void joined(RemoteOptions remote, HubLink link) {
    on(remote, group -> group.joined(link));
  }

  @Override
  public void lost(RemoteOptions remote, HubLink link) {
    on(remote, group -> group.lost(link));
  }

  private void on(RemoteOptions remote, Consumer<LaneGroup> what) {
    if (!remote.lanes().isEmpty()) {
      jetstream.within(_ -> {
        var group = groups.get(remote);
        if (group != null) {
          what.accept(group);
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
        (remote, group) -> group.lanes().forEach(lane -> list.add(lane.status(remote.account()))));
    list.sort(Comparator.comparing(LaneStatus::account).thenComparing(LaneStatus::name));
    latest = List.copyOf(list);
    return latest;
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

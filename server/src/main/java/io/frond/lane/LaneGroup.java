package io.frond.lane;

import io.frond.leafnode.HubLink;
import io.frond.options.LaneOptions;
import io.frond.shard.AccountOutlet;
import io.frond.shard.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The lanes of one account. Each goes over one of the links that are up and lead to its hub; those
/// that share a link go by their priorities. The shard's thread.
final class LaneGroup implements LaneSiblings {
  /// A link, and what is known of the streams at its other end.
  private static final class Way {
    final List<LaneOptions> lanes;

    /// Null where nobody can be asked.
    final @Nullable HubStreams streams;

    /// Priority of a lane that has much to send.
    int busy;

    Way(List<LaneOptions> lanes, @Nullable HubStreams streams) {
      this.lanes = lanes;
      this.streams = streams;
    }

    void close() {
      if (streams != null) {
        streams.close();
      }
    }
  }

  private final Shard shard;
  private final AccountOutlet outlet;
  private final Supplier<String> ids;
  private final List<Lane> lanes = new ArrayList<>();
  private final Map<HubLink, Way> ways = new LinkedHashMap<>();
  private final Map<String, Map<String, List<String>>> heard = new HashMap<>();
  private boolean due;

  /// @param ids gives ids that nobody else has
  LaneGroup(Shard shard, AccountOutlet outlet, Supplier<String> ids) {
    this.shard = shard;
    this.outlet = outlet;
    this.ids = ids;
  }

  List<Lane> lanes() {
    return lanes;
  }

  boolean has(LaneOptions options) {
    return lanes.stream().anyMatch(lane -> lane.options().equals(options));
  }

  void add(Lane lane) {
    lanes.add(lane);
    lanes.sort(Comparator.comparingInt(Lane::priority).reversed());
  }

  /// Closes all other lanes.
  void retain(Set<LaneOptions> these) {
    for (var lane : List.copyOf(lanes)) {
      if (!these.contains(lane.options())) {
        lanes.remove(lane);
        lane.close();
      }
    }
    if (lanes.isEmpty()) {
      ways.values().forEach(Way::close);
      ways.clear();
    }
  }

  /// A link is up, or is now a way of other lanes than before.
  void joined(HubLink hub) {
    var its = hub.lanes();
    var known = ways.get(hub);
    if (known == null || !known.lanes.equals(its)) {
      if (known != null) {
        known.close();
      }
      ways.put(hub, new Way(its, streams(hub, its)));
    }
    assign();
  }

  private @Nullable HubStreams streams(HubLink hub, List<LaneOptions> its) {
    if (!hub.isFrond() || its.isEmpty()) {
      return null;
    }
    var subjects = its.stream().flatMap(lane -> lane.subjects().stream()).toList();
    var known = heard.computeIfAbsent(hub.hub(), _ -> new HashMap<>());
    var asked = new HubStreams(shard, outlet, hub, subjects, known, ids.get(), this::pump);
    asked.ask();
    return asked;
  }

  /// A link ended.
  void lost(HubLink hub) {
    var way = ways.remove(hub);
    if (way != null) {
      way.close();
      assign();
    }
  }

  /// The hub has taken all of a lane's up to a tag.
  void settled(String source, long tag) {
    for (var lane : lanes) {
      if (lane.ids().source().equals(source)) {
        lane.settled(new LaneRuns.Tag(tag));
      }
    }
  }

  /// Gives each lane a link. One whose link is still its way keeps it.
  private void assign() {
    for (var lane : lanes) {
      var now = lane.link();
      if (now != null && leads(now, lane)) {
        continue;
      }
      if (now != null) {
        lane.lost();
      }
      ways.keySet().stream()
          .filter(link -> leads(link, lane))
          .findFirst()
          .ifPresentOrElse(lane::joined, () -> lane.lost());
    }
  }

  private boolean leads(HubLink link, Lane lane) {
    var way = ways.get(link);
    return way != null && way.lanes.contains(lane.options());
  }

  @Override
  public @Nullable HubStreams streams(HubLink link) {
    var way = ways.get(link);
    return way == null ? null : way.streams;
  }

  @Override
  public String away() {
    return ways.isEmpty()
        ? "no link to the hub"
        : "none of its remotes was ever joined to the hub that the account is joined to";
  }

  @Override
  public void pump() {
    if (!due) {
      due = true;
      shard.afterBatch(() -> {
        due = false;
        pumpAll();
      });
    }
  }

  /// A lane that only waits for what it has on its way keeps those of lower priorities waiting.
  private void pumpAll() {
    ways.values().forEach(way -> way.busy = Integer.MIN_VALUE);
    for (var lane : lanes) {
      var link = lane.link();
      var way = link == null ? null : ways.get(link);
      if (way != null && lane.priority() < way.busy) {
        lane.yieldTurn();
      } else if (lane.pump() && way != null) {
        way.busy = lane.priority();
      }
    }
  }
}

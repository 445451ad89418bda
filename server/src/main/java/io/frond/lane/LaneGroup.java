package io.frond.lane;

import io.frond.leafnode.HubLink;
import io.frond.shard.AccountOutlet;
import io.frond.shard.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The lanes of one remote: they share its link, and those of higher priorities go first. The
/// shard's thread.
final class LaneGroup implements Lane.Group {
  private final Shard shard;
  private final AccountOutlet outlet;
  private final Supplier<String> ids;
  private final List<Lane> lanes = new ArrayList<>();
  private @Nullable HubLink link;
  private @Nullable HubStreams streams;
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

  void add(Lane lane) {
    lanes.add(lane);
    lanes.sort(Comparator.comparingInt(Lane::priority).reversed());
  }

  void joined(HubLink hub) {
    lost();
    link = hub;
    if (hub.isFrond()) {
      var subjects = lanes.stream().flatMap(lane -> lane.options().subjects().stream()).toList();
      var asked = new HubStreams(shard, outlet, hub, subjects, ids.get(), this::pump);
      streams = asked;
      asked.ask();
    }
    lanes.forEach(lane -> lane.joined(hub));
  }

  /// The link ended.
  ///
  /// @param hub that one; another one may be up already
  void lost(HubLink hub) {
    if (link == hub) {
      lost();
    }
  }

  private void lost() {
    if (streams != null) {
      streams.close();
      streams = null;
    }
    if (link != null) {
      link = null;
      lanes.forEach(Lane::lost);
    }
  }

  void close() {
    lost();
    lanes.forEach(Lane::close);
  }

  @Override
  public @Nullable HubStreams streams() {
    return streams;
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
    var busy = Integer.MIN_VALUE;
    for (var lane : lanes) {
      if (lane.priority() < busy) {
        lane.yieldTurn();
      } else if (lane.pump()) {
        busy = lane.priority();
      }
    }
  }
}

package io.frond.server;

import io.frond.lane.LaneService;
import io.frond.lane.LaneStatus;
import io.frond.lane.Lanes;
import io.frond.leafnode.HubLink;
import io.frond.leafnode.HubWatch;
import io.frond.sync.SyncSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ties forward lanes to the server: those of its remotes, and what it does for lanes of leaves
/// below. Start, reload and close come from one thread; the rest from any.
final class LaneWiring implements HubWatch, AutoCloseable {
  private final Core core;
  private final JetStreamWiring jetstream;
  private volatile @Nullable Lanes lanes;
  private final LaneService service = new LaneService();

  LaneWiring(Core core, JetStreamWiring jetstream) {
    this.core = core;
    this.jetstream = jetstream;
  }

  /// Opens the lanes, before anyone can publish: what comes first must find them.
  void start() {
    var running = jetstream.jetStream();
    if (running != null) {
      lanes =
          new Lanes(
              running, core.accounts()::get, core.log(), core.random(), core.linkLoops()::through);
      reload();
    }
  }

  /// Opens lanes that are new and closes those that are gone.
  void reload() {
    var all = lanes;
    if (all != null) {
      all.configure(core.options().leaf().remotes());
    }
  }

  /// What it does for leaves below.
  LaneService service() {
    return service;
  }

  /// How its lanes stand.
  List<LaneStatus> statuses() {
    var all = lanes;
    return all == null ? List.of() : all.statuses();
  }

  /// As everything that catches up by itself gives them.
  List<SyncSample> samples() {
    var all = lanes;
    return all == null ? List.of() : all.latest().stream().map(LaneStatus::sample).toList();
  }

  @Override
  public void joined(HubLink link) {
    var all = lanes;
    if (all != null) {
      all.joined(link);
    }
  }

  @Override
  public void lost(HubLink link) {
    var all = lanes;
    if (all != null) {
      all.lost(link);
    }
  }

  @Override
  public void settled(HubLink link, String source, long tag) {
    var all = lanes;
    if (all != null) {
      all.settled(link, source, tag);
    }
  }

  @Override
  public void close() {
    lanes = null;
  }
}

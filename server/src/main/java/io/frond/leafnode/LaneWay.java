package io.frond.leafnode;

import io.frond.options.LaneOptions;
import io.frond.options.RemoteOptions;
import java.util.List;

/// One link to a hub as the way of lanes. Any thread; the monitor orders changes.
final class LaneWay {
  private final LaneWays all;
  private final RemoteOptions remote;
  private final String hub;
  private volatile List<LaneOptions> lanes;
  private volatile LaneSubjects withheld;

  LaneWay(LaneWays all, RemoteOptions remote, String hub) {
    this.all = all;
    this.remote = remote;
    this.hub = hub;
    lanes = all.over(remote, hub);
    withheld = all.withheld(remote, hub);
  }

  /// More may be known now of which remotes lead to the hub, and other lanes be configured.
  synchronized void renew() {
    lanes = all.over(remote, hub);
    withhold();
  }

  /// Other lanes may take messages.
  synchronized void withhold() {
    withheld = all.withheld(remote, hub);
  }

  String hub() {
    return hub;
  }

  /// The lanes that go over the link.
  List<LaneOptions> lanes() {
    return lanes;
  }

  /// What does not go over it by interest when a lane has it.
  LaneSubjects withheld() {
    return withheld;
  }
}

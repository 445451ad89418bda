package io.frond.leafnode;

import io.frond.options.LaneOptions;
import io.frond.options.RemoteOptions;
import io.frond.session.SessionRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Which hub each remote with lanes leads to, as far as was found out, and so which lanes go over a
/// link: those of every remote that leads to its hub. Of remotes that lead to one hub only one is
/// joined at a time, so which of them declares a lane must not matter.
///
/// A remote that never reached its hub could lead to any: its lanes go over no other remote's link,
/// and what they hold does not go there by interest either. What was found out is stored with the
/// sessions.
///
/// Any thread; the monitor guards `hubs` and `former`.
final class LaneWays {
  private static final String KEY = "remote ";

  private final LeafHost host;
  private final Map<String, String> hubs = new HashMap<>();
  private List<RemoteOptions> former = List.of();

  LaneWays(LeafHost host) {
    this.host = host;
  }

  private static String key(RemoteOptions remote) {
    return KEY + HubSessions.party(remote) + remote.urls().getFirst().hostPort();
  }

  /// A remote leads to this hub.
  ///
  /// @return whether that is news
  synchronized boolean met(RemoteOptions remote, String hub) {
    return !remote.lanes().isEmpty() && !hub.equals(hubs.put(key(remote), hub));
  }

  /// The lanes that go over a remote's link to a hub.
  synchronized List<LaneOptions> over(RemoteOptions by, String hub) {
    var lanes = new LinkedHashSet<LaneOptions>();
    for (var remote : host.options().remotes()) {
      var leads = HubSessions.alike(remote, by) && hub.equals(hubs.get(key(remote)));
      if (leads || remote.equals(by)) {
        lanes.addAll(remote.lanes());
      }
    }
    return List.copyOf(lanes);
  }

  /// The subjects that do not go to a hub by interest.
  ///
  /// @param by a remote that leads there
  synchronized LaneSubjects withheld(RemoteOptions by, String hub) {
    var lanes = new LinkedHashSet<LaneOptions>();
    var remotes = new ArrayList<>(host.options().remotes());
    remotes.addAll(former);
    for (var remote : remotes) {
      if (HubSessions.alike(remote, by) && hub.equals(hubs.getOrDefault(key(remote), hub))) {
        lanes.addAll(remote.lanes());
      }
    }
    return LaneSubjects.of(List.copyOf(lanes));
  }

  /// Remotes whose lanes may still take messages, though they are configured no more.
  synchronized void former(List<RemoteOptions> remotes) {
    former = remotes;
  }

  // ---- what outlives the process ----

  static boolean isWay(SessionRecord record) {
    return record.session().startsWith(KEY);
  }

  synchronized void restore(SessionRecord record) {
    hubs.put(record.session(), record.name());
  }

  synchronized List<SessionRecord> records() {
    var all = new ArrayList<SessionRecord>();
    for (var remote : host.options().remotes()) {
      var hub = hubs.get(key(remote));
      if (hub != null) {
        all.add(new SessionRecord(remote.account(), key(remote), hub, null, 0, true, 0, List.of()));
      }
    }
    return all;
  }
}

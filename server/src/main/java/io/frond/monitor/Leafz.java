package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.lane.LaneStatus;
import io.frond.leafnode.RemoteStatus;
import io.frond.monitor.Query.Subs;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;

/// `/leafz`: the leaf links, those that joined us and those that we dialled, and the forward lanes.
final class Leafz {
  private final MonitorSource source;

  Leafz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var subs = query.flag("subs");
    var account = query.textOrNull("acc");
    var leaves =
        source.leaves(subs).stream()
            .filter(leaf -> account == null || account.equals(leaf.account()))
            .sorted(Comparator.comparingLong(LeafInfo::id))
            .toList();
    to.put("server_id", source.facts().id()).put("now", Instant.now().toString());
    to.put("leafnodes", leaves.size()).beginArray("leafs");
    for (var leaf : leaves) {
      write(to, leaf, subs ? Subs.NAMES : Subs.NONE);
    }
    to.endArray();
    if (account == null) {
      remotes(to);
      to.beginArray("sync");
      for (var status : source.sync()) {
        SyncText.write(to.begin(), status);
        to.end();
      }
      to.endArray();
    }
  }

  private void remotes(JsonWriter to) {
    to.beginArray("remotes");
    for (var remote : source.remotes()) {
      to.begin().put("account", remote.account());
      to.put("urls", remote.urls().stream().map(url -> url.hostPort().toString()).toList());
      var url = remote.url();
      to.putIf("url", url == null ? null : url.hostPort().toString());
      to.put("state", remote.state().name().toLowerCase(Locale.ROOT))
          .put("reason", remote.reason());
      to.put("since", remote.since().toString());
      to.put("failures", remote.failures()).put("joins", remote.joins());
      lanes(to, remote);
      to.end();
    }
    to.endArray();
  }

  /// Those that the remote names.
  private void lanes(JsonWriter to, RemoteStatus remote) {
    if (!remote.lanes().isEmpty()) {
      to.beginArray("lanes");
      for (var lane : source.lanes()) {
        if (lane.account().equals(remote.account()) && remote.lanes().contains(lane.name())) {
          write(to, lane);
        }
      }
      to.endArray();
    }
  }

  private static void write(JsonWriter to, LaneStatus lane) {
    to.begin().put("name", lane.name()).put("account", lane.account());
    to.putIf("hub", lane.hub()).put("stream", lane.stream());
    to.put("state", lane.state().name().toLowerCase(Locale.ROOT)).putIf("reason", lane.reason());
    to.put("priority", lane.priority());
    to.put("messages", lane.messages()).put("bytes", lane.bytes());
    to.put("in_flight", lane.inFlight()).put("oldest", GoText.roundTrip(lane.oldestNanos()));
    to.put("bytes_per_second", lane.bytesPerSecond());
    to.put("last_seq", lane.stored()).put("sent_seq", lane.sent());
    to.put("acknowledged_seq", lane.acknowledged());
    if (lane.exchangedMillis() > 0) {
      to.put("last_exchange", Instant.ofEpochMilli(lane.exchangedMillis()).toString());
    }
    to.put("forwarded", lane.forwarded()).put("duplicates", lane.duplicates());
    to.put("dead_letters", lane.dead()).put("retries", lane.retries());
    to.put("discarded", lane.discarded()).putIf("restored", lane.restored()).end();
  }

  private static void write(JsonWriter to, LeafInfo leaf, Subs subs) {
    var stats = leaf.stats();
    to.begin().put("id", leaf.id()).put("name", leaf.name()).put("is_spoke", leaf.spoke());
    to.putIf("is_isolated", leaf.isolated()).put("account", leaf.account());
    to.put("ip", leaf.host()).put("port", leaf.port());
    to.put("rtt", GoText.roundTrip(stats.rttNanos()));
    to.put("in_msgs", stats.inMessages()).put("out_msgs", stats.outMessages());
    to.put("in_bytes", stats.inBytes()).put("out_bytes", stats.outBytes());
    to.put("subscriptions", leaf.subscriptions());
    SubscriptionLists.write(to, subs, leaf.list(), leaf.id());
    to.putIf("compression", leaf.compression()).end();
  }
}

package io.frond.monitor;

import io.frond.auth.ConnectionType;
import io.frond.client.Client;
import io.frond.json.JsonWriter;
import io.frond.monitor.Query.Subs;
import io.frond.options.AccountOptions;
import io.frond.subject.Subjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `/connz`: the connections, sorted and in pages.
final class Connz {
  static final int LIMIT = 1024;

  /// Which connections are asked for.
  enum State {
    OPEN,
    CLOSED,
    ANY
  }

  private record Asked(
      ConnectionOrder order,
      boolean auth,
      Subs subs,
      int offset,
      int limit,
      long cid,
      State state,
      @Nullable String user,
      @Nullable String account,
      @Nullable String mqttClient,
      @Nullable String subject) {

    static Asked of(Query query) throws BadRequestException {
      var auth = query.flag("auth");
      var subs = query.subs();
      var offset = Math.max(0, query.number("offset"));
      var limit = query.number("limit");
      var cid = query.unsigned("cid");
      var state = state(query.text("state"));
      var order = ConnectionOrder.of(query.text("sort"), state);
      var account = query.textOrNull("acc");
      var subject = query.textOrNull("filter_subject");
      if (subject != null && subject.equals(">")) {
        subject = null;
      }
      if (subject != null && account == null) {
        throw new BadRequestException("filter by subject only valid with account filtering");
      }
      return new Asked(
          order,
          auth,
          subs,
          offset,
          cid != 0 ? 1 : limit <= 0 ? LIMIT : limit,
          cid,
          state,
          query.textOrNull("user"),
          account,
          query.textOrNull("mqtt_client"),
          subject);
    }

    private static State state(String text) throws BadRequestException {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "", "open" -> State.OPEN;
        case "closed" -> State.CLOSED;
        case "any", "all" -> State.ANY;
        default -> throw new BadRequestException("Error decoding state for " + text);
      };
    }
  }

  private final MonitorSource source;

  Connz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var asked = Asked.of(query);
    var now = Instant.now();
    var all = candidates(asked);
    var total = all.size();
    var chosen = new ArrayList<>(all.stream().filter(it -> chosen(it, asked)).toList());
    if (asked.cid() != 0 && chosen.size() > 1) {
      chosen.subList(1, chosen.size()).clear(); // open goes before closed
    }
    if (asked.subject() != null) {
      keepInterested(chosen, asked.subject());
    }
    asked.order().sort(chosen, now.toEpochMilli());
    var from = Math.min(asked.offset(), chosen.size());
    var page = chosen.subList(from, from + Math.min(asked.limit(), chosen.size() - from));
    to.put("server_id", source.facts().id()).put("now", now.toString());
    to.put("num_connections", page.size()).put("total", total);
    to.put("offset", asked.offset()).put("limit", asked.limit());
    to.beginArray("connections");
    var subscriptions =
        asked.subs() == Subs.NONE ? Map.<Long, List<SubscriptionInfo>>of() : subscriptions(page);
    for (var connection : page) {
      write(
          to,
          connection,
          asked,
          now.toEpochMilli(),
          subscriptions.getOrDefault(connection.id(), List.of()));
    }
    to.endArray();
  }

  private List<Connection> candidates(Asked asked) {
    var all = new ArrayList<Connection>();
    if (asked.state() != State.CLOSED) {
      for (var client : source.clients()) {
        all.add(Connection.of(client));
      }
      all.addAll(source.leafConnections(asked.subs() != Subs.NONE || asked.subject() != null));
    }
    if (asked.state() != State.OPEN) {
      all.addAll(source.closed());
    }
    if (asked.account() != null) {
      all.removeIf(it -> !asked.account().equals(it.account()));
    }
    return all;
  }

  private static boolean chosen(Connection connection, Asked asked) {
    if (asked.cid() != 0) {
      return connection.id() == asked.cid();
    }
    return (asked.user() == null || asked.user().equals(connection.user()))
        && asked.mqttClient() == null; // nobody speaks MQTT here
  }

  private void keepInterested(List<Connection> connections, String subject) {
    var subscriptions = subscriptions(connections);
    connections.removeIf(it ->
        it.stoppedMillis() == 0
            && subscriptions.getOrDefault(it.id(), List.of()).stream()
                .noneMatch(subscription -> Subjects.collide(subject, subscription.subject())));
  }

  private static Map<Long, List<SubscriptionInfo>> subscriptions(List<Connection> connections) {
    var clients = new ArrayList<Client>();
    for (var connection : connections) {
      var client = connection.client();
      if (client != null && connection.subscriptions() > 0) {
        clients.add(client);
      }
    }
    var found = LoopTasks.ask(clients, SubscriptionInfo::of);
    for (var connection : connections) {
      if (connection.client() == null) {
        found.put(connection.id(), connection.remembered());
      }
    }
    return found;
  }

  private static void write(
      JsonWriter to,
      Connection connection,
      Asked asked,
      long nowMillis,
      List<SubscriptionInfo> subscriptions) {
    var stats = connection.stats();
    to.begin().put("cid", connection.id()).put("kind", connection.kind().toString());
    to.putIf("type", type(connection.type()));
    to.put("ip", connection.host()).put("port", connection.port());
    to.put("start", GoText.time(stats.startMillis()));
    to.put("last_activity", GoText.time(stats.lastActivityMillis()));
    if (connection.stoppedMillis() != 0) {
      to.put("stop", GoText.time(connection.stoppedMillis()));
      to.putIf("reason", connection.reason());
    }
    to.put("rtt", GoText.roundTrip(stats.rttNanos()));
    to.put("uptime", GoText.uptime(connection.upMillis(nowMillis)));
    var until = connection.stoppedMillis() == 0 ? nowMillis : connection.stoppedMillis();
    to.put("idle", GoText.uptime(until - stats.lastActivityMillis()));
    to.put("pending_bytes", stats.pendingBytes());
    to.put("in_msgs", stats.inMessages()).put("out_msgs", stats.outMessages());
    to.put("in_bytes", stats.inBytes()).put("out_bytes", stats.outBytes());
    to.put("subscriptions", connection.subscriptions());
    to.putIf("name", connection.name()).putIf("lang", connection.lang());
    to.putIf("version", connection.version());
    to.putIf("tls_version", connection.tlsVersion());
    to.putIf("tls_cipher_suite", connection.tlsCipher());
    if (asked.auth() && connection.client() != null && connection.tlsVersion() != null) {
      PeerCertificates.write(to, connection.client().link().channel());
    }
    to.putIf("tls_first", connection.tlsFirst());
    if (asked.auth()) {
      to.putIf("authorized_user", connection.user());
      var account = Objects.requireNonNullElse(connection.account(), "");
      to.putIf("account", account.equals(AccountOptions.GLOBAL) ? null : account);
    }
    SubscriptionLists.write(to, asked.subs(), subscriptions, connection.id());
    if (asked.auth()) {
      to.putIf("name_tag", connection.account());
    }
    to.end();
  }

  private static @Nullable String type(@Nullable ConnectionType type) {
    if (type == null) {
      return null;
    }
    return switch (type) {
      case STANDARD -> "nats";
      case WEBSOCKET -> "websocket";
      default -> null;
    };
  }
}

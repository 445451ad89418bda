package io.frond.api;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which subject asks for what. On the shard's thread.
final class Operations {
  private static final Consumer<JsonWriter> PAGED =
      to -> to.put("total", 0).put("offset", 0).put("limit", 0);

  private final DirectApi direct;
  private final ConsumerDelivery delivery;

  /// By the tokens behind `$JS.API` that name the operation, and the number of all tokens.
  private final Map<String, Operation> byName = new HashMap<>();

  private final Operation create;

  Operations(Api api) {
    direct = new DirectApi(api.assets());
    delivery = new ConsumerDelivery(api.assets());
    var streams = new StreamApi(api);
    streams(streams, new StreamLists(api), new MessageApi(), new SnapshotApi(api, streams));
    var consumers = new ConsumerApi(api);
    consumers(consumers, new ConsumerLists(api));
    create = admitting("consumer_create_response", consumers::create);
    account(new AccountApi(api));
  }

  private void put(String name, int tokens, Operation operation) {
    byName.put(name + ' ' + tokens, operation);
  }

  private void streams(
      StreamApi streams, StreamLists lists, MessageApi messages, SnapshotApi snapshots) {
    put("STREAM.CREATE", 5, new Operation("stream_create_response", streams::create));
    put("STREAM.UPDATE", 5, new Operation("stream_update_response", streams::update));
    put("STREAM.DELETE", 5, new Operation("stream_delete_response", streams::delete));
    put(
        "STREAM.INFO",
        5,
        new Operation("stream_info_response", streams::info, PAGED).whenSettled());
    put(
        "STREAM.NAMES",
        4,
        new Operation(
            "stream_names_response", lists::names, PAGED.andThen(to -> to.putNull("streams"))));
    put(
        "STREAM.LIST",
        4,
        new Operation(
                "stream_list_response",
                lists::list,
                PAGED.andThen(to -> to.beginArray("streams").endArray()))
            .whenSettled());
    put(
        "STREAM.PURGE",
        5,
        new Operation("stream_purge_response", messages::purge, to -> to.put("purged", 0)));
    put("STREAM.MSG.GET", 6, new Operation("stream_msg_get_response", messages::get));
    put("STREAM.MSG.DELETE", 6, new Operation("stream_msg_delete_response", messages::delete));
    put("STREAM.SNAPSHOT", 5, new Operation("stream_snapshot_response", snapshots::snapshot));
    put(
        "STREAM.RESTORE",
        5,
        new Operation(
            "stream_restore_response", snapshots::restore, to -> to.put("deliver_subject", "")));
    put("STREAM.PEER.REMOVE", 6, clustered("stream_remove_peer_response"));
    put("STREAM.LEADER.STEPDOWN", 6, clustered("stream_leader_stepdown_response"));
  }

  private void consumers(ConsumerApi consumers, ConsumerLists lists) {
    put(
        "CONSUMER.NAMES",
        5,
        new Operation(
            "consumer_names_response",
            lists::names,
            PAGED.andThen(to -> to.beginArray("consumers").endArray())));
    put(
        "CONSUMER.LIST",
        5,
        new Operation(
                "consumer_list_response",
                lists::list,
                PAGED.andThen(to -> to.beginArray("consumers").endArray()))
            .whenSettled());
    put("CONSUMER.INFO", 6, admitting("consumer_info_response", consumers::info).whenSettled());
    put("CONSUMER.DELETE", 6, new Operation("consumer_delete_response", consumers::delete));
    put(
        "CONSUMER.PAUSE",
        6,
        new Operation(
            "consumer_pause_response",
            consumers::pause,
            to -> to.put("paused", false).put("pause_until", JsonTime.ZERO),
            Operation.Kind.ADMITTING));
    put("CONSUMER.UNPIN", 6, admitting("consumer_unpin_response", consumers::unpin));
    put(
        "CONSUMER.RESET",
        6,
        new Operation(
            "consumer_reset_response",
            consumers::reset,
            to -> to.put("reset_seq", 0),
            Operation.Kind.OF_CONSUMER));
    put("CONSUMER.LEADER.STEPDOWN", 7, clustered("consumer_leader_stepdown_response"));
  }

  private void account(AccountApi account) {
    put("INFO", 3, new Operation("account_info_response", account::info).whenSettled());
  }

  /// What only a cluster of servers that replicate can do.
  private static Operation clustered(String type) {
    return admitting(type, AccountApi::needsCluster);
  }

  private static Operation admitting(String type, Operation.Handler handler) {
    return new Operation(type, handler, to -> {}, Operation.Kind.ADMITTING);
  }

  /// Whether a request that named the server's domain asks for something: that prefix does not
  /// stand for everything, in nats-server, and what it does not stand for finds nobody.
  static boolean isInDomain(Call call) {
    return switch (call.token(2)) {
      case "INFO" -> call.tokenCount() == 3;
      case "STREAM", "CONSUMER", "DIRECT", "META", "SERVER", "ACCOUNT" -> call.tokenCount() > 3;
      default -> false;
    };
  }

  /// Answers requests that are not part of the JSON API: getting messages directly, and the next
  /// messages of a consumer. What only the leader of a cluster answers is left without an answer.
  ///
  /// @return false when it is another request
  boolean direct(Call call) {
    if (call.token(2).equals("DIRECT") && call.token(3).equals("GET")) {
      direct.get(call);
      return true;
    }
    if (call.token(2).equals("CONSUMER")
        && call.token(3).equals("MSG")
        && call.token(4).equals("NEXT")) {
      delivery.next(call);
      return true;
    }
    return call.token(2).equals("META")
        || call.token(2).equals("SERVER")
        || call.token(2).equals("ACCOUNT");
  }

  /// Null when the subject stands for nothing.
  @Nullable Operation find(Call call) {
    for (var i = 0; i < call.tokenCount(); i++) {
      if (call.token(i).isEmpty()) {
        return null;
      }
    }
    if (call.token(2).equals("CONSUMER")) {
      if ((call.token(3).equals("CREATE") && call.tokenCount() >= 5)
          || (call.token(3).equals("DURABLE")
              && call.token(4).equals("CREATE")
              && call.tokenCount() == 7)) {
        return create;
      }
    }
    var tokens = " " + call.tokenCount();
    var name = call.token(2);
    for (var i = 3; i <= 5; i++) {
      var found = byName.get(name + tokens);
      if (found != null) {
        return found;
      }
      name += '.' + call.token(i);
    }
    return null;
  }
}

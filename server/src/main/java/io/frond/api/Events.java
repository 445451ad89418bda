package io.frond.api;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Publishes advisories (`$JS.EVENT.ADVISORY.>`) into accounts. A document is built only when
/// somebody listens. On the shard's thread.
public final class Events {
  private static final String PREFIX = "$JS.EVENT.ADVISORY.";
  private static final String TYPE_PREFIX = "io.nats.jetstream.advisory.v1.";

  private final Assets assets;

  Events(Assets assets) {
    this.assets = assets;
  }

  /// What happened to a stream or a consumer.
  public enum Action {
    CREATE("create", "CREATED"),
    MODIFY("modify", "UPDATED"),
    DELETE("delete", "DELETED");

    private final String wire;
    private final String token;

    Action(String wire, String token) {
      this.wire = wire;
      this.token = token;
    }
  }

  /// Publishes one advisory.
  ///
  /// @param subject behind `$JS.EVENT.ADVISORY.`
  /// @param type behind its prefix
  /// @param fields writes what it has besides type, id, time and domain
  public void publish(Outlet to, String subject, String type, Consumer<JsonWriter> fields) {
    var where = (PREFIX + subject).getBytes(StandardCharsets.UTF_8);
    if (!to.hasInterest(where)) {
      return;
    }
    var document =
        JsonWriter.compact()
            .begin()
            .put("type", TYPE_PREFIX + type)
            .put("id", assets.newId())
            .put("timestamp", JsonTime.of(assets.shard().now()));
    fields.accept(document);
    document.putIf("domain", assets.server().domain()).end();
    to.publish(where, MessageHeaders.NONE, 0, document.bytes());
  }

  public void stream(Outlet to, String stream, Action action) {
    publish(
        to,
        "STREAM." + action.token + '.' + stream,
        "stream_action",
        json -> json.put("stream", stream).put("action", action.wire));
  }

  /// Consumers have no advisory for changes.
  public void consumer(Outlet to, String stream, String consumer, Action action) {
    publish(
        to,
        "CONSUMER." + action.token + '.' + stream + '.' + consumer,
        "consumer_action",
        json -> json.put("stream", stream).put("consumer", consumer).put("action", action.wire));
  }

  /// What was asked of the API, and its answer.
  void audit(Call call, byte[] answer) {
    publish(
        call.outlet(),
        "API",
        "api_audit",
        json -> {
          json.put("server", assets.server().name());
          client(json, call.requester());
          json.put("subject", call.subject())
              .putIf("request", call.text())
              .put("response", new String(answer, StandardCharsets.UTF_8));
        });
  }

  /// Writes the field `client`.
  static void client(JsonWriter to, @Nullable Requester requester) {
    to.begin("client");
    if (requester != null) {
      requester.write(to);
    }
    to.end();
  }
}

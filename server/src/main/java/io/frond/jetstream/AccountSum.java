package io.frond.jetstream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/// What an account has on all servers of a cluster, from what each of them answers to
/// `$JS.API.INFO`. Pure functions.
final class AccountSum {
  private static final List<String> NUMBERS =
      List.of("memory", "storage", "reserved_memory", "reserved_storage", "streams", "consumers");
  private static final List<String> LIMITS =
      List.of(
          "max_memory",
          "max_storage",
          "max_streams",
          "max_consumers",
          "max_ack_pending",
          "memory_max_stream_bytes",
          "storage_max_stream_bytes");

  private AccountSum() {}

  /// The sum as an answer; the first answer when all are errors, and nothing when there are none.
  static byte[] of(List<byte[]> answers) {
    var usable = new ArrayList<JsonObject>();
    for (var answer : answers) {
      try {
        var said = JsonObject.parse(answer);
        if (said.object("error") == null) {
          usable.add(said);
        }
      } catch (JsonException e) {
        // a server of another version: it is left out
      }
    }
    if (usable.isEmpty()) {
      return answers.isEmpty() ? new byte[0] : answers.getFirst();
    }
    var first = usable.getFirst();
    var to =
        JsonWriter.compact().begin().put("type", "io.nats.jetstream.api.v1.account_info_response");
    for (var name : NUMBERS) {
      to.put(name, usable.stream().mapToLong(one -> one.number(name, 0)).sum());
    }
    var limits = first.object("limits");
    if (limits != null) {
      to.begin("limits");
      for (var name : LIMITS) {
        to.put(name, limits.number(name, 0));
      }
      to.put("max_bytes_required", limits.flag("max_bytes_required", false)).end();
    }
    to.putIf("domain", first.text("domain", ""));
    to.begin("api").put("level", inApi(first, "level"));
    for (var name : List.of("total", "errors")) {
      to.put(name, usable.stream().mapToLong(one -> inApi(one, name)).sum());
    }
    return to.end().end().bytes();
  }

  private static long inApi(JsonObject of, String name) {
    var api = of.object("api");
    return api == null ? 0 : api.number(name, 0);
  }
}

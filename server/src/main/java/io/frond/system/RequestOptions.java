package io.frond.system;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A request's JSON: for which servers it is, and the parameters of the document, which have other
/// names here than in HTTP requests. Immutable.
final class RequestOptions {
  /// JSON's names, and HTTP's, where they differ.
  private static final Map<String, String> NAMES =
      Map.of(
          "account", "acc",
          "consumer", "consumers",
          "direct_consumer", "direct-consumers",
          "leader_only", "leader-only",
          "stream_leader_only", "stream-leader-only",
          "include_unused", "unused");

  private static final List<String> STATES = List.of("open", "closed", "any");

  private final JsonObject asked;

  private RequestOptions(JsonObject asked) {
    this.asked = asked;
  }

  /// @param body empty for no wishes
  /// @throws JsonException when it is no JSON object
  static RequestOptions parse(byte[] body) throws JsonException {
    return new RequestOptions(body.length == 0 ? JsonObject.EMPTY : JsonObject.parse(body));
  }

  /// Whether this server is to answer.
  ///
  /// @param cluster empty for none
  /// @param domain empty for none
  boolean concerns(String name, String host, String cluster, List<String> tags, String domain) {
    var exact = asked.flag("exact_match", false);
    var wanted = asked.text("domain", "");
    return matches(asked.text("server_name", ""), name, exact)
        && matches(asked.text("host", ""), host, exact)
        && matches(asked.text("cluster", ""), cluster, exact)
        && asked.texts("tags").stream()
            .allMatch(tag -> tags.stream().anyMatch(tag::equalsIgnoreCase))
        && (wanted.isEmpty() || wanted.equals(domain));
  }

  private static boolean matches(String wanted, String is, boolean exact) {
    return wanted.isEmpty() || (exact ? is.equals(wanted) : is.contains(wanted));
  }

  long number(String name) {
    return asked.number(name, 0);
  }

  /// The parameters as HTTP's.
  ///
  /// @param document what is asked for
  Map<String, String> parameters(String document) {
    var parameters = new HashMap<String, String>();
    for (var name : asked.names()) {
      var text = text(name);
      var isHealth = document.equals("/healthz");
      if (!text.isEmpty()) {
        parameters.put(isHealth ? name : NAMES.getOrDefault(name, name), text);
      }
    }
    if (document.equals("/connz") && asked.number("state", 0) > 0) {
      parameters.put("state", STATES.get((int) Math.min(2, asked.number("state", 0))));
    }
    if (asked.flag("subscriptions_detail", false)) {
      parameters.put("subs", "detail");
    } else if (asked.flag("subscriptions", false)) {
      parameters.put("subs", "1");
    }
    if (document.equals("/accstatz") && !asked.texts("accounts").isEmpty()) {
      parameters.put("acc", asked.texts("accounts").getFirst());
    }
    return parameters;
  }

  private String text(String name) {
    var text = asked.text(name, "");
    if (!text.isEmpty()) {
      return text;
    }
    var number = asked.number(name, 0);
    return number != 0 ? Long.toString(number) : asked.flag(name, false) ? "1" : "";
  }
}

package io.frond.system;

import io.frond.client.Client;
import io.frond.json.JsonWriter;
import io.frond.options.PermissionOptions.SubjectRule;
import org.jspecify.annotations.Nullable;

/// What a user is told of himself: `$SYS.REQ.USER.INFO`. Stateless.
final class UserRequest {
  private UserRequest() {}

  /// Writes nats-server's `UserInfo` into the object that is open.
  static void write(JsonWriter to, Client client) {
    var account = client.account();
    var user = client.user();
    to.put("user", user == null ? "" : user);
    to.put("account", account == null ? "" : account.name());
    to.putIf("account_name", account == null ? null : account.name());
    var permissions = client.permissions();
    if (permissions == null) {
      return;
    }
    var options = permissions.options();
    to.begin("permissions");
    rule(to, "publish", options.publish());
    rule(to, "subscribe", options.subscribe());
    var responses = options.responses();
    if (responses != null) {
      to.begin("responses").put("max", responses.maxMessages());
      to.put("ttl", responses.expires().toNanos()).end();
    }
    to.end();
  }

  private static void rule(JsonWriter to, String name, @Nullable SubjectRule rule) {
    to.begin(name);
    if (rule != null) {
      to.putIf("allow", rule.allow()).putIf("deny", rule.deny());
    }
    to.end();
  }
}

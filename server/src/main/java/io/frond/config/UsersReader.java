package io.frond.config;

import io.frond.conf.Position;
import io.frond.nkey.Nkey;
import io.frond.options.PermissionOptions;
import io.frond.options.UserOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `users` arrays, and sees to it that no name or nkey comes twice in all of them.
final class UsersReader {
  private static final Set<String> CONNECTION_TYPES =
      Set.of("STANDARD", "WEBSOCKET", "LEAFNODE", "LEAFNODE_WS", "MQTT", "MQTT_WS", "IN_PROCESS");

  private final Map<String, Position> seen = new HashMap<>();

  /// @param defaults for users without permissions of their own
  List<UserOptions> read(Section parent, String account, @Nullable PermissionOptions defaults) {
    var users = new ArrayList<UserOptions>();
    for (var section : parent.sections("users", Level.USER)) {
      var user = user(section, account, defaults);
      if (user != null) {
        users.add(user);
      }
    }
    return users;
  }

  private @Nullable UserOptions user(
      Section section, String account, @Nullable PermissionOptions defaults) {
    var name = section.name("user");
    var password = section.text("password");
    var nkey = section.name("nkey");
    var permissions = PermissionsReader.read(section, "permissions");
    var types = connectionTypes(section);
    if (name == null && nkey == null) {
      section.problems().error("the user at " + section.at() + " needs \"user\" or \"nkey\"");
      return null;
    }
    if (nkey != null && (name != null || password != null)) {
      section.invalid("nkey", "a user with an nkey has neither a name nor a password");
      return null;
    }
    if (nkey != null && !Nkey.isPublicUserKey(nkey)) {
      section.invalid("nkey", "expected the public nkey of a user: U and 55 letters and digits");
      return null;
    }
    if (!isNew(section, nkey == null ? "user" : "nkey", nkey == null ? name : nkey)) {
      return null;
    }
    return new UserOptions(
        name, password, nkey, account, permissions == null ? defaults : permissions, types);
  }

  private boolean isNew(Section section, String key, @Nullable String id) {
    if (id == null) {
      return false;
    }
    var earlier = seen.putIfAbsent(id, section.at(key));
    if (earlier != null) {
      section.invalid(key, "duplicate user \"" + id + "\", the other one is at " + earlier);
    }
    return earlier == null;
  }

  /// `leafnodes { authorization { users } }`: each may name its account.
  List<UserOptions> readLeafUsers(Section parent, String defaultAccount) {
    var users = new ArrayList<UserOptions>();
    for (var section : parent.sections("users", Level.LEAF_USER)) {
      var name = section.name("user");
      var password = section.text("password");
      var account = section.name("account");
      if (name == null) {
        section.problems().error("the user at " + section.at() + " needs \"user\"");
      } else if (isNew(section, "user", name)) {
        users.add(
            new UserOptions(
                name, password, null, account == null ? defaultAccount : account, null, Set.of()));
      }
    }
    return users;
  }

  private static Set<String> connectionTypes(Section section) {
    var types = new HashSet<String>();
    for (var text : section.texts("allowed_connection_types")) {
      var type = text.text().toUpperCase(Locale.ROOT);
      if (CONNECTION_TYPES.contains(type)) {
        types.add(type);
      } else {
        section
            .problems()
            .invalid(
                "allowed_connection_types", text.at(), "unknown connection type " + text.text());
      }
    }
    return Set.copyOf(types);
  }
}

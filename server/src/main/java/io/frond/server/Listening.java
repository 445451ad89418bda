package io.frond.server;

import io.frond.options.HostPort;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the server listens, with the ports that were bound. Any thread; the object's monitor
/// guards the map.
final class Listening {
  /// What comes in at an address, with the names that nats-server's ports file has.
  enum Role {
    NATS("nats"),
    MONITORING("monitoring"),
    CLUSTER("cluster"),
    WEBSOCKET("websocket"),
    LEAF("leafnodes");

    private final String text;

    Role(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// @param scheme of a URL for it: `nats`, `tls`, `http`, `https`, `ws`, `wss`
  /// @param at the host as configured, with the bound port
  record Place(String scheme, HostPort at) {}

  private final Map<Role, Place> places = new EnumMap<>(Role.class);

  synchronized void put(Role role, String scheme, HostPort bound) {
    places.put(role, new Place(scheme, bound));
  }

  synchronized @Nullable Place get(Role role) {
    return places.get(role);
  }

  /// The bound port, 0 for none.
  int port(Role role) {
    var place = get(role);
    return place == null ? 0 : place.at().port();
  }

  synchronized Map<Role, Place> all() {
    return Collections.unmodifiableMap(new EnumMap<>(places));
  }
}

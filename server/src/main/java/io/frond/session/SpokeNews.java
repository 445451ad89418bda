package io.frond.session;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/// What servers of a cluster tell each other of a leaf's session (`SES`).
///
/// @param link number of the leaf's link: which of two connections is the newer one
/// @param name the leaf's name
/// @param cluster the leaf's cluster, null for none
/// @param fresh what was kept before is to be dropped
/// @param awayMillis for how long it has been away, 0 while it is connected
public record SpokeNews(
    String session,
    long link,
    State state,
    String name,
    @Nullable String cluster,
    boolean fresh,
    long awayMillis) {
  /// What happened.
  public enum State {
    /// It has just connected to the server that tells; its interest follows.
    ATTACHED("attached"),
    /// All its interest was told.
    SHOWN("shown"),
    /// It is no longer connected to the server that tells.
    AWAY("away"),
    /// It is not connected, but remembered; its interest follows.
    KEPT("kept");

    private final String word;

    State(String word) {
      this.word = word;
    }

    static @Nullable State of(String word) {
      for (var state : values()) {
        if (state.word.equals(word)) {
          return state;
        }
      }
      return null;
    }
  }

  SpokeNews anew() {
    return new SpokeNews(session, link, state, name, cluster, true, awayMillis);
  }

  /// As it goes over a route.
  public byte[] json() {
    var to = JsonWriter.compact().begin().put("session", session).put("link", link);
    to.put("state", state.word).put("name", name).putIf("cluster", cluster);
    return to.putIf("fresh", fresh).putIf("away", awayMillis).end().bytes();
  }

  /// What another server told.
  ///
  /// @throws JsonException when it is not what a server tells
  public static SpokeNews parse(byte[] json) throws JsonException {
    var from = new JsonFields(JsonObject.parse(json), "session");
    var state = State.of(from.text("state"));
    var session = from.text("session");
    if (state == null || session.isEmpty()) {
      throw new JsonException("no state of a session");
    }
    var cluster = from.text("cluster");
    return new SpokeNews(
        session,
        from.number("link"),
        state,
        from.text("name"),
        cluster.isEmpty() ? null : cluster,
        from.flag("fresh"),
        Math.max(0, from.number("away")));
  }
}

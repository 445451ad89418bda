package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;

/// The head of what [Stream#saveState] gives: what is needed to open the store before there is a
/// stream.
///
/// @param created nanoseconds since the epoch
public record StreamState(StreamConfig config, long created) {
  private static final long VERSION = 1;

  static StateWriter write(StreamConfig config, long created) {
    return new StateWriter().number(VERSION).bytes(config.json()).number(created);
  }

  /// @throws JsonException when it is of another version, or not a stream's state
  public static StreamState read(byte[] state) throws JsonException {
    var from = new StateReader(state);
    var version = from.number();
    if (version != VERSION) {
      throw new JsonException("a stream's state of version " + version);
    }
    return new StreamState(StreamConfig.parse(JsonObject.parse(from.bytes())), from.number());
  }

  /// Skips the head.
  static StateReader begin(byte[] state) {
    var from = new StateReader(state);
    from.number();
    from.bytes();
    from.number();
    return from;
  }
}

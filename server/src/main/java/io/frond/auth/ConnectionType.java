package io.frond.auth;

/// What a connection is, in the spelling of `allowed_connection_types`
/// ([io.frond.options.UserOptions#connectionTypes] holds these names).
public enum ConnectionType {
  STANDARD,
  WEBSOCKET,
  LEAFNODE,
  LEAFNODE_WS,
  MQTT,
  MQTT_WS,
  IN_PROCESS;

  public boolean isLeaf() {
    return this == LEAFNODE || this == LEAFNODE_WS;
  }

  public boolean isWebSocket() {
    return this == WEBSOCKET || this == LEAFNODE_WS || this == MQTT_WS;
  }
}

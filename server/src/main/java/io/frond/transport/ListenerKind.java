package io.frond.transport;

/// Which of the server's listeners a connection came in by.
public enum ListenerKind {
  CLIENT,
  LEAF,
  ROUTE,
  WEBSOCKET
}

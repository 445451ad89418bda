package io.frond.trace;

/// A connection by which a message comes or goes, as a trace names it.
///
/// @param id the connection's number
/// @param name what the client calls itself, or the other server's name
/// @param traces whether the other end, a server, traces messages, too
/// @param present whether it is connected; a leaf or a hub that is away gets the message later
public record TraceEnd(Kind kind, long id, String name, boolean traces, boolean present) {
  /// What is connected, with nats-server's number for it.
  public enum Kind {
    CLIENT(0),
    ROUTE(1),
    LEAF(4);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  public static TraceEnd client(long id, String name) {
    return new TraceEnd(Kind.CLIENT, id, name, true, true);
  }

  /// Whether it is another server.
  boolean isServer() {
    return kind != Kind.CLIENT;
  }
}

package io.frond.monitor;

import java.util.Comparator;
import java.util.List;

/// The orders of `/connz`, under the names that `sort` has for them. By connection, uptime and
/// reason the small go first, in all others the large.
enum ConnectionOrder {
  CID("cid"),
  START("start"),
  SUBS("subs"),
  PENDING("pending"),
  MSGS_TO("msgs_to"),
  MSGS_FROM("msgs_from"),
  BYTES_TO("bytes_to"),
  BYTES_FROM("bytes_from"),
  LAST("last"),
  IDLE("idle"),
  UPTIME("uptime"),
  STOP("stop"),
  REASON("reason"),
  RTT("rtt");

  private final String text;

  ConnectionOrder(String text) {
    this.text = text;
  }

  /// @throws BadRequestException for an unknown name, and for an order of closed connections when
  ///   others are asked for too
  static ConnectionOrder of(String name, Connz.State state) throws BadRequestException {
    if (name.isEmpty()) {
      return CID;
    }
    for (var order : values()) {
      if (order.text.equals(name)) {
        if ((order == STOP || order == REASON) && state != Connz.State.CLOSED) {
          throw new BadRequestException("sort by " + name + " only valid on closed connections");
        }
        return order;
      }
    }
    throw new BadRequestException("invalid sorting option: " + name);
  }

  void sort(List<Connection> connections, long nowMillis) {
    connections.sort(comparator(nowMillis).thenComparingLong(Connection::id));
  }

  private Comparator<Connection> comparator(long nowMillis) {
    return switch (this) {
      case CID, START -> Comparator.comparingLong(Connection::id);
      case SUBS -> large(Connection::subscriptions);
      case PENDING -> large(it -> it.stats().pendingBytes());
      case MSGS_TO -> large(it -> it.stats().outMessages());
      case MSGS_FROM -> large(it -> it.stats().inMessages());
      case BYTES_TO -> large(it -> it.stats().outBytes());
      case BYTES_FROM -> large(it -> it.stats().inBytes());
      case LAST -> large(it -> it.stats().lastActivityMillis());
      case IDLE -> Comparator.comparingLong(it -> it.stats().lastActivityMillis());
      case UPTIME -> Comparator.comparingLong(it -> it.upMillis(nowMillis));
      case STOP -> large(Connection::stoppedMillis);
      case REASON -> Comparator.comparing(it -> String.valueOf(it.reason()));
      case RTT -> large(it -> it.stats().rttNanos());
    };
  }

  private static Comparator<Connection> large(
      java.util.function.ToLongFunction<Connection> measure) {
    return Comparator.comparingLong(measure).reversed();
  }
}

package io.frond.server;

import io.frond.client.Client;
import io.frond.link.CloseReason;
import io.frond.monitor.Connection;
import io.frond.monitor.MonitorSource.Traffic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The server's client connections: those that are open, a memory of the latest that closed, and
/// what all that ever closed came to. Any thread; the monitor of `closed` guards that memory and
/// the sums.
public final class Connections {
  private final ConcurrentHashMap<Long, Client> open = new ConcurrentHashMap<>();
  private final AtomicLong total = new AtomicLong();
  private final ArrayDeque<Connection> closed = new ArrayDeque<>();
  private final EnumMap<CloseReason, Long> reasons = new EnumMap<>(CloseReason.class);
  private final Map<String, Long> slow = new HashMap<>();
  private Traffic past = new Traffic(0, 0, 0, 0);

  void add(Client client) {
    open.put(client.link().id(), client);
    total.incrementAndGet();
  }

  /// It turned out to be no client.
  void forget(Client client) {
    if (open.remove(client.link().id()) != null) {
      total.decrementAndGet();
    }
  }

  void remove(Client client, Connection memory, CloseReason reason, int remembered) {
    open.remove(client.link().id());
    synchronized (closed) {
      past = plus(past, memory);
      reasons.merge(reason, 1L, Long::sum);
      if (reason.slow()) {
        slow.merge(account(memory.account()), 1L, Long::sum);
      }
      closed.addLast(memory);
      while (closed.size() > remembered) {
        closed.removeFirst();
      }
    }
  }

  private static String account(@Nullable String name) {
    return name == null ? "" : name;
  }

  private static Traffic plus(Traffic sum, Connection connection) {
    var stats = connection.stats();
    return new Traffic(
        sum.inMessages() + stats.inMessages(),
        sum.inBytes() + stats.inBytes(),
        sum.outMessages() + stats.outMessages(),
        sum.outBytes() + stats.outBytes());
  }

  public int count() {
    return open.size();
  }

  /// Connections since the start.
  public long total() {
    return total.get();
  }

  public Collection<Client> open() {
    return open.values();
  }

  /// The latest that closed, oldest first.
  public List<Connection> closed() {
    synchronized (closed) {
      return new ArrayList<>(closed);
    }
  }

  /// What those that closed received and sent.
  Traffic past() {
    synchronized (closed) {
      return past;
    }
  }

  /// How many closed for which reason.
  Map<CloseReason, Long> reasons() {
    synchronized (closed) {
      return new EnumMap<>(reasons);
    }
  }

  /// How many of each account were too slow.
  Map<String, Long> slowByAccount() {
    synchronized (closed) {
      return new HashMap<>(slow);
    }
  }
}

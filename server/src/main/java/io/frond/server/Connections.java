package io.frond.server;

import io.frond.client.Client;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The server's client connections: those that are open, and a memory of the latest that closed.
/// Any thread; the monitor of `closed` guards that memory.
public final class Connections {
  private final ConcurrentHashMap<Long, Client> open = new ConcurrentHashMap<>();
  private final AtomicLong total = new AtomicLong();
  private final ArrayDeque<ClosedClient> closed = new ArrayDeque<>();

  void add(Client client) {
    open.put(client.link().id(), client);
    total.incrementAndGet();
  }

  void remove(Client client, ClosedClient memory, int remembered) {
    open.remove(client.link().id());
    synchronized (closed) {
      closed.addLast(memory);
      while (closed.size() > remembered) {
        closed.removeFirst();
      }
    }
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
  public List<ClosedClient> closed() {
    synchronized (closed) {
      return new ArrayList<>(closed);
    }
  }
}

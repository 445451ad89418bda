package io.frond.monitor;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The other servers that are heard in the system account, be it over routes or over leaf links:
/// each tells every ten seconds how it does. Tools that ask all servers wait for as many answers.
/// Any thread.
public final class ActiveServers {
  /// Who is not heard for as long is forgotten.
  private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(35);

  /// Others come and go with what they say of themselves, so that has a limit.
  private static final int MOST = 10_000;

  private final ConcurrentHashMap<String, Long> heard = new ConcurrentHashMap<>();

  /// @return whether it was not known
  public boolean heard(String id, long nowNanos) {
    return (heard.size() < MOST || heard.containsKey(id)) && heard.put(id, nowNanos) == null;
  }

  /// It said that it ends.
  public void gone(String id) {
    heard.remove(id);
  }

  /// How many others there are.
  ///
  /// @param routed ids of those that routes lead to
  public int count(Set<String> routed, long nowNanos) {
    heard.values().removeIf(then -> nowNanos - then > FORGET_NANOS);
    var all = new HashSet<>(routed);
    all.addAll(heard.keySet());
    return all.size();
  }
}

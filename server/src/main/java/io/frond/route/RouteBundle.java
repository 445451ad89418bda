package io.frond.route;

import io.frond.account.Afterwards;
import io.frond.account.Delivery;
import io.frond.session.Feed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The messages of one publishing thread for leaves that are connected to another server: a message
/// goes over the route once, however many of its leaves get it. A number stands for a source and a
/// set of sessions. Owner: the publishing thread.
final class RouteBundle implements Afterwards {
  /// So many sets have numbers at a time; the one that was made first gives its number up.
  static final int SETS_MAX = 512;

  private static final byte[][] NO_QUEUES = {};

  /// The sessions of a set, by the ordinals of their carriers.
  private record Key(long high, int[] sessions) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && high == key.high && Arrays.equals(sessions, key.sessions);
    }

    @Override
    public int hashCode() {
      return 31 * Long.hashCode(high) + Arrays.hashCode(sessions);
    }
  }

  private final RouteAccount account;
  private final AtomicInteger numbers;
  private final Map<Key, Integer> sets = new LinkedHashMap<>();
  private final @Nullable RouteCarrier[] single = new RouteCarrier[1];

  // the message that is being delivered, and who gets it
  private @Nullable RouteCarrier[] members = new RouteCarrier[4];
  private int count;
  private long sequence;
  private String source = "";

  private @Nullable Key latest;
  private int latestNumber;

  /// @param numbers the route's, from which new ones are taken
  RouteBundle(RouteAccount account, AtomicInteger numbers) {
    this.account = account;
    this.numbers = numbers;
  }

  /// A message goes to one session more. A live one without queue groups waits until all sessions
  /// are known.
  void add(
      RouteCarrier session,
      Feed feed,
      Delivery message,
      byte[][] queues,
      int queueCount,
      long ofSequence) {
    source = feed.outlet().log().id();
    if (queueCount > 0 || feed.outlet().isPumping(message)) {
      single[0] = session;
      send(message, single, 1, ofSequence, queues, queueCount);
      return;
    }
    if (count == 0) {
      message.afterwards(this);
    }
    if (count == members.length) {
      members = Arrays.copyOf(members, 2 * count);
    }
    members[count++] = session;
    sequence = ofSequence;
  }

  @Override
  public void delivered(Delivery message) {
    send(message, members, count, sequence, NO_QUEUES, 0);
    Arrays.fill(members, 0, count, null);
    count = 0;
  }

  private void send(
      Delivery message,
      @Nullable RouteCarrier[] to,
      int size,
      long ofSequence,
      byte[][] queues,
      int queueCount) {
    var number = number(to, size, ofSequence >>> 32);
    account.sendTagged(message, number, ofSequence, queues, queueCount);
  }

  private int number(@Nullable RouteCarrier[] to, int size, long high) {
    var last = latest;
    if (last != null && last.high == high && isSame(last.sessions, to, size)) {
      return latestNumber;
    }
    var ordinals = new int[size];
    for (var i = 0; i < size; i++) {
      ordinals[i] = ordinal(to[i]);
    }
    var key = new Key(high, ordinals);
    var known = sets.get(key);
    var number = known == null ? begin(key, to) : known;
    latest = key;
    latestNumber = number;
    return number;
  }

  private static int ordinal(@Nullable RouteCarrier to) {
    return to == null ? -1 : to.ordinal();
  }

  private static boolean isSame(int[] ordinals, @Nullable RouteCarrier[] to, int size) {
    if (ordinals.length != size) {
      return false;
    }
    for (var i = 0; i < size; i++) {
      if (ordinals[i] != ordinal(to[i])) {
        return false;
      }
    }
    return true;
  }

  /// Tells what a number means from now on.
  private int begin(Key key, @Nullable RouteCarrier[] to) {
    int number;
    if (sets.size() < SETS_MAX) {
      number = numbers.getAndIncrement();
    } else {
      Iterator<Integer> oldest = sets.values().iterator();
      number = oldest.next();
      oldest.remove();
    }
    sets.put(key, number);
    var line = new StringBuilder("SRC ").append(number).append(' ').append(source).append(' ');
    line.append(key.high);
    for (var i = 0; i < key.sessions.length; i++) {
      var member = to[i];
      if (member != null) {
        line.append(i == 0 ? ' ' : ',').append(member.token());
      }
    }
    var bytes = line.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    account.route().link().send(bytes);
    return number;
  }
}

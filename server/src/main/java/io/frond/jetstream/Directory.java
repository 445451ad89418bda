package io.frond.jetstream;

import io.frond.subject.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which streams the other servers of the cluster have, as they told. On the shard's thread.
final class Directory {
  /// What is known of a stream.
  ///
  /// @param mirrors the stream of the same account that it mirrors, empty for none
  record Told(List<String> subjects, String mirrors) {}

  /// What one server has: accounts and their streams.
  static final class Peer {
    private final Map<String, Map<String, Told>> accounts = new HashMap<>();
    private long version;
    private long heard;

    long version() {
      return version;
    }

    void version(long now) {
      version = now;
    }

    /// When it was last heard of, nanoseconds since the epoch.
    long heard() {
      return heard;
    }

    void clear() {
      accounts.clear();
    }

    void put(String account, String stream, Told told) {
      accounts.computeIfAbsent(account, name -> new TreeMap<>()).put(stream, told);
    }

    void remove(String account, String stream) {
      streams(account).remove(stream);
    }

    Map<String, Told> streams(String account) {
      return accounts.getOrDefault(account, new TreeMap<>());
    }
  }

  /// A server that is silent for longer is not waited for, in nanoseconds.
  static final long SILENCE_NANOS = 12_000_000_000L;

  private final Map<String, Peer> peers = new TreeMap<>();

  /// The server, newly known when need be, as just heard of.
  Peer heard(String server, long now) {
    var peer = peers.computeIfAbsent(server, id -> new Peer());
    peer.heard = now;
    return peer;
  }

  /// A server said that it ends: its streams are away, and it is not waited for.
  void left(String server) {
    var peer = peers.get(server);
    if (peer != null && peer.accounts.values().stream().allMatch(Map::isEmpty)) {
      peers.remove(server);
    } else if (peer != null) {
      peer.heard = 0;
    }
  }

  /// A server told that it has a stream. A stream is on one server, so whoever had it before has it
  /// no more: that one was started anew, under another id.
  void moved(Peer to, String account, String stream) {
    for (var peer : peers.values()) {
      if (peer != to) {
        peer.remove(account, stream);
      }
    }
  }

  /// The version of what the server said, 0 when it said nothing yet.
  long version(String server) {
    var peer = peers.get(server);
    return peer == null ? 0 : peer.version;
  }

  /// Servers that were heard of lately.
  List<String> alive(long now) {
    return peers.entrySet().stream()
        .filter(entry -> now - entry.getValue().heard <= SILENCE_NANOS)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// The server that has the stream; null when none has.
  @Nullable String holder(String account, String stream) {
    for (var entry : peers.entrySet()) {
      if (entry.getValue().streams(account).containsKey(stream)) {
        return entry.getKey();
      }
    }
    return null;
  }

  /// The names of all streams of the account on other servers, of those that take a subject that
  /// overlaps with `filter` when it is not empty.
  SortedSet<String> names(String account, String filter) {
    var names = new TreeSet<String>();
    for (var peer : peers.values()) {
      for (var stream : peer.streams(account).entrySet()) {
        if (filter.isEmpty()
            || stream.getValue().subjects.stream().anyMatch(it -> Subjects.collide(it, filter))) {
          names.add(stream.getKey());
        }
      }
    }
    return names;
  }

  /// The names of the streams on other servers that mirror a stream.
  List<String> mirrors(String account, String stream) {
    var names = new ArrayList<String>();
    for (var peer : peers.values()) {
      peer.streams(account)
          .forEach((name, told) -> {
            if (told.mirrors.equals(stream)) {
              names.add(name);
            }
          });
    }
    return names;
  }

  /// Whether a stream on another server has a subject in common with these.
  boolean overlaps(String account, List<String> subjects) {
    for (var peer : peers.values()) {
      for (var theirs : peer.streams(account).values()) {
        for (var one : theirs.subjects) {
          if (subjects.stream().anyMatch(subject -> Subjects.collide(one, subject))) {
            return true;
          }
        }
      }
    }
    return false;
  }
}

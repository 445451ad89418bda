package io.frond.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far the stream has stored what leaf links bring, by the tags that each message comes with. A
/// server that was killed before it told the far end what it had taken gets those messages again:
/// what is in the stream already is not taken a second time. While a server runs, `session.Seen`
/// knows that by itself.
///
/// The shard's thread.
final class TakenTags {
  /// So many sources are remembered, the last ones that sent something.
  static final int SOURCES_MAX = 4096;

  private static final byte[] NONE = {};

  private static final class Taken {
    final byte[] name;
    long sequence;

    Taken(byte[] name, long sequence) {
      this.name = name;
      this.sequence = sequence;
    }
  }

  /// By source, the longest quiet one first.
  private final LinkedHashMap<String, Taken> taken = new LinkedHashMap<>(4, 0.75f, true);

  private @Nullable Taken latest;

  /// What was stored when the server started.
  private Map<String, Long> before = Map.of();

  /// An entry of a message with a tag is applied.
  void apply(ByteBuffer bytes, int nameAt, int nameLength, long sequence) {
    var to = latest;
    if (to == null || !isNamed(to, bytes, nameAt, nameLength)) {
      var name = new byte[nameLength];
      bytes.get(nameAt, name);
      to = find(name);
      latest = to;
    }
    to.sequence = Math.max(to.sequence, sequence);
  }

  private static boolean isNamed(Taken it, ByteBuffer bytes, int at, int length) {
    var start = bytes.arrayOffset() + at;
    return length == it.name.length
        && Arrays.equals(it.name, 0, length, bytes.array(), start, start + length);
  }

  private Taken find(byte[] name) {
    var key = new String(name, StandardCharsets.ISO_8859_1);
    var known = taken.get(key);
    if (known != null) {
      return known;
    }
    if (taken.size() >= SOURCES_MAX) {
      taken.pollFirstEntry();
    }
    var fresh = new Taken(name, 0);
    taken.put(key, fresh);
    return fresh;
  }

  /// Replay is over: what is stored now may come again.
  void start() {
    if (!taken.isEmpty()) {
      var now = new java.util.HashMap<String, Long>();
      taken.forEach((source, it) -> now.put(source, it.sequence));
      before = Map.copyOf(now);
    }
  }

  /// Whether the stream had this message already when the server started.
  boolean had(String source, long sequence) {
    var upTo = before.get(source);
    return upTo != null && sequence <= upTo;
  }

  /// The name of a source as an entry has it.
  static byte[] name(@Nullable String source) {
    return source == null ? NONE : source.getBytes(StandardCharsets.ISO_8859_1);
  }

  void save(StateWriter to) {
    to.number(taken.size());
    taken.values().forEach(it -> to.bytes(it.name).number(it.sequence));
  }

  void restore(StateReader from) {
    if (!from.more()) {
      return; // a checkpoint from before there were any
    }
    for (var left = from.number(); left > 0; left--) {
      var to = find(from.bytes());
      to.sequence = Math.max(to.sequence, from.number());
    }
  }
}

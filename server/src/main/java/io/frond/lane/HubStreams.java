package io.frond.lane;

import io.frond.api.OwnStreams;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.leafnode.HubLink;
import io.frond.leafnode.LaneDoor;
import io.frond.shard.AccountOutlet;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which subjects streams at the hub take: asked of a Frond, which knows of its whole cluster. The
/// shard's thread.
final class HubStreams {
  private static final long SECOND = 1_000_000_000L;
  private static final long ANSWER_NANOS = 3 * SECOND;
  private static final long FRESH_NANOS = 5 * SECOND;
  private static final byte[] REQUEST =
      (LaneDoor.PREFIX + "STREAMS").getBytes(StandardCharsets.UTF_8);

  /// Streams of one answer; more answers follow.
  private static final int PAGES_MAX = 64;

  private final Shard shard;
  private final AccountOutlet outlet;
  private final HubLink link;
  private final List<String> subjects;
  private final Runnable changed;
  private final String inbox;
  private final Outlet.Listening listening;
  private final Map<String, List<String>> remembered;
  private Map<String, List<String>> found = new HashMap<>();
  private Map<String, List<String>> there = Map.of();
  private boolean partial;
  private long unheard;
  private long got;
  private boolean known;
  private boolean asking;
  private long askedAt;
  private int round;
  private int asked;
  private int pages;
  private Shard.@Nullable Timer timer;

  /// @param subjects of the lanes
  /// @param remembered what was heard of the hub's streams, from whichever of its servers
  /// @param changed runs when the answer is there
  HubStreams(
      Shard shard,
      AccountOutlet outlet,
      HubLink link,
      List<String> subjects,
      Map<String, List<String>> remembered,
      String id,
      Runnable changed) {
    this.shard = shard;
    this.outlet = outlet;
    this.link = link;
    this.subjects = subjects;
    this.remembered = remembered;
    this.changed = changed;
    inbox = "_INBOX." + id;
    listening =
        outlet.subscribe(
            inbox + ".*",
            (subject, reply, headerLength, body) ->
                answered(
                    new String(subject, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(body, headerLength, body.length)));
  }

  void close() {
    listening.close();
    if (timer != null) {
      timer.cancel();
    }
  }

  /// Whether it has been told.
  boolean isKnown() {
    return known;
  }

  /// Whether a stream that is out of reach may be the one that takes messages of this subject: the
  /// hub knows of more than it can tell of, or one that there was is missing. A server of the hub's
  /// that was started a moment ago does not know what others had.
  boolean mayBeAway(byte[] subject) {
    if (partial) {
      return true;
    }
    var text = new String(subject, StandardCharsets.UTF_8);
    return remembered.entrySet().stream()
        .filter(stream -> !there.containsKey(stream.getKey()))
        .anyMatch(stream -> takes(stream.getValue(), text));
  }

  private static boolean takes(List<String> patterns, String subject) {
    return patterns.stream().anyMatch(pattern -> Subjects.matches(subject, pattern));
  }

  /// Whether a stream takes messages of this subject.
  boolean take(byte[] subject) {
    var text = new String(subject, StandardCharsets.UTF_8);
    for (var patterns : there.values()) {
      if (takes(patterns, text)) {
        return true;
      }
    }
    return false;
  }

  /// Asks again when what is known is some seconds old.
  void refresh() {
    if (!asking && shard.now() - askedAt >= FRESH_NANOS) {
      ask();
    }
  }

  /// Asks.
  void ask() {
    if (asking) {
      return;
    }
    asking = true;
    askedAt = shard.now();
    round++;
    asked = 0;
    pages = 0;
    got = 0;
    unheard = 0;
    found = new HashMap<>();
    timer =
        shard.schedule(
            askedAt + ANSWER_NANOS,
            () -> {
              asking = false;
              ask();
            });
    request(0);
  }

  private void request(long offset) {
    var json =
        JsonWriter.compact()
            .begin()
            .put("subject", subjects.get(asked))
            .put("offset", offset)
            .end()
            .bytes();
    var reply = (inbox + "." + round).getBytes(StandardCharsets.UTF_8);
    outlet.send(link::ask, REQUEST, reply, 0, json);
  }

  private void answered(String subject, byte[] body) {
    if (!asking || !subject.equals(inbox + "." + round)) {
      return;
    }
    try {
      var answer = JsonObject.parse(body);
      var streams = answer.objects("streams");
      streams.forEach(this::add);
      got += streams.size();
      var limit = Math.max(streams.size(), answer.number("limit", 0));
      var next = answer.number("offset", 0) + limit;
      var total = answer.number("total", 0);
      if (limit > 0 && next < total && ++pages < PAGES_MAX) {
        request(next);
        return;
      }
      unheard += Math.max(0, total - got);
      got = 0;
    } catch (JsonException e) {
      return; // asked again when time is up
    }
    if (++asked < subjects.size()) {
      request(0);
      return;
    }
    asking = false;
    if (timer != null) {
      timer.cancel();
    }
    if (unheard == 0 && !link.isClustered()) {
      remembered.clear(); // there are no others
    } else if (unheard == 0) {
      there.keySet().forEach(remembered::remove); // what it told of and does not any more is gone
    }
    remembered.putAll(found);
    there = found;
    partial = unheard > 0;
    known = true;
    changed.run();
  }

  private void add(JsonObject stream) {
    var config = stream.object("config");
    if (config == null) {
      return;
    }
    var metadata = config.object("metadata");
    if (metadata == null || !metadata.has(OwnStreams.LANE)) {
      found.put(config.text("name", ""), config.texts("subjects"));
    }
  }
}

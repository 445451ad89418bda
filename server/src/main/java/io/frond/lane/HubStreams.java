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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  private Set<String> found = new HashSet<>();
  private List<String> taken = List.of();
  private boolean known;
  private boolean asking;
  private long askedAt;
  private int round;
  private int asked;
  private int pages;
  private Shard.@Nullable Timer timer;

  /// @param subjects of the lanes
  /// @param changed runs when the answer is there
  HubStreams(
      Shard shard,
      AccountOutlet outlet,
      HubLink link,
      List<String> subjects,
      String id,
      Runnable changed) {
    this.shard = shard;
    this.outlet = outlet;
    this.link = link;
    this.subjects = subjects;
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

  /// Whether a stream takes messages of this subject.
  boolean take(byte[] subject) {
    var text = new String(subject, StandardCharsets.UTF_8);
    for (var pattern : taken) {
      if (Subjects.matches(text, pattern)) {
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
    found = new HashSet<>();
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
      var next = answer.number("offset", 0) + streams.size();
      if (!streams.isEmpty() && next < answer.number("total", 0) && ++pages < PAGES_MAX) {
        request(next);
        return;
      }
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
    taken = new ArrayList<>(found);
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
      found.addAll(config.texts("subjects"));
    }
  }
}

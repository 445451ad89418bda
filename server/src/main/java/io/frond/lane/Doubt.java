package io.frond.lane;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.leafnode.HubLink;
import io.frond.leafnode.LaneDoor;
import io.frond.shard.AccountOutlet;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which messages a stream may have though it has not said so: those that were on their way when
/// the link was cut, or the leaf ended. A stream forgets ids after its duplicate window, so the
/// lane looks for the message there. Nothing is concluded that could lose one: in doubt it is sent
/// again. The shard's thread.
final class Doubt {
  private static final long ANSWER_NANOS = 10_000_000_000L;
  private static final long FIRST_STEP_BACK = 512;

  /// Messages of a stream that are looked at for one of the lane's.
  private static final int STEPS_MAX = 1024;

  /// Subjects that are looked into; a lane that has more on its way takes the rest for new.
  private static final int SUBJECTS_MAX = 10_000;

  /// Hears when all is known of one subject.
  interface Handler {
    /// @param asked the message that was asked for
    /// @param stored the lane's numbers of messages that the stream has
    void told(long asked, Set<Long> stored);
  }

  private final Shard shard;
  private final AccountOutlet outlet;
  private final Handler handler;
  private final String inbox;
  private final Outlet.Listening listening;
  private @Nullable HubLink link;
  private String api = "";
  private String about = "";
  private long last;
  private long back;
  private boolean walking;
  private int steps;
  private final Set<String> resolved = new HashSet<>();
  private final Set<Long> seen = new HashSet<>();
  private long upTo;
  private long asked;
  private @Nullable LaneIds ids;
  private Shard.@Nullable Timer timer;

  /// @param id for an inbox, that nobody else has
  Doubt(Shard shard, AccountOutlet outlet, String id, Handler handler) {
    this.shard = shard;
    this.outlet = outlet;
    this.handler = handler;
    inbox = "_INBOX." + id + ".doubt.";
    listening =
        outlet.subscribe(
            inbox + "*",
            (subject, _, headerLength, body) ->
                answered(
                    new String(subject, StandardCharsets.UTF_8).substring(inbox.length()),
                    Arrays.copyOfRange(body, headerLength, body.length)));
  }

  void close() {
    over();
    listening.close();
  }

  /// Messages up to this one may be there.
  void mind(long sequence) {
    upTo = Math.max(upTo, sequence);
    resolved.clear();
  }

  boolean covers(long sequence, byte[] subject) {
    return sequence <= upTo && !resolved.contains(new String(subject, StandardCharsets.UTF_8));
  }

  /// Whether anything is in doubt.
  boolean isThere() {
    return upTo > 0;
  }

  /// Nothing is in doubt any more.
  void over() {
    upTo = 0;
    resolved.clear();
    stopAsking();
  }

  void stopAsking() {
    asked = 0;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /// Whether an answer is waited for.
  boolean asks() {
    return asked > 0;
  }

  /// Asks whether a stream has a message.
  ///
  /// @param known the lane's ids
  void ask(HubLink hub, String stream, byte[] subject, long sequence, LaneIds known) {
    asked = sequence;
    ids = known;
    link = hub;
    api = api(hub, stream);
    about = new String(subject, StandardCharsets.UTF_8);
    last = 0;
    back = 0;
    walking = false;
    steps = 0;
    seen.clear();
    timer = shard.schedule(shard.now() + ANSWER_NANOS, this::tell);
    request(JsonWriter.compact().begin().put("last_by_subj", about));
  }

  private static String api(HubLink hub, String stream) {
    if (hub.isFrond()) {
      return LaneDoor.PREFIX + "GET." + stream;
    }
    var domain = hub.domain();
    return (domain == null ? "$JS.API" : "$JS." + domain + ".API") + ".STREAM.MSG.GET." + stream;
  }

  private void request(JsonWriter what) {
    var json = what.end().bytes();
    var to = api.getBytes(StandardCharsets.UTF_8);
    var reply = (inbox + asked + '-' + ++steps).getBytes(StandardCharsets.UTF_8);
    var by = link;
    var able =
        by != null
            && steps <= STEPS_MAX
            && (by.isFrond() || by.fit(to, json.length) == HubLink.Fit.YES);
    if (by == null || !able || outlet.send(by::ask, to, reply, 0, json) == Outlet.Taken.NOBODY) {
      var sequence = asked;
      shard.afterBatch(() -> {
        if (sequence == asked) {
          tell();
        }
      });
    }
  }

  private void from(long sequence) {
    request(
        JsonWriter.compact().begin().put("seq", Math.max(1, sequence)).put("next_by_subj", about));
  }

  private void answered(String call, byte[] body) {
    if (asked == 0 || !call.equals(asked + "-" + steps)) {
      return;
    }
    try {
      var answer = JsonObject.parse(body);
      var error = answer.object("error");
      var found = answer.object("message");
      if (error != null || found == null) {
        tell(); // none of this subject, or nobody can tell
      } else {
        judge(number(found.text("hdrs", "")), found.number("seq", 0));
      }
    } catch (JsonException e) {
      tell();
    }
  }

  /// The lane's number of a message, 0 for one of somebody else's.
  private long number(String headers) {
    try {
      var decoded = Base64.getDecoder().decode(headers);
      var id = LaneHeaders.value(decoded, LaneHeaders.MSG_ID);
      return ids == null ? 0 : ids.sequence(id);
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  /// First the last message of the subject: one of ours that is older tells that the one in
  /// question never came. Else back to one that is older, in larger and larger steps, and from
  /// there on through all of the subject: one that got lost may have been overtaken by others.
  private void judge(long number, long at) {
    var older = number > 0 && number < asked;
    if (last == 0) {
      if (older || number == asked) {
        seen.add(number);
        tell();
        return;
      }
      last = at;
      back = FIRST_STEP_BACK;
      from(last - back);
    } else if (walking || older || last - back <= 1) {
      walking = true;
      seen.add(number);
      if (at >= last) {
        tell();
      } else {
        from(at + 1);
      }
    } else {
      back *= 16;
      from(last - back);
    }
  }

  private void tell() {
    if (asked > 0) {
      resolved.add(about);
      if (resolved.size() > SUBJECTS_MAX) {
        over();
      }
      var sequence = asked;
      stopAsking();
      handler.told(sequence, Set.copyOf(seen));
    }
  }
}

package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonTime;
import io.frond.log.LogBatch;
import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Message schedules (ADR-51): the last message of a subject with `Nats-Schedule` makes a message
/// for its target when its time has come. When it is due an entry goes through the log, and the
/// message is made when that is applied, so that it is made once. The shard's thread.
final class Schedules {
  private static final int AT_ONCE = 1_000;
  private static final long RETRY_NANOS = 1_000_000_000;

  /// @param sequence of the message with the schedule
  /// @param at when it is due next, nanoseconds since the epoch
  private record Schedule(String subject, long sequence, long at) {}

  private final Stream stream;
  private final MessageStore store;
  private final Map<String, Schedule> bySubject = new HashMap<>();
  private final TreeSet<Schedule> byTime =
      new TreeSet<>(Comparator.comparingLong(Schedule::at).thenComparingLong(Schedule::sequence));
  private final StoredMessage found = new StoredMessage();
  private final MessageHeaders headers = new MessageHeaders();
  private final Incoming made = new Incoming();

  /// Proposed and not yet applied; not part of the state.
  private final Set<Schedule> proposed = new HashSet<>();

  private Shard.@Nullable Timer timer;
  private long timerAt = Long.MAX_VALUE;

  /// When the log refused one, the time of the next attempt.
  private long notBefore;

  Schedules(Stream stream) {
    this.stream = stream;
    store = stream.store();
  }

  /// A message was stored: it may be a schedule, replace one, or come from one.
  void stored(Incoming message, long sequence, long time) {
    var said = message.headers();
    var subject = message.subjectText();
    var parsed = SchedulePattern.of(said, time, time);
    if (parsed.schedule() != null) {
      put(new Schedule(subject, sequence, parsed.schedule().at()));
    } else if (!said.says(HeaderName.SCHEDULER)) {
      remove(subject);
    }
    if (said.says(HeaderName.SCHEDULE_NEXT) && !said.is(HeaderName.SCHEDULE_NEXT, "purge")) {
      next(said.text(HeaderName.SCHEDULER), said.text(HeaderName.SCHEDULE_NEXT));
    }
  }

  private void next(String subject, String time) {
    var schedule = bySubject.get(subject);
    if (schedule != null) {
      try {
        var at = JsonTime.nanos(JsonTime.parse(time));
        put(new Schedule(subject, schedule.sequence, at));
      } catch (JsonException e) {
        // Not a time of ours: the schedule stays as it is.
      }
    }
  }

  private void put(Schedule schedule) {
    remove(schedule.subject);
    bySubject.put(schedule.subject, schedule);
    byTime.add(schedule);
    arm();
  }

  private void remove(String subject) {
    var old = bySubject.remove(subject);
    if (old != null) {
      byTime.remove(old);
    }
  }

  /// Live work begins, or what is due has changed.
  void arm() {
    if (!stream.isLive() || proposed.size() >= AT_ONCE) {
      return; // what was proposed comes here again
    }
    var next = next();
    if (next == null) {
      return;
    }
    var due = Math.max(next.at, notBefore);
    if (timer != null && timerAt <= due) {
      return;
    }
    stop();
    timerAt = due;
    timer = stream.shard().schedule(Math.max(due, stream.shard().now()), this::propose);
  }

  /// The next one that is not under way.
  private @Nullable Schedule next() {
    for (var schedule : byTime) {
      if (!proposed.contains(schedule)) {
        return schedule;
      }
    }
    return null;
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void propose() {
    timer = null;
    var now = stream.shard().now();
    var due = new ArrayList<Schedule>();
    for (var schedule : byTime) {
      if (schedule.at > now || proposed.size() == AT_ONCE) {
        break;
      }
      if (proposed.add(schedule)) {
        due.add(schedule);
      }
    }
    due.sort(Comparator.comparingLong(Schedule::sequence));
    for (var schedule : due) {
      var subject = schedule.subject.getBytes(StandardCharsets.UTF_8);
      LogBatch entry = stream.shard().begin(EntryKind.SCHEDULE_FIRE, stream.id());
      entry.putLong(now).putLong(schedule.sequence).putLong(schedule.at).put(subject);
      stream
          .shard()
          .propose((result, failure) -> {
            proposed.remove(schedule);
            if (failure != null) {
              notBefore = stream.shard().now() + RETRY_NANOS;
            }
            arm();
          });
    }
    arm(); // what came before its time was up, or was proposed already, is not all there is
  }

  /// Applies a [EntryKind#SCHEDULE_FIRE]: time, sequence, due time, subject.
  ///
  /// @return the message that the schedule makes, null for none
  @Nullable Incoming fire(ByteBuffer bytes, int at, int length) throws IOException {
    var now = bytes.getLong(at);
    var name = new byte[length - 24];
    bytes.get(at + 24, name);
    var subject = new String(name, StandardCharsets.UTF_8);
    var schedule = bySubject.get(subject);
    if (schedule == null
        || schedule.sequence != bytes.getLong(at + 8)
        || schedule.at != bytes.getLong(at + 16)) {
      return null;
    }
    remove(subject);
    if (!store.load(schedule.sequence, found)) {
      return null;
    }
    headers.read(found.buffer(), found.bodyAt(), found.headerLength());
    var parsed = SchedulePattern.of(headers, schedule.at, now).schedule();
    var target = headers.text(HeaderName.SCHEDULE_TARGET);
    if (parsed == null || target.isEmpty()) {
      return null;
    }
    if (parsed.repeats()) {
      put(new Schedule(subject, schedule.sequence, parsed.at()));
    }
    return make(subject, target, parsed, now);
  }

  private Incoming make(String subject, String target, SchedulePattern next, long now)
      throws IOException {
    var ttl = headers.text(HeaderName.SCHEDULE_TTL);
    var rollup = headers.text(HeaderName.SCHEDULE_ROLLUP);
    var source = headers.text(HeaderName.SCHEDULE_SOURCE);
    var from = new StoredMessage();
    var content =
        !source.isEmpty() && store.loadLast(source.getBytes(StandardCharsets.UTF_8), from)
            ? from
            : found;
    var block =
        new HeaderBlock(content.headers())
            .removeAll("Nats-Schedule")
            .removeAll("Nats-Expected-")
            .remove(HeaderName.MSG_ID)
            .remove(HeaderName.TTL)
            .remove(HeaderName.ROLLUP)
            .add(HeaderName.SCHEDULER, subject)
            .add(HeaderName.SCHEDULE_NEXT, next.repeats() ? next.text() : "purge");
    if (!ttl.isEmpty()) {
      block.add(HeaderName.TTL, ttl);
    }
    if (!rollup.isEmpty()) {
      block.add(HeaderName.ROLLUP, rollup);
    }
    made.set(now, target.getBytes(StandardCharsets.UTF_8), ByteBuffer.allocate(0), 0, 0, 0);
    made.replace(block.bytes(), content.payload());
    return made;
  }

  /// Finds the schedules of all messages: schedules are allowed from now on.
  void scan(long now) throws IOException {
    bySubject.clear();
    byTime.clear();
    for (var at = 0L; store.loadNext(SubjectFilter.ALL, at, found); ) {
      at = found.sequence() + 1;
      if (found.headerLength() > 0) {
        headers.read(found.buffer(), found.bodyAt(), found.headerLength());
        var parsed = SchedulePattern.of(headers, found.timestamp(), now).schedule();
        if (parsed != null) {
          put(new Schedule(found.subjectText(), found.sequence(), parsed.at()));
        }
      }
    }
  }

  void save(StateWriter to) {
    to.number(byTime.size());
    for (var schedule : byTime) {
      to.text(schedule.subject).number(schedule.sequence).number(schedule.at);
    }
  }

  void restore(StateReader from) {
    for (var left = from.number(); left > 0; left--) {
      put(new Schedule(from.text(), from.number(), from.number()));
    }
  }
}

package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneRulesProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// When a message schedule is due: `@at TIME`, `@every DURATION`, a name such as `@hourly`, or a
/// [Cron] pattern, in UTC or in the time zone that a header names (ADR-51).
///
/// @param at nanoseconds since the epoch
/// @param repeats whether it is due again afterwards
/// @param zone that the time is told in
record SchedulePattern(long at, boolean repeats, ZoneId zone) {
  private static final long SECOND = 1_000_000_000;

  /// Zones of the database that Java knows by an alias only.
  private static final Set<String> SHORT_NAMES = Set.of("EST", "MST", "HST");

  /// A schedule, or what is wrong with it, or neither when there is none.
  record Parsed(@Nullable SchedulePattern schedule, @Nullable ApiErrorCode error) {
    static final Parsed NONE = new Parsed(null, null);

    static Parsed bad(ApiErrorCode error) {
      return new Parsed(null, error);
    }
  }

  /// Reads a message's schedule.
  ///
  /// @param from where the schedule begins, or when it was last due, nanoseconds since the epoch
  /// @param now times before it are skipped
  static Parsed of(MessageHeaders headers, long from, long now) {
    ZoneId zone = null;
    if (headers.has(HeaderName.SCHEDULE_TIME_ZONE)) {
      zone = zone(headers.text(HeaderName.SCHEDULE_TIME_ZONE));
      if (zone == null) {
        return Parsed.bad(ApiErrorCode.MESSAGE_SCHEDULES_TIME_ZONE_INVALID);
      }
    }
    var pattern = headers.text(HeaderName.SCHEDULE);
    if (pattern.isEmpty()) {
      return Parsed.NONE;
    }
    var schedule = parse(pattern, zone, from, now);
    return schedule == null
        ? Parsed.bad(ApiErrorCode.MESSAGE_SCHEDULES_PATTERN_INVALID)
        : new Parsed(schedule, null);
  }

  /// A zone of the time zone database, `UTC` or `Local`: no offsets, which Java has as well.
  private static @Nullable ZoneId zone(String name) {
    if (name.equals("Local")) {
      return ZoneId.systemDefault();
    }
    if (SHORT_NAMES.contains(name)) {
      return ZoneId.of(name, ZoneId.SHORT_IDS);
    }
    return ZoneRulesProvider.getAvailableZoneIds().contains(name) ? ZoneId.of(name) : null;
  }

  private static @Nullable SchedulePattern parse(
      String pattern, @Nullable ZoneId zone, long from, long now) {
    try {
      if (pattern.startsWith("@at ")) {
        return zone == null
            ? new SchedulePattern(
                JsonTime.nanos(JsonTime.parse(pattern.substring(4))), false, ZoneOffset.UTC)
            : null;
      }
      if (pattern.startsWith("@every ")) {
        return zone == null ? every(GoDuration.parse(pattern.substring(7)), from, now) : null;
      }
      return cron(pattern, zone == null ? ZoneOffset.UTC : zone, from, now);
    } catch (JsonException | IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable SchedulePattern every(long interval, long from, long now) {
    if (interval < SECOND) {
      return null;
    }
    var next = round(from) + interval;
    return new SchedulePattern(next < now ? round(now) + interval : next, true, ZoneOffset.UTC);
  }

  private static long round(long nanos) {
    return Math.floorDiv(nanos + SECOND / 2, SECOND) * SECOND;
  }

  private static @Nullable SchedulePattern cron(String pattern, ZoneId zone, long from, long now) {
    var cron = Cron.parse(named(pattern));
    var next = cron.next(instant(from), zone);
    if (next != null && JsonTime.nanos(next) < now) {
      next = cron.next(instant(round(now)), zone);
    }
    return next == null ? null : new SchedulePattern(JsonTime.nanos(next), true, zone);
  }

  /// When it is due, as a header says it.
  String text() {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant(at).atZone(zone));
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
  }

  private static String named(String pattern) {
    return switch (pattern) {
      case "@yearly", "@annually" -> "0 0 0 1 1 *";
      case "@monthly" -> "0 0 0 1 * *";
      case "@weekly" -> "0 0 0 * * 0";
      case "@daily", "@midnight" -> "0 0 0 * * *";
      case "@hourly" -> "0 0 * * * *";
      default -> pattern;
    };
  }
}

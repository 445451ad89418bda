package io.frond.stream;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A cron pattern of six fields (ADR-51): second, minute, hour, day of month, month, day of week,
/// each a list of `*`, numbers or names, ranges and steps. Immutable.
final class Cron {
  private static final int YEARS_MAX = 5;
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /// Beside the bits of values: the field said `*`.
  private static final long STAR = 1L << 63;

  private final long[] fields;

  private Cron(long[] fields) {
    this.fields = fields;
  }

  /// @throws IllegalArgumentException when it is no such pattern
  static Cron parse(String pattern) {
    var words = pattern.strip().split("\\s+", -1);
    if (words.length != 6) {
      throw new IllegalArgumentException("pattern requires 6 fields");
    }
    return new Cron(
        new long[] {
          field(words[0], 0, 59, List.of(), 0),
          field(words[1], 0, 59, List.of(), 0),
          field(words[2], 0, 23, List.of(), 0),
          field(words[3], 1, 31, List.of(), 0),
          field(words[4], 1, 12, MONTHS, 1),
          field(words[5], 0, 6, DAYS, 0)
        });
  }

  private static long field(String text, int min, int max, List<String> names, int firstName) {
    var bits = 0L;
    for (var part : text.split(",", -1)) {
      if (!part.isEmpty()) {
        bits |= range(part, min, max, names, firstName);
      }
    }
    return bits;
  }

  private static long range(String text, int min, int max, List<String> names, int firstName) {
    var stepped = text.split("/", -1);
    var ends = stepped[0].split("-", -1);
    if (stepped.length > 2 || ends.length > 2) {
      throw new IllegalArgumentException(text);
    }
    var star = ends[0].equals("*") || ends[0].equals("?");
    var from = star ? min : value(ends[0], names, firstName);
    var to = star ? max : ends.length == 2 ? value(ends[1], names, firstName) : from;
    var step = 1;
    if (stepped.length == 2) {
      step = value(stepped[1], List.of(), 0);
      to = ends.length == 1 ? max : to;
    }
    if (from < min || to > max || from > to || step == 0) {
      throw new IllegalArgumentException(text);
    }
    var bits = star && step == 1 ? STAR : 0;
    for (var i = from; i <= to; i += step) {
      bits |= 1L << i;
    }
    return bits;
  }

  private static int value(String text, List<String> names, int firstName) {
    var named = names.indexOf(text.toLowerCase(Locale.ROOT));
    if (named >= 0) {
      return named + firstName;
    }
    var value = Integer.parseInt(text);
    if (value < 0) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  /// The first time after `after` that the pattern names, at most some five years later.
  @Nullable Instant next(Instant after, ZoneId zone) {
    var at = after.atZone(zone).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    var lastYear = at.getYear() + YEARS_MAX;
    while (at.getYear() <= lastYear) {
      if (!has(4, at.getMonthValue())) {
        at = startOf(at.withDayOfMonth(1).plusMonths(1), zone);
      } else if (!dayMatches(at)) {
        at = startOf(at.plusDays(1), zone);
      } else if (!has(2, at.getHour())) {
        at = at.truncatedTo(ChronoUnit.HOURS).plusHours(1);
      } else if (!has(1, at.getMinute())) {
        at = at.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
      } else if (!has(0, at.getSecond())) {
        at = at.plusSeconds(1);
      } else {
        return at.toInstant();
      }
    }
    return null;
  }

  private static ZonedDateTime startOf(ZonedDateTime day, ZoneId zone) {
    return day.toLocalDate().atStartOfDay(zone);
  }

  private boolean has(int field, int value) {
    return (fields[field] & (1L << value)) != 0;
  }

  private boolean dayMatches(ZonedDateTime at) {
    var ofMonth = has(3, at.getDayOfMonth());
    var ofWeek = has(5, at.getDayOfWeek() == DayOfWeek.SUNDAY ? 0 : at.getDayOfWeek().getValue());
    return ((fields[3] & STAR) != 0 || (fields[5] & STAR) != 0)
        ? ofMonth && ofWeek
        : ofMonth || ofWeek;
  }
}

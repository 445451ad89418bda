package io.frond.stream;

/// Durations as Go writes them: `1h30m0s`, `1.5s`, `100ms`.
public final class GoDuration {
  private static final long SECOND = 1_000_000_000;

  private GoDuration() {}

  public static String of(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 0) {
      return "-" + of(-nanos);
    }
    if (nanos < SECOND) {
      return nanos < 1_000
          ? nanos + "ns"
          : nanos < 1_000_000 ? decimal(nanos, 1_000) + "µs" : decimal(nanos, 1_000_000) + "ms";
    }
    var seconds = nanos / SECOND;
    var text = new StringBuilder();
    if (seconds >= 3600) {
      text.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      text.append(seconds / 60 % 60).append('m');
    }
    return text.append(decimal(nanos % (60 * SECOND), SECOND)).append('s').toString();
  }

  private static String decimal(long nanos, long unit) {
    var whole = Long.toString(nanos / unit);
    var rest = nanos % unit;
    if (rest == 0) {
      return whole;
    }
    var digits = Long.toString(unit + rest).substring(1);
    var end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return whole + "." + digits.substring(0, end);
  }
}

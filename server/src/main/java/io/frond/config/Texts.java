package io.frond.config;

import io.frond.options.HostPort;
import io.frond.subject.Subjects;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Values inside strings: durations, sizes, addresses, subjects. Each method gives null (or false)
/// for what it does not understand.
final class Texts {
  private static final long SECOND = 1_000_000_000L;

  private Texts() {}

  /// As Go writes durations: `300ms`, `1.5h`, `1h2m3s`, `-1s`, `0`. Null when it is none, or longer
  /// than 292 years.
  static @Nullable Duration duration(String text) {
    var negative = text.startsWith("-");
    var i = negative || text.startsWith("+") ? 1 : 0;
    if (text.substring(i).equals("0")) {
      return Duration.ZERO;
    }
    if (i == text.length()) {
      return null;
    }
    var nanos = 0.0;
    while (i < text.length()) {
      var start = i;
      while (i < text.length() && (isDigit(text.charAt(i)) || text.charAt(i) == '.')) {
        i++;
      }
      var number = decimal(text.substring(start, i));
      var unitStart = i;
      while (i < text.length() && !isDigit(text.charAt(i)) && text.charAt(i) != '.') {
        i++;
      }
      var unit = unitNanos(text.substring(unitStart, i));
      if (number < 0 || unit == 0) {
        return null;
      }
      nanos += number * unit;
    }
    if (nanos >= Long.MAX_VALUE) {
      return null;
    }
    var rounded = Math.round(nanos);
    return Duration.ofNanos(negative ? -rounded : rounded);
  }

  private static double decimal(String digits) {
    if (digits.isEmpty() || digits.equals(".") || digits.indexOf('.') != digits.lastIndexOf('.')) {
      return -1;
    }
    return Double.parseDouble(digits);
  }

  private static long unitNanos(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> SECOND;
      case "m" -> 60 * SECOND;
      case "h" -> 3600 * SECOND;
      default -> 0;
    };
  }

  /// A count of bytes with `K`, `M`, `G` or `T` in powers of 1,024; the empty string is 0.
  static @Nullable Long size(String text) {
    if (text.isEmpty()) {
      return 0L;
    }
    var power = "KMGT".indexOf(text.charAt(text.length() - 1)) + 1;
    var number = power == 0 ? null : whole(text.substring(0, text.length() - 1));
    if (number == null || Math.abs(number) > Long.MAX_VALUE >> (10 * power)) {
      return null;
    }
    return number << (10 * power);
  }

  static @Nullable Long whole(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /// `host:port`, `[::1]:port` or `:port`; the host may be empty.
  static @Nullable HostPort hostPort(String text) {
    var colon = text.lastIndexOf(':');
    if (colon < 0) {
      return null;
    }
    var host = host(text.substring(0, colon));
    var port = whole(text.substring(colon + 1).strip());
    if (host == null || port == null || port < -1 || port > 65_535) {
      return null;
    }
    return new HostPort(host, port.intValue());
  }

  /// `host:port` or `host` alone, which gives port 0.
  static @Nullable HostPort advertised(String text) {
    if (text.indexOf(':') < 0 || text.endsWith("]")) {
      var host = host(text);
      return host == null || host.isEmpty() ? null : new HostPort(host, 0);
    }
    var address = hostPort(text);
    if (address == null || address.host().isEmpty()) {
      return null;
    }
    return address.port() < 0 ? new HostPort(address.host(), 0) : address;
  }

  /// A host name or an address without its brackets; null when it cannot be one.
  static @Nullable String host(String text) {
    var host = text.strip();
    if (host.startsWith("[")) {
      return host.endsWith("]") && host.indexOf(':') > 0
          ? host.substring(1, host.length() - 1)
          : null;
    }
    for (var i = 0; i < host.length(); i++) {
      if (" \t/:@[]?#".indexOf(host.charAt(i)) >= 0) {
        return null;
      }
    }
    return host;
  }

  /// Whether it is a subject, or a subject and a queue with white space between them.
  static boolean isSubjectAndQueue(String text) {
    if (Subjects.isValid(text)) {
      return true;
    }
    var words = text.strip().split("\\s+", -1);
    return words.length == 2 && Subjects.isValid(words[0]) && Subjects.isValid(words[1]);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
  static int distance(String a, String b) {
    var before = new int[b.length() + 1];
    var previous = new int[b.length() + 1];
    var current = new int[b.length() + 1];
    for (var j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (var i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var same = a.charAt(i - 1) == b.charAt(j - 1);
        var cost = Math.min(previous[j], current[j - 1]) + 1;
        cost = Math.min(cost, previous[j - 1] + (same ? 0 : 1));
        var swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        current[j] = swapped ? Math.min(cost, before[j - 2] + 1) : cost;
      }
      var oldest = before;
      before = previous;
      previous = current;
      current = oldest;
    }
    return previous[b.length()];
  }
}

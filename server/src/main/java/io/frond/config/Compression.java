package io.frond.config;

import io.frond.conf.Value;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads `compression`: checked as nats-server does, although links stay uncompressed.
final class Compression {
  private static final int MAX_THRESHOLDS = 4;

  private Compression() {}

  /// The mode, normalised to nats-server's name; null when it is absent or wrong.
  ///
  /// @param on the mode that `true` stands for
  static @Nullable String read(Section section, String on) {
    var entry = section.entry("compression");
    if (entry == null) {
      return null;
    }
    var mode =
        entry.value() instanceof Value.Table ? ofTable(section, on) : ofValue(entry.value(), on);
    if (mode == null) {
      section.invalid(
          "compression", "expected off, accept, s2_auto, s2_fast, s2_better or s2_best");
    } else if (mode.startsWith("s2_")) {
      section
          .problems()
          .warn("compression", section.at("compression"), "links stay uncompressed for now");
    }
    return mode;
  }

  private static @Nullable String ofTable(Section section, String on) {
    var table = section.section("compression", Level.COMPRESSION);
    if (table == null) {
      return null;
    }
    var last = Duration.ZERO;
    var thresholds = table.texts("rtt_thresholds");
    for (var text : thresholds) {
      var threshold = Texts.duration(text.text());
      if (threshold == null) {
        section
            .problems()
            .invalid("rtt_thresholds", text.at(), "expected durations such as \"10ms\"");
        break;
      }
      if (!threshold.isZero() && threshold.compareTo(last) < 0) {
        section.problems().invalid("rtt_thresholds", text.at(), "expected ascending durations");
        break;
      }
      last = threshold.isZero() ? last : threshold;
    }
    if (thresholds.size() > MAX_THRESHOLDS) {
      table.invalid("rtt_thresholds", "expected no more than " + MAX_THRESHOLDS);
    }
    var mode = table.entry("mode");
    return mode == null ? on : ofValue(mode.value(), on);
  }

  private static @Nullable String ofValue(Value value, String on) {
    if (value instanceof Value.Flag flag) {
      return flag.on() ? on : "off";
    }
    return value instanceof Value.Text text ? normalised(text.text(), on) : null;
  }

  private static @Nullable String normalised(String mode, String on) {
    return switch (mode.toLowerCase(Locale.ROOT)) {
      case "on", "enabled", "true" -> on;
      case "not supported", "not_supported" -> "not supported";
      case "disabled", "off", "false" -> "off";
      case "accept" -> "accept";
      case "auto", "s2_auto" -> "s2_auto";
      case "fast", "s2_fast" -> "s2_fast";
      case "better", "s2_better" -> "s2_better";
      case "best", "s2_best" -> "s2_best";
      default -> null;
    };
  }
}

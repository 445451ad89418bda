package io.frond.config;

import io.frond.conf.Value;
import io.frond.options.JetStreamOptions;
import io.frond.options.JetStreamOptions.BatchLimits;
import io.frond.options.JetStreamOptions.Cipher;
import io.frond.options.JetStreamOptions.Encryption;
import io.frond.options.JetStreamOptions.Limits;
import io.frond.options.JetStreamOptions.Sync;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads `jetstream`, `store_dir` and the flags for them.
final class JetStreamReader {
  static final String BAD_DOMAIN = "a domain cannot contain blanks, '.', '*' or '>'";

  private static final int MIN_IO = 4;
  private static final int MAX_IO = 8192;
  private static final Duration DEFAULT_SYNC_INTERVAL = Duration.ofMinutes(2);
  private static final List<String> EXTENSION_HINTS = List.of("no_extend", "will_extend");

  private final Section server;
  private final Flags flags;

  private JetStreamReader(Section server, Flags flags) {
    this.server = server;
    this.flags = flags;
  }

  /// Null when JetStream is off.
  static @Nullable JetStreamOptions read(Section server, Flags flags) {
    return new JetStreamReader(server, flags).read();
  }

  private @Nullable JetStreamOptions read() {
    var options = ofFile();
    var enabled = flags.is("jetstream", options != null);
    var storeDir = server.name("store_dir");
    if (!enabled) {
      return null;
    }
    var base = options == null ? JetStreamOptions.DEFAULT : options;
    if (storeDir != null && base.storeDir() != null) {
      server.invalid("store_dir", "is given here and in \"jetstream\"");
    }
    if (base.storeDir() != null) {
      storeDir = base.storeDir();
    }
    if (flags.text("store_dir") != null) {
      storeDir = flags.text("store_dir");
    }
    return base.withStoreDir(storeDir);
  }

  private @Nullable JetStreamOptions ofFile() {
    if (!server.has("jetstream")) {
      return null;
    }
    var on = server.switched("jetstream");
    if (on != null) {
      return on ? JetStreamOptions.DEFAULT : null;
    }
    var section = server.section("jetstream", Level.JETSTREAM);
    return section == null ? null : ofSection(section);
  }

  private static @Nullable JetStreamOptions ofSection(Section section) {
    tuning(section);
    if (section.isSpelledTwice("store_dir")) {
      section.invalid("store_dir", "is given twice");
    }
    var tag = section.name("unique_tag");
    var options =
        new JetStreamOptions(
            section.name("store_dir"),
            storage(section, "max_memory_store"),
            storage(section, "max_file_store"),
            domain(section),
            sync(section),
            section.flag("strict", true),
            encryption(section),
            limits(section.section("limits", Level.JETSTREAM_LIMITS)),
            tag == null ? null : tag.strip().toLowerCase(Locale.ROOT));
    return section.flag("enabled", true) ? options : null;
  }

  /// Bytes, -1 for as much as there is.
  private static long storage(Section section, String key) {
    var size = section.size(key, -1);
    if (size < -1) {
      section.invalid(key, "cannot be negative");
    }
    return size;
  }

  private static @Nullable String domain(Section section) {
    var domain = section.name("domain");
    if (domain != null && !isName(domain)) {
      section.invalid("domain", BAD_DOMAIN);
    }
    return domain;
  }

  static boolean isName(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (".*> \t\r\n".indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static Sync sync(Section section) {
    var entry = section.entry("sync_interval");
    if (entry == null) {
      return new Sync.Always();
    }
    if (entry.value() instanceof Value.Text text) {
      switch (text.text().toLowerCase(Locale.ROOT)) {
        case "always" -> {
          return new Sync.Always();
        }
        case "none" -> {
          return new Sync.None();
        }
        default -> {}
      }
    }
    var interval = section.duration("sync_interval", DEFAULT_SYNC_INTERVAL);
    if (interval.isZero()) {
      section.invalid("sync_interval", "expected always, none or a duration above 0");
      return new Sync.Always();
    }
    return new Sync.Interval(interval);
  }

  private static @Nullable Encryption encryption(Section section) {
    var key = section.name("key");
    var previous = section.name("prev_key");
    var cipher = cipher(section);
    if (key != null) {
      return new Encryption(key, previous, cipher);
    }
    if (previous != null) {
      section.invalid("prev_key", "is given without \"key\"");
    } else if (section.has("cipher")) {
      section.problems().warn("cipher", section.at("cipher"), "has no effect without \"key\"");
    }
    return null;
  }

  private static Cipher cipher(Section section) {
    var name = section.text("cipher");
    return switch (name == null ? "chacha" : name.toLowerCase(Locale.ROOT)) {
      case "chacha", "chachapoly" -> Cipher.CHACHA;
      case "aes" -> Cipher.AES;
      default -> {
        section.invalid("cipher", "expected chachapoly or aes, got \"" + name + '"');
        yield Cipher.CHACHA;
      }
    };
  }

  private static Limits limits(@Nullable Section section) {
    if (section == null) {
      return Limits.NONE;
    }
    return new Limits(
        section.number("max_request_batch", 0, Integer.MAX_VALUE, 0),
        section.number("max_ack_pending", 0, Integer.MAX_VALUE, 0),
        section.number("max_ha_assets", 0, Integer.MAX_VALUE, 0),
        section.duration("duplicate_window", Duration.ZERO),
        batch(section.section("batch", Level.JETSTREAM_BATCH)));
  }

  private static BatchLimits batch(@Nullable Section section) {
    if (section == null) {
      return BatchLimits.NONE;
    }
    return new BatchLimits(
        section.number("max_inflight_per_stream", 0, Integer.MAX_VALUE, 0),
        section.number("max_inflight_total", 0, Integer.MAX_VALUE, 0),
        section.number("max_msgs", 0, Integer.MAX_VALUE, 0),
        section.duration("timeout", Duration.ZERO));
  }

  /// Keys that tune the engine of nats-server: checked, and said to have no effect.
  private static void tuning(Section section) {
    var hint = section.name("extension_hint");
    if (hint != null && !EXTENSION_HINTS.contains(hint.toLowerCase(Locale.ROOT))) {
      section.invalid("extension_hint", "expected no_extend or will_extend");
    }
    section.size("max_outstanding_catchup", 0);
    section.size("max_buffered_size", 0);
    if (section.size("meta_compact_size", 0) < 0) {
      section.invalid("meta_compact_size", "cannot be negative");
    }
    section.whole("max_buffered_msgs", 0, Integer.MAX_VALUE, 0);
    section.whole("request_queue_limit", 0, Long.MAX_VALUE, 0);
    section.whole("info_queue_limit", 0, Long.MAX_VALUE, 0);
    section.whole("meta_compact", 0, Long.MAX_VALUE, 0);
    section.flag("meta_compact_sync", false);
    section.number("max_concurrent_io", MIN_IO, MAX_IO, MIN_IO);
    var keys =
        new String[] {
          "extension_hint",
          "max_outstanding_catchup",
          "max_buffered_size",
          "max_buffered_msgs",
          "request_queue_limit",
          "info_queue_limit",
          "meta_compact",
          "meta_compact_size",
          "meta_compact_sync",
          "max_concurrent_io"
        };
    for (var key : keys) {
      if (section.has(key)) {
        section.problems().warn(key, section.at(key), "has no effect in this version");
      }
    }
  }
}

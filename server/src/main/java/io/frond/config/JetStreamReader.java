package io.frond.config;

import io.frond.conf.Value;
import io.frond.options.JetStreamOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reads `jetstream`, `store_dir` and the flags for them.
final class JetStreamReader {
  private static final int MIN_IO = 4;
  private static final int MAX_IO = 8192;

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
    if (!enabled) {
      return null;
    }
    var base = options == null ? JetStreamOptions.DEFAULT : options;
    var storeDir = server.name("store_dir");
    if (storeDir != null && base.storeDir() != null) {
      server.invalid("store_dir", "is given here and in \"jetstream\"");
    }
    if (base.storeDir() != null) {
      storeDir = base.storeDir();
    }
    if (flags.text("store_dir") != null) {
      storeDir = flags.text("store_dir");
    }
    return new JetStreamOptions(
        storeDir, base.maxMemory(), base.maxFile(), base.domain(), base.syncInterval());
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
    if (!section.flag("strict", true)) {
      section.problems().notYet("strict", section.at("strict"));
    }
    var options =
        new JetStreamOptions(
            section.name("store_dir"),
            section.size("max_memory_store", -1),
            section.size("max_file_store", -1),
            domain(section),
            syncInterval(section));
    return section.flag("enabled", true) ? options : null;
  }

  private static @Nullable String domain(Section section) {
    var domain = section.name("domain");
    if (domain != null && !isName(domain)) {
      section.invalid("domain", "cannot contain blanks, '.', '*' or '>'");
    }
    return domain;
  }

  private static boolean isName(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (".*> \t\r\n".indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /// Null for "always".
  private static @Nullable Duration syncInterval(Section section) {
    var entry = section.entry("sync_interval");
    if (entry != null
        && entry.value() instanceof Value.Text text
        && text.text().equalsIgnoreCase("always")) {
      return null;
    }
    return section.optionalDuration("sync_interval", true);
  }

  /// Keys that tune the engine of nats-server: checked, and said to have no effect.
  private static void tuning(Section section) {
    section.size("max_outstanding_catchup", 0);
    section.size("max_buffered_size", 0);
    section.size("meta_compact_size", 0);
    section.whole("max_buffered_msgs", 0, Integer.MAX_VALUE, 0);
    section.whole("request_queue_limit", 0, Long.MAX_VALUE, 0);
    section.whole("info_queue_limit", 0, Long.MAX_VALUE, 0);
    section.whole("meta_compact", 0, Long.MAX_VALUE, 0);
    section.flag("meta_compact_sync", false);
    section.number("max_concurrent_io", MIN_IO, MAX_IO, MIN_IO);
    var keys =
        new String[] {
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

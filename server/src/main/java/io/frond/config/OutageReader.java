package io.frond.config;

import io.frond.options.OutageOptions;
import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.options.OutageOptions.SessionRules;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads `outage`, of `leafnodes` and of a remote: a map, or a switch.
final class OutageReader {
  private static final String KEY = "outage";

  private OutageReader() {}

  /// @param leafnodes the section that it stands in
  static OutageOptions read(Section leafnodes) {
    var plain = OutageOptions.DEFAULT;
    if (!leafnodes.has(KEY)) {
      return plain;
    }
    var on = leafnodes.switched(KEY);
    var section = on == null ? leafnodes.section(KEY, Level.OUTAGE) : null;
    if (section == null) {
      return on == null || on ? plain : with(plain, false, off(plain.link(), false));
    }
    var enabled = section.flag("enabled", plain.enabled());
    return new OutageOptions(
        enabled,
        maxBytes(section),
        section.duration("max_age", plain.maxAge()),
        Objects.requireNonNullElse(discard(section), plain.discard()),
        section.duration("session_expiry", plain.sessionExpiry()),
        section.duration("server_grace", plain.serverGrace()),
        syncInterval(section),
        link(section, off(plain.link(), enabled), SessionRules.DEFAULT));
  }

  /// @param remote the section that it stands in
  /// @param outer what holds where it says nothing
  static LinkRules readRemote(Section remote, LinkRules outer) {
    if (!remote.has(KEY)) {
      return outer;
    }
    var on = remote.switched(KEY);
    if (on != null) {
      return off(outer, on);
    }
    var section = remote.section(KEY, Level.REMOTE_OUTAGE);
    return section == null ? outer : link(section, outer, rules(section, outer.session()));
  }

  private static OutageOptions with(OutageOptions base, boolean enabled, LinkRules link) {
    return new OutageOptions(
        enabled,
        base.maxBytes(),
        base.maxAge(),
        base.discard(),
        base.sessionExpiry(),
        base.serverGrace(),
        base.syncInterval(),
        link);
  }

  private static LinkRules off(LinkRules base, boolean enabled) {
    return new LinkRules(
        enabled, base.catchUpRate(), base.interestGrace(), base.subjects(), base.session());
  }

  private static SessionRules rules(Section section, SessionRules outer) {
    return new SessionRules(
        section.has("max_bytes") ? maxBytes(section) : outer.maxBytes(),
        section.duration("max_age", outer.maxAge()),
        section.has("discard") ? discard(section) : outer.discard(),
        section.has("session_expiry")
            ? section.duration("session_expiry", Duration.ZERO)
            : outer.expiry());
  }

  private static LinkRules link(Section section, LinkRules outer, SessionRules session) {
    var rate = section.size("catch_up_rate", outer.catchUpRate());
    if (rate < 0) {
      section.invalid("catch_up_rate", "cannot be negative");
    }
    var subjects = PermissionsReader.rule(section, "subjects", false);
    return new LinkRules(
        section.flag("enabled", outer.enabled()),
        rate,
        section.duration("interest_grace", outer.interestGrace()),
        subjects == null ? outer.subjects() : subjects,
        session);
  }

  private static long maxBytes(Section section) {
    var bytes = section.size("max_bytes", OutageOptions.DEFAULT_MAX_BYTES);
    if (bytes < OutageOptions.MIN_BYTES) {
      section.invalid("max_bytes", "expected 1M or more");
    }
    return bytes;
  }

  /// Null when it is not said.
  private static @Nullable Discard discard(Section section) {
    var word = section.text("discard");
    if (word == null) {
      return null;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "old" -> Discard.OLD;
      case "new" -> Discard.NEW;
      default -> {
        section.invalid("discard", "expected old or new, got \"" + word + '"');
        yield Discard.OLD;
      }
    };
  }

  private static Duration syncInterval(Section section) {
    var interval = section.duration("sync_interval", OutageOptions.DEFAULT_SYNC_INTERVAL);
    if (interval.compareTo(OutageOptions.MIN_SYNC_INTERVAL) < 0
        || interval.compareTo(OutageOptions.MAX_SYNC_INTERVAL) > 0) {
      section.invalid("sync_interval", "expected 1ms to 1m");
    }
    return interval;
  }
}

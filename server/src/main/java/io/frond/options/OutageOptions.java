package io.frond.options;

import io.frond.options.PermissionOptions.SubjectRule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `leafnodes { outage {} }`: what is kept for far ends of leaf links that are away or slow.
///
/// @param enabled false switches it off; it needs JetStream, whose store it uses
/// @param maxBytes of all logs of the server together, 1 MiB or more; default 1 GiB
/// @param maxAge of an entry, zero for no limit; default 24 h
/// @param discard what gives way when `maxBytes` is reached
/// @param sessionExpiry after which a far end that is away is forgotten, zero for never; default 24
///   h
/// @param serverGrace for how long leaves keep what another server of the cluster missed that is
///   out of reach; zero for not at all; default 2 min
/// @param syncInterval after which an entry that was not settled is written and synced, 1 ms to 1
///   min; default 100 ms
/// @param link what holds for each link; a remote may say otherwise
public record OutageOptions(
    boolean enabled,
    long maxBytes,
    Duration maxAge,
    Discard discard,
    Duration sessionExpiry,
    Duration serverGrace,
    Duration syncInterval,
    LinkRules link) {
  public static final long MIN_BYTES = 1_000_000;
  public static final long DEFAULT_MAX_BYTES = 1 << 30;
  public static final Duration DEFAULT_MAX_AGE = Duration.ofHours(24);
  public static final Duration DEFAULT_SESSION_EXPIRY = Duration.ofHours(24);
  public static final Duration DEFAULT_SERVER_GRACE = Duration.ofMinutes(2);
  public static final Duration DEFAULT_SYNC_INTERVAL = Duration.ofMillis(100);
  public static final Duration MIN_SYNC_INTERVAL = Duration.ofMillis(1);
  public static final Duration MAX_SYNC_INTERVAL = Duration.ofMinutes(1);

  public static final OutageOptions DEFAULT =
      new OutageOptions(
          true,
          DEFAULT_MAX_BYTES,
          DEFAULT_MAX_AGE,
          Discard.OLD,
          DEFAULT_SESSION_EXPIRY,
          DEFAULT_SERVER_GRACE,
          DEFAULT_SYNC_INTERVAL,
          LinkRules.DEFAULT);

  /// What gives way when there is no room.
  public enum Discard {
    /// The oldest entries.
    OLD,
    /// What comes in.
    NEW
  }

  /// The part that a remote may have of its own.
  ///
  /// @param enabled false: nothing is kept for this link
  /// @param catchUpRate bytes a second at which what was kept is sent, 0 for no limit, which is the
  ///   default
  /// @param interestGrace for how long after the link is back interest is remembered that the far
  ///   end has not shown again; default 10 s
  /// @param subjects of messages that are kept
  /// @param session what holds for what is kept for this link's hub alone
  public record LinkRules(
      boolean enabled,
      long catchUpRate,
      Duration interestGrace,
      SubjectRule subjects,
      SessionRules session) {
    public static final Duration DEFAULT_INTEREST_GRACE = Duration.ofSeconds(10);

    public static final LinkRules DEFAULT =
        new LinkRules(true, 0, DEFAULT_INTEREST_GRACE, new SubjectRule(null, List.of()));

    /// Without limits of one remote.
    public LinkRules(
        boolean enabled, long catchUpRate, Duration interestGrace, SubjectRule subjects) {
      this(enabled, catchUpRate, interestGrace, subjects, SessionRules.DEFAULT);
    }
  }

  /// Limits of one remote, besides those that hold for all.
  ///
  /// @param maxBytes of what is kept, to some hundredths; 0 for none of its own, which is the
  ///   default
  /// @param maxAge of a message, zero for none of its own, which is the default
  /// @param discard what gives way when `maxBytes` is reached; null as for all
  /// @param expiry after which the hub is forgotten, zero for never; null as for all
  public record SessionRules(
      long maxBytes, Duration maxAge, @Nullable Discard discard, @Nullable Duration expiry) {
    public static final SessionRules DEFAULT = new SessionRules(0, Duration.ZERO, null, null);

    /// Whether anything is limited.
    public boolean limits() {
      return maxBytes > 0 || !maxAge.isZero();
    }
  }
}

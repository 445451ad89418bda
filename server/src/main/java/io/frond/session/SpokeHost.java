package io.frond.session;

import io.frond.account.Account;
import io.frond.logging.Log;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// What the sessions of leaves need of the server. Any thread.
public interface SpokeHost {
  Log log();

  /// By the wall clock.
  long nowMillis();

  ScheduledExecutorService timers();

  /// How many threads publish.
  int publishers();

  /// For how long a leaf that is away is remembered.
  long expiryMillis();

  /// How long a leaf that connected has time to tell again what it is interested in.
  long graceMillis();

  @Nullable Account account(String name);

  /// Which messages are kept.
  Buffering buffering();

  /// Bytes a second at which what was kept for one leaf is sent, 0 for no limit.
  long catchUpRate();
}

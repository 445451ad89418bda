package io.frond.outage;

import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.SessionRules;
import java.util.Objects;

/// What may be kept for one session, whatever else there is room for: its limits, and what all logs
/// of the server have for it. Any thread.
public final class SessionLimits {
  private final SessionRules rules;
  private final boolean refusing;
  private final Budget budget;

  /// @param discard what gives way where the rules don't say it
  /// @param logs how many there are
  public SessionLimits(SessionRules rules, Discard discard, int logs) {
    this.rules = rules;
    refusing = Objects.requireNonNullElse(rules.discard(), discard) == Discard.NEW;
    budget = new Budget(logs, rules.maxBytes() > 0 ? rules.maxBytes() : Long.MAX_VALUE / 2);
  }

  SessionRules rules() {
    return rules;
  }

  /// Whether what comes in gives way, not the oldest.
  boolean refusing() {
    return refusing;
  }

  Budget budget() {
    return budget;
  }
}

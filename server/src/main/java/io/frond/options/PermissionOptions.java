package io.frond.options;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a user may publish and subscribe to.
///
/// @param publish null for no rule: everything
/// @param subscribe null for no rule; entries may hold a queue after a space ("foo bar")
/// @param responses `allow_responses`, null for none
public record PermissionOptions(
    @Nullable SubjectRule publish, @Nullable SubjectRule subscribe, @Nullable Responses responses) {

  /// @param allow subjects that are allowed; null means all that `deny` leaves
  /// @param deny subjects that are refused, which wins
  public record SubjectRule(@Nullable List<String> allow, List<String> deny) {}

  /// @param maxMessages replies to each request, -1 for no limit; default 1
  /// @param expires how long after the request, default 2 min; zero or less for no limit
  public record Responses(int maxMessages, Duration expires) {
    public static final int DEFAULT_MAX = 1;
    public static final Duration DEFAULT_EXPIRES = Duration.ofMinutes(2);
  }
}

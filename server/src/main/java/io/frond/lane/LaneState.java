package io.frond.lane;

/// What a lane does.
public enum LaneState {
  /// Its stream is being made or opened.
  STARTING,
  /// The stream cannot be had or read; tried again.
  FAILED,
  /// There is no link to the hub; messages wait.
  AWAY,
  /// Messages go to the hub.
  FORWARDING,
  /// All that was published is acknowledged by the hub.
  IN_STEP,
  /// The hub, or what is behind it, does not take messages now; tried again.
  WAITING,
  /// A lane of a higher priority goes first.
  YIELDING
}

package io.frond.sync;

/// What one part that catches up by itself does now.
public enum SyncState {
  /// Connected, and nothing has waited longer than a moment.
  IN_STEP("in step"),
  /// Not connected; nothing waits.
  CUT("cut"),
  /// Not connected; messages wait.
  BUFFERING("buffering"),
  /// Connected; messages that waited are on their way.
  CATCHING_UP("catching up"),
  /// Messages are being thrown away by a limit: bytes, age, or a full disk.
  DISCARDING("discarding");

  private final String text;

  SyncState(String text) {
    this.text = text;
  }

  /// As monitoring and the log show it.
  @Override
  public String toString() {
    return text;
  }
}

package io.frond.sync;

/// Something to tell of: another state, or progress of catching up.
///
/// @param progress whether only the progress changed
public record SyncChange(SyncStatus now, boolean progress) {
  /// One line for the log.
  public String text() {
    var sample = now.sample();
    var line = new StringBuilder();
    line.append("Sync of ")
        .append(sample.kind())
        .append(" \"")
        .append(sample.name())
        .append("\": ");
    line.append(now.state());
    switch (now.state()) {
      case IN_STEP -> {}
      case CUT -> reason(line);
      case BUFFERING -> {
        backlog(line.append(", "));
        reason(line);
      }
      case CATCHING_UP -> {
        line.append(", ").append(now.percent()).append(" %, ");
        backlog(line);
        if (now.leftNanos() > 0) {
          line.append(", about ").append(seconds(now.leftNanos())).append(" s left");
        }
      }
      case DISCARDING -> {
        line.append(", ").append(sample.discarded()).append(" messages so far, ");
        backlog(line);
        reason(line);
      }
    }
    return line.toString();
  }

  private void backlog(StringBuilder line) {
    var sample = now.sample();
    line.append(sample.backlogMessages()).append(" messages (");
    line.append(sample.backlogBytes()).append(" bytes) wait");
  }

  private void reason(StringBuilder line) {
    var reason = now.sample().reason();
    if (!reason.isEmpty()) {
      line.append(": ").append(reason);
    }
  }

  private static long seconds(long nanos) {
    return Math.max(1, Math.round(nanos / 1e9));
  }
}

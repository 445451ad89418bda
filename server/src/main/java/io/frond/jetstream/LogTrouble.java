package io.frond.jetstream;

import io.frond.log.LogListener;
import io.frond.logging.Log;
import java.io.IOException;

/// Puts what the commit log has to tell into the server's log. Any thread.
record LogTrouble(Log log) implements LogListener {
  @Override
  public void tornTail(String file, long at, long bytes) {
    log.warn(
        "JetStream: "
            + file
            + " ends at "
            + at
            + " in what was being written when the server ended, and was never acknowledged;"
            + " damage of what was synced last before an end without warning looks the same");
  }

  @Override
  public void trouble(String what, IOException why) {
    log.error("JetStream: " + what + ": " + why.getMessage());
  }
}

package io.frond.jetstream;

import io.frond.log.LogListener;
import io.frond.logging.Log;
import java.io.IOException;

/// Puts what the commit log has to tell into the server's log. Any thread.
record LogTrouble(Log log) implements LogListener {
  @Override
  public void tornTail(String file, long at, long bytes) {
    log.info(
        "JetStream: the last "
            + bytes
            + " bytes of "
            + file
            + " were being written when the server ended; they were never acknowledged");
  }

  @Override
  public void trouble(String what, IOException why) {
    log.error("JetStream: " + what + ": " + why.getMessage());
  }
}

package io.frond.log;

import java.io.IOException;

/// Hears what the log has to tell besides what it commits. On any thread.
public interface LogListener {
  /// The log ended in something that was being written when the server or the power failed, and was
  /// never committed. The normal trace of a crash.
  ///
  /// @param bytes how much of it there is
  void tornTail(String file, long at, long bytes);

  /// Something failed that no batch's failure tells of; the log goes on.
  void trouble(String what, IOException why);
}

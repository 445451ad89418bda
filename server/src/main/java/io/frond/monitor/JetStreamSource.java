package io.frond.monitor;

import io.frond.api.Report;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// JetStream as monitoring asks it. It waits for JetStream's thread: not for event loops.
public interface JetStreamSource {
  /// Asks on JetStream's thread.
  ///
  /// @return null when it does not answer, because it ends or is too busy
  /// @throws IOException what the question threw
  <T> @Nullable T ask(Question<T> question) throws IOException;

  /// What is asked; it must not wait.
  interface Question<T> {
    T answer(Report report) throws IOException;
  }
}

package io.frond.api;

import io.frond.json.JsonWriter;
import java.util.List;

/// What was found damaged since the server started.
///
/// @param messages of streams that are lost
/// @param logEntries of the commit log that are lost
/// @param streams what could not be brought back at the start, each in words
/// @param rebuilt streams that were made anew of what there was of them, each in words
public record Losses(long messages, long logEntries, List<String> streams, List<String> rebuilt) {
  static final Losses NONE = new Losses(0, 0, List.of(), List.of());

  /// Writes the field `lost` where there is something to tell.
  void write(JsonWriter to) {
    if (messages > 0 || logEntries > 0 || !streams.isEmpty() || !rebuilt.isEmpty()) {
      to.begin("lost").put("messages", messages).put("log_entries", logEntries);
      if (!streams.isEmpty()) {
        to.put("streams", streams);
      }
      if (!rebuilt.isEmpty()) {
        to.put("rebuilt", rebuilt);
      }
      to.end();
    }
  }
}

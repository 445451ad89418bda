package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.sync.SyncStatus;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How far something is in step, as `/leafz` and events show it. The fields are Frond's own.
public final class SyncText {
  private SyncText() {}

  /// Writes the fields into the object that is open.
  public static void write(JsonWriter to, SyncStatus status) {
    var sample = status.sample();
    to.put("kind", sample.kind()).put("name", sample.name());
    to.put("state", status.state().toString()).putIf("reason", orNull(sample.reason()));
    to.put("since", GoText.time(status.sinceMillis())).put("connected", sample.connected());
    to.put("backlog_msgs", sample.backlogMessages()).put("backlog_bytes", sample.backlogBytes());
    to.put("oldest_age_ms", TimeUnit.NANOSECONDS.toMillis(sample.oldestNanos()));
    to.put("rate_msgs", Math.round(status.rate())).put("percent", status.percent());
    to.put("left_ms", status.leftNanos() < 0 ? -1 : status.leftNanos() / 1_000_000);
    to.put("sent_seq", sample.sentSequence()).put("settled_seq", sample.settledSequence());
    if (sample.lastExchangeMillis() != 0) {
      to.put("last_exchange", GoText.time(sample.lastExchangeMillis()));
    }
    to.put("settled_msgs", sample.settled()).put("discarded_msgs", sample.discarded());
    to.begin("counts");
    sample.counts().forEach(to::put);
    to.end();
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}

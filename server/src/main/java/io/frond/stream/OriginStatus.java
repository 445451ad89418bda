package io.frond.stream;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import java.util.Locale;

/// How a mirror or a source stands.
///
/// @param origin the origin stream's name, with a hash of its API's prefix where that is another
///   account's or domain's
/// @param lag messages of the origin that are not here yet, as far as is known
/// @param proven whether the origin itself said so within the last two heartbeats
/// @param sequence of the origin's up to which all is here
/// @param originLast the origin's last sequence when it was last asked, 0 for not known
/// @param exchanged when the origin was last heard, nanoseconds since the epoch, 0 for never
/// @param taken messages that came, since the start
/// @param skipped messages that the origin had deleted before they could come, since the start
/// @param restarts how often it had to begin anew, since the start
/// @param reason why it is in this state, and what was peculiar; may be empty
public record OriginStatus(
    String origin,
    boolean mirror,
    State state,
    long lag,
    boolean proven,
    long sequence,
    long originLast,
    long exchanged,
    long taken,
    long skipped,
    long restarts,
    String reason) {

  /// What it does.
  public enum State {
    /// The origin does not answer, or refused: it is asked again and again.
    UNREACHABLE,
    /// Messages come.
    CATCHING_UP,
    /// Everything is here.
    IN_STEP,
    /// The origin has more than it gives.
    STALLED,
    /// The origin lost messages that are here, as after a backup was restored: until it has passed
    /// what it had, nothing comes.
    ORIGIN_BEHIND,
    /// The origin is another stream than before, by the same name: a mirror keeps what it has and
    /// takes nothing of that.
    ORIGIN_REPLACED;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Writes its fields into the object that is open.
  public void write(JsonWriter to) {
    to.put("origin", origin)
        .put("kind", mirror ? "mirror" : "source")
        .put("state", state.text())
        .put("lag", lag)
        .put("proven", proven)
        .put("last_seq", sequence)
        .put("origin_last_seq", originLast);
    if (exchanged > 0) {
      to.put("exchanged", JsonTime.of(exchanged));
    }
    to.put("skipped", skipped).put("restarts", restarts).putIf("reason", reason);
  }
}

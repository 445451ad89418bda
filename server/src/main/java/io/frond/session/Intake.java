package io.frond.session;

import io.frond.outage.ReceivedCursors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;

/// The sources of other servers that this one takes messages of, and how far each has come. Any
/// thread.
public final class Intake {
  /// Bytes of a name's hash: 16 letters.
  private static final int HASH_BYTES = 12;

  private record Known(Seen seen, ReceivedCursors.Source cursor) {}

  private final ConcurrentHashMap<String, Known> sources = new ConcurrentHashMap<>();
  private final ReceivedCursors cursors;
  private final Fence through;

  /// @param through all that the other servers of the cluster have sent to this one until then
  public Intake(ReceivedCursors cursors, Fence through) {
    this.cursors = cursors;
    this.through = through;
  }

  /// What has come of a source.
  Seen of(String source) {
    return known(source).seen;
  }

  private Known known(String source) {
    return sources.computeIfAbsent(
        source,
        it -> {
          var cursor = cursors.source(hash(it));
          return new Known(new Seen(it, cursor.settled(), through::after), cursor);
        });
  }

  /// Names of sources are as long as those who send them like.
  private static String hash(String source) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var all = digest.digest(source.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(all, HASH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  /// All of a source up to a sequence is settled: remembered before the other side is told.
  void settled(Seen seen, long upTo) {
    if (upTo > seen.settled()) {
      known(seen.source()).cursor.settle(upTo);
      seen.settled(upTo);
    }
  }

  /// Messages that came again and were dropped, since the start.
  public long duplicates() {
    return sources.values().stream().mapToLong(it -> it.seen.duplicates()).sum();
  }

  /// Messages that came behind later ones, since another server of the cluster could not be heard
  /// meanwhile; since the start.
  public long late() {
    return sources.values().stream().mapToLong(it -> it.seen.late()).sum();
  }
}

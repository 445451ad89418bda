package io.frond.jetstream;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Two copies of a file that are both damaged, and together not: wherever they differ one of them
/// is right. A checksum tells which choice is the right one, so nothing is guessed.
final class TwoCopies {
  /// Bytes that are summed up at most, over all tries.
  private static final long WORK_MAX = 4L << 30;

  private static final int PLACES_MAX = 16;

  private final byte[] one;
  private final byte[] other;
  private int[] from = new int[PLACES_MAX];
  private int[] to = new int[PLACES_MAX];
  private int count;

  private TwoCopies(byte[] one, byte[] other) {
    this.one = one;
    this.other = other;
  }

  /// What both were.
  ///
  /// @param isWhole whether all checksums are right
  /// @return null when that cannot be found out
  static byte @Nullable [] merge(byte[] one, byte[] other, Predicate<byte[]> isWhole) {
    var places = Math.min(PLACES_MAX, 63 - Long.numberOfLeadingZeros(WORK_MAX / (one.length + 1L)));
    for (var length : new int[] {one.length, other.length}) {
      var copies = new TwoCopies(Arrays.copyOf(one, length), Arrays.copyOf(other, length));
      if (copies.compare(places)) {
        var found = copies.choose(isWhole);
        if (found != null) {
          return found;
        }
      }
      if (one.length == other.length) {
        break;
      }
    }
    return null;
  }

  /// Finds the places where they differ; near ones are one, so that there are not too many.
  private boolean compare(int placesMax) {
    for (var near = 0; near <= one.length + 4; near = 4 * near + 1) {
      if (find(near, placesMax)) {
        return count > 0;
      }
    }
    return false;
  }

  private boolean find(int near, int placesMax) {
    count = 0;
    for (var at = mismatch(0); at >= 0; at = mismatch(at + 1)) {
      if (count > 0 && at - to[count - 1] < near) {
        to[count - 1] = at + 1;
      } else if (count == placesMax) {
        return false;
      } else {
        from[count] = at;
        to[count++] = at + 1;
      }
    }
    return true;
  }

  private int mismatch(int at) {
    var next = Arrays.mismatch(one, at, one.length, other, at, one.length);
    return next < 0 ? -1 : at + next;
  }

  private byte @Nullable [] choose(Predicate<byte[]> isWhole) {
    for (var choice = 0; choice < 1 << count; choice++) {
      var candidate = one.clone();
      for (var i = 0; i < count; i++) {
        if ((choice >> i & 1) != 0) {
          System.arraycopy(other, from[i], candidate, from[i], to[i] - from[i]);
        }
      }
      if (isWhole.test(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}

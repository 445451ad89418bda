package io.frond.subject;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The answers of a [Sublist] that one connection has lately used, found by the subject's bytes
/// where they lie in its read buffer, so that a repeated subject is neither copied nor matched.
///
/// Belongs to one thread: the connection's event loop. Takes no memory to speak of until the first
/// [#put], then grows with use to [#SLOTS_MAX]; a new generation empties it, and shrinks it if it
/// was little used. Buffers are read in big-endian order, Java's default.
public final class MatchCache<S extends Sublist.Entry> {
  /// The most subjects that are kept.
  public static final int SLOTS_MAX = 8192;

  private static final int SLOTS_MIN = 16;

  /// A subject lies in its hash's slot or one of the next; power of two.
  private static final int WAYS = 4;

  private static final int[] NO_HASHES = {};
  private static final byte[] @Nullable [] NO_KEYS = {};
  private static final @Nullable Match<?>[] NO_MATCHES = {};

  /// 0 where the slot is free.
  private int[] hashes = NO_HASHES;

  private byte[] @Nullable [] keys = NO_KEYS;
  private @Nullable Match<?>[] matches = NO_MATCHES;

  /// The subject whose answer was kept or found last; null for none.
  private byte @Nullable [] recent;

  private @Nullable Match<?> recentMatch;

  private int used;
  private int victim;
  private long generation;

  /// The answer for the subject in `buf` if it was the last one that was asked for, too, as is most
  /// often so: without a hash.
  ///
  /// @param generation the sublist's, read now
  @SuppressWarnings("unchecked")
  public @Nullable Match<S> again(ByteBuffer buf, int off, int len, long generation) {
    byte[] key = recent;
    return key != null && key.length == len && generation == this.generation && same(key, buf, off)
        ? (Match<S>) recentMatch
        : null;
  }

  /// The bytes of the subject that was asked for last, the same object as long as it stays so; null
  /// when it was not found.
  public byte @Nullable [] recent() {
    return recent;
  }

  /// Of a subject that lies in a buffer, for [#get] and [#put].
  public static int hash(ByteBuffer buf, int off, int len) {
    return Words.hash(buf, off, off + len);
  }

  /// The answer for the subject in `buf`, if it is kept.
  ///
  /// @param hash of these bytes, by [#hash(ByteBuffer,int,int)]
  /// @param generation the sublist's, read now
  @SuppressWarnings("unchecked")
  public @Nullable Match<S> get(ByteBuffer buf, int off, int len, int hash, long generation) {
    if (generation != this.generation || used == 0) {
      recent = null;
      return null;
    }
    int base = hash & (hashes.length - 1) & -WAYS;
    for (int i = base; i < base + WAYS; i++) {
      if (hashes[i] == hash) {
        byte[] key = keys[i];
        if (key != null && key.length == len && same(key, buf, off)) {
          recent = key;
          recentMatch = matches[i];
          return (Match<S>) matches[i];
        }
      }
    }
    recent = null;
    return null;
  }

  private static boolean same(byte[] key, ByteBuffer buf, int off) {
    int i = 0;
    if (key.length >= Long.BYTES) {
      ByteBuffer kept = ByteBuffer.wrap(key);
      int last = key.length - Long.BYTES;
      for (; i < last; i += Long.BYTES) {
        if (kept.getLong(i) != buf.getLong(off + i)) {
          return false;
        }
      }
      return kept.getLong(last) == buf.getLong(off + last);
    }
    for (; i < key.length; i++) {
      if (key[i] != buf.get(off + i)) {
        return false;
      }
    }
    return true;
  }

  /// Keeps an answer, if need be in the place of another.
  ///
  /// @param subject not changed from now on, and not in the cache
  /// @param hash of these bytes, by [#hash(ByteBuffer,int,int)]
  /// @param generation the sublist's, read before the match
  public void put(byte[] subject, int hash, Match<S> match, long generation) {
    if (generation != this.generation) {
      clear();
      this.generation = generation;
    }
    if (used * 2 >= hashes.length && hashes.length < SLOTS_MAX) {
      resize(Math.clamp(hashes.length * 4L, SLOTS_MIN, SLOTS_MAX));
    }
    place(subject, hash, match);
    recent = subject;
    recentMatch = match;
  }

  private void place(byte[] subject, int hash, Match<?> match) {
    int base = hash & (hashes.length - 1) & -WAYS;
    int slot = -1;
    for (int i = base; i < base + WAYS && slot < 0; i++) {
      if (hashes[i] == 0) {
        slot = i;
        used++;
      }
    }
    if (slot < 0) {
      slot = base + (victim++ & (WAYS - 1));
    }
    hashes[slot] = hash;
    keys[slot] = subject;
    matches[slot] = match;
  }

  private void resize(int capacity) {
    int[] oldHashes = hashes;
    byte[] @Nullable [] oldKeys = keys;
    @Nullable Match<?>[] oldMatches = matches;
    hashes = new int[capacity];
    keys = new byte[capacity][];
    matches = new Match<?>[capacity];
    used = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      byte[] key = oldKeys[i];
      Match<?> match = oldMatches[i];
      if (key != null && match != null) {
        place(key, oldHashes[i], match);
      }
    }
  }

  /// Lets go of all answers, and of the memory if little of it was used.
  public void clear() {
    recent = null;
    recentMatch = null;
    if (used == 0) {
      return;
    }
    if (used * 8 < hashes.length && hashes.length > SLOTS_MIN) {
      hashes = NO_HASHES;
      keys = NO_KEYS;
      matches = NO_MATCHES;
    } else {
      Arrays.fill(hashes, 0);
      Arrays.fill(keys, null);
      Arrays.fill(matches, null);
    }
    used = 0;
  }

  /// How many subjects are kept.
  public int size() {
    return used;
  }
}

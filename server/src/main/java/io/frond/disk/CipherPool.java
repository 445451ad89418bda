package io.frond.disk;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.crypto.Cipher;

/// Ciphers and scratch memory, one of each for a thread that reads or writes just now. Any thread.
final class CipherPool {
  private static final int KEPT_MAX = 4;
  private static final int BYTES = 1 << 16;

  /// What one call needs.
  record Work(DiskCipher kind, Cipher cipher, byte[] bytes) {}

  private final Map<DiskCipher, BlockingQueue<Work>> free = new EnumMap<>(DiskCipher.class);

  CipherPool() {
    for (var kind : DiskCipher.values()) {
      free.put(kind, new ArrayBlockingQueue<>(KEPT_MAX));
    }
  }

  private BlockingQueue<Work> free(DiskCipher kind) {
    return Objects.requireNonNull(free.get(kind));
  }

  Work take(DiskCipher kind) {
    var work = free(kind).poll();
    return work == null ? new Work(kind, kind.create(), new byte[BYTES]) : work;
  }

  void give(Work work) {
    var kept = free(work.kind).offer(work);
    if (!kept) {
      Arrays.fill(work.bytes, (byte) 0);
    }
  }
}

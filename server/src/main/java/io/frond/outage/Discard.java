package io.frond.outage;

/// Why an entry was given up before it was settled.
public enum Discard {
  /// The logs have reached `max_bytes`, or what memory may hold where there is no store.
  LIMIT,
  /// It was older than `max_age`.
  AGE,
  /// The disk was full or failed, and memory holds no more.
  DISK,
  /// It was damaged on the disk.
  DAMAGE;

  static final int COUNT = values().length;
}

package io.frond.shard;

/// Kinds of log entries. The number is on disk: never use one again for something else.
public final class EntryKind {
  private EntryKind() {}

  /// A stream is created: payload is its configuration and creation time.
  public static final byte STREAM_CREATE = 1;

  public static final byte STREAM_UPDATE = 2;
  public static final byte STREAM_DELETE = 3;
  public static final byte CONSUMER_CREATE = 4;
  public static final byte CONSUMER_UPDATE = 5;

  /// A consumer is deleted: payload is its number within its stream (u32), and u8 1 for one that
  /// ended with its server, which leaves what only it needed where it is.
  public static final byte CONSUMER_DELETE = 6;

  /// A stream that was being restored from a backup is complete: payload is its configuration.
  public static final byte STREAM_RESTORED = 7;

  /// From here to 63: what a stream's `apply` understands.
  public static final byte STREAM_FIRST = 16;

  public static final byte PUBLISH = 16;
  public static final byte REMOVE = 17;
  public static final byte PURGE = 18;

  /// Messages whose time is over go.
  public static final byte EXPIRE = 19;

  /// An atomic batch of messages, all or none.
  public static final byte BATCH = 20;

  /// A fast batch ends because nothing came for too long.
  public static final byte FAST_BATCH_END = 21;

  /// A message schedule is due.
  public static final byte SCHEDULE_FIRE = 22;

  /// A message, or a gap, from a mirror's origin.
  public static final byte MIRRORED = 23;

  /// A message from one of the stream's sources.
  public static final byte SOURCED = 24;

  /// A message of a backup.
  public static final byte RESTORED = 25;

  /// The next part of taking out what nobody needs any more.
  public static final byte SWEEP = 26;

  /// From here to 111: what a consumer's `apply` understands; the payload begins with the
  /// consumer's number within its stream (u32).
  public static final byte CONSUMER_FIRST = 64;

  /// How far a consumer is, from a backup: the number within its stream (u32), the time (u64),
  /// `ConsumerState.bytes`.
  public static final byte CONSUMER_RESTORED = 68;
}

package io.frond.stream;

/// What the server and the account allow a stream.
///
/// @param duplicateWindowMax nanoseconds, 0 for no limit
/// @param maxBytesRequired whether the account asks for `max_bytes` in each stream
/// @param memoryStreamBytesMax largest `max_bytes` of a memory stream, 0 for no limit
/// @param fileStreamBytesMax largest `max_bytes` of a file stream, 0 for no limit
/// @param clustered whether more than one replica is possible
public record StreamLimits(
    long duplicateWindowMax,
    boolean maxBytesRequired,
    long memoryStreamBytesMax,
    long fileStreamBytesMax,
    boolean clustered) {
  public static final StreamLimits NONE = new StreamLimits(0, false, 0, 0, false);
}

package io.frond.store;

/// What a store holds, as nats-server's `StreamState` has it.
///
/// @param firstSequence of the oldest message; last + 1 when there is none
/// @param firstTime nanoseconds since the epoch, 0 when there is none
/// @param bytes as nats-server counts them, see [MessageStore#sizeOf]
/// @param deleted interior deletes: sequences between first and last that are not there
/// @param subjects distinct subjects
public record StoreState(
    long messages,
    long bytes,
    long firstSequence,
    long firstTime,
    long lastSequence,
    long lastTime,
    long deleted,
    long subjects) {}

package io.frond.outage;

import java.nio.ByteBuffer;

/// Entries of one session that were read from the disk.
///
/// @param records one after the other, from 0 to the limit
/// @param upTo everything for the session up to this sequence is in it, or lost
/// @param lost records that were damaged where it was read
/// @param lostInSegment those of the whole segment, when any were found; else 0
/// @param failed nothing could be read; it may work later
record Block(ByteBuffer records, long upTo, int lost, int lostInSegment, boolean failed) {}

/// The format of a stream's backup, which is nats-server's: a tar archive in S2 frames with the
/// stream's configuration, its messages in blocks, and its consumers. Read and written piece by
/// piece, so that memory does not grow with the stream. Nothing here blocks; one thread each.
@NullMarked
package io.frond.backup;

import org.jspecify.annotations.NullMarked;

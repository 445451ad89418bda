/// What owns streams and consumers: its thread, clock and timers, what it proposes to the commit
/// log, and how its messages get out to the accounts.
///
/// "On the shard's thread" means: within its turn ([ShardThread]), of which there is one at a time.
/// Mostly that is the thread; an event loop or the log's thread may take a short one.
@NullMarked
package io.frond.shard;

import org.jspecify.annotations.NullMarked;

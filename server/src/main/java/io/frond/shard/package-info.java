/// The thread that owns streams and consumers: its clock and timers, what it proposes to the commit
/// log, and how its messages get out to the accounts.
@NullMarked
package io.frond.shard;

import org.jspecify.annotations.NullMarked;

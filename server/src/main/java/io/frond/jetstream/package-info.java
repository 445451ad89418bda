/// JetStream as a whole: the API, accounts and their limits, the engine that runs streams and
/// consumers on the commit log, start and recovery, the cluster's directory, events.
@NullMarked
package io.frond.jetstream;

import org.jspecify.annotations.NullMarked;

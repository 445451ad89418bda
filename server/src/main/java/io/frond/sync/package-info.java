/// How far two ends are in step, in one form for everything that catches up by itself: a leaf link
/// in either direction, a lane, a mirror, a source. Parts give samples; a [io.frond.sync.SyncWatch]
/// compares them with the last ones and tells of changes.
@NullMarked
package io.frond.sync;

import org.jspecify.annotations.NullMarked;

/// What a server sends over leaf links, kept until the far end has settled it. Each event loop has
/// one [io.frond.outage.SourceLog], of which it is the single writer; each far end is a session
/// with a position in it. A session that keeps up costs nothing but a copy into memory that is used
/// again at once; what stays longer goes to disk, where a restart finds it.
///
/// Everything of a log is done on its loop unless the method says otherwise; a writer's thread does
/// all that waits for the disk. Below are `wire`'s frames and `disk`; above are the links, which
/// decide what is sent when.
@NullMarked
package io.frond.outage;

import org.jspecify.annotations.NullMarked;

/// Files as the durable parts see them: what a disk does, and what it may do wrong. Everything that
/// JetStream writes goes through [Disk], so that a test can put a faulty one in its place.
@NullMarked
package io.frond.disk;

import org.jspecify.annotations.NullMarked;

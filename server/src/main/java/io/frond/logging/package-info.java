/// The server's log in nats-server's line format, to standard error or to a file that rotates, or
/// to a system log. Any thread may write; the log's own lock orders lines.
@NullMarked
package io.frond.logging;

import org.jspecify.annotations.NullMarked;

/// The commit log: entries are proposed, committed, and then applied in order. What is above does
/// not know whether the log is this server's disk or a majority of several servers'.
@NullMarked
package io.frond.log;

import org.jspecify.annotations.NullMarked;

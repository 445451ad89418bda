/// Streams: configuration, what a publish has to pass, limits, retention, mirrors and sources.
@NullMarked
package io.frond.stream;

import org.jspecify.annotations.NullMarked;

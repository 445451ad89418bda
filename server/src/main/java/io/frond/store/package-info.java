/// A stream's messages: in files or in memory, found by sequence, by subject and by filter.
@NullMarked
package io.frond.store;

import org.jspecify.annotations.NullMarked;

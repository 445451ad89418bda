/// Small pieces under everything that moves bytes. Owned by one event loop each.
@NullMarked
package io.frond.buffer;

import org.jspecify.annotations.NullMarked;

/// JSON as the protocol and monitoring need it, over Jackson's streaming core. Any thread; values
/// are immutable once made.
@NullMarked
package io.frond.json;

import org.jspecify.annotations.NullMarked;

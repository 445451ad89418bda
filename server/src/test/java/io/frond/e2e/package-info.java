/// Whole servers as their users see them: through the Java client and through bare sockets. Each
/// test starts the servers it needs on loopback ports, on its own thread.
@NullMarked
package io.frond.e2e;

import org.jspecify.annotations.NullMarked;

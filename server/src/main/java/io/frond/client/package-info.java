/// Clients: what the NATS client protocol says on a link (CONNECT, PUB, SUB, UNSUB and their
/// answers), permissions and limits included. Each client belongs to its link's event loop.
@NullMarked
package io.frond.client;

import org.jspecify.annotations.NullMarked;

/// The NATS protocol's operations as bytes and back: parser, encoder, INFO and CONNECT, headers,
/// error texts. Knows nothing of connections; every method works on buffers that it is given, on
/// the caller's thread.
@NullMarked
package io.frond.wire;

import org.jspecify.annotations.NullMarked;

/// Everything between a socket and a stream of NATS bytes: listeners and dialling, the choice of a
/// protocol by the first bytes, TLS, WebSocket. Above it (`link`) a connection is a Netty channel
/// that reads and writes plain `ByteBuf`s, whatever carries them. Everything of a connection runs
/// on its event loop; opening and closing listeners and loops is for any other thread.
@NullMarked
package io.frond.transport;

import org.jspecify.annotations.NullMarked;

/// Tests of tracing: the headers, and the same plays with Fronds and with nats-servers. The files
/// in `resources/traces` are what nats-server 2.14.5 tells in them.
@NullMarked
package io.frond.trace;

import org.jspecify.annotations.NullMarked;

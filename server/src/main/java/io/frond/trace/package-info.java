/// Tracing of single messages (ADR-41): whether a message asks for it, and what this server tells
/// of its way. A [io.frond.trace.Trace] goes with its message and is touched by the thread that
/// delivers it, but for what a stream adds. Above it is the delivery ([io.frond.account]), which
/// fills a trace, and the server, which sends it.
@NullMarked
package io.frond.trace;

import org.jspecify.annotations.NullMarked;

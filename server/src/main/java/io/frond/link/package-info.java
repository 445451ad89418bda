/// The half that every connection shares, whoever speaks on it: reading and parsing, the outbound
/// queue, pings and staleness, slow receivers, and the reason why it ended. What is said on it is a
/// [io.frond.link.LinkHandler]'s: a client, a route or a leaf.
///
/// A link belongs to one event loop. Its outbound queue may be filled from any.
@NullMarked
package io.frond.link;

import org.jspecify.annotations.NullMarked;

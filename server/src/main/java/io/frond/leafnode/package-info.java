/// Leaf nodes (NATS leaf node protocol), both ends: a hub admits leaves by address, credentials and
/// names; a leaf dials its hub, from several URLs, and comes back. What is joined is the same on
/// both ends: a [io.frond.leafnode.Leaf] tells the other side of interest and carries messages.
///
/// A leaf belongs to its link's event loop; a remote's state machine to one event loop of the
/// server. The server is reached through [io.frond.leafnode.LeafHost].
@NullMarked
package io.frond.leafnode;

import org.jspecify.annotations.NullMarked;

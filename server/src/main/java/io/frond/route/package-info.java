/// Routes: the full mesh of a cluster's servers over NATS's route protocol.
/// [io.frond.route.Cluster] knows the other servers and who dials whom; a [io.frond.route.Route] is
/// one connection, the handler of its [io.frond.link.Link]; a [io.frond.route.RouteAccount] carries
/// one account's interest and messages over it.
///
/// A route belongs to its link's event loop. The cluster is guarded by one lock, which covers no
/// I/O: what is sent under it is queued.
@NullMarked
package io.frond.route;

import org.jspecify.annotations.NullMarked;

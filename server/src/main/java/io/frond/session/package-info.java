/// What is sent over a link that may be cut, and arrives once and in order all the same: a
/// [io.frond.session.Feed] takes one source log's messages to one far end, over whatever
/// [io.frond.session.Carrier] leads there now; a [io.frond.session.Seen] knows at the other end
/// what has come already; a [io.frond.session.Fence] tells when nothing of it is inside this server
/// any more. The same for both directions of a leaf link, and for routes.
///
/// A feed belongs to the thread that publishes into its log, a `Seen` to one event loop at a time.
/// Below are the logs (`outage`) and links; above are routes and leaf nodes.
@NullMarked
package io.frond.session;

import org.jspecify.annotations.NullMarked;
